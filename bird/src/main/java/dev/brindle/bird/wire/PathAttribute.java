// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.util.List;
import java.util.Optional;

/// One attribute of a path (RFC 4271 §5 and later).
public sealed interface PathAttribute permits AsPath, PathAttribute.Simple {

  /// The type code.
  int code();

  /// Those that need no more than a line.
  sealed interface Simple extends PathAttribute {}

  record Origin(Source source) implements Simple {

    @Override
    public int code() {
      return AttributeType.ORIGIN.code();
    }

    /// Best first, in the order of their values on the wire.
    public enum Source {
      IGP,
      EGP,
      INCOMPLETE
    }
  }

  /// Where packets go: an address of the prefix's family, or IPv6 for IPv4 (RFC 8950), with a
  /// link-local one beside it if the peer told (RFC 2545 §3). Stands for NEXT_HOP and for the
  /// field inside MP_REACH_NLRI.
  record NextHop(IpAddress address, Optional<IpAddress> linkLocal) implements Simple {

    public static NextHop of(IpAddress address) {
      return new NextHop(address, Optional.empty());
    }

    /// As others may be told it; empty if it means something on its link only. A link-local address
    /// beside another is left out (RFC 2545 §3).
    public Optional<NextHop> elsewhere() {
      return address.isLinkLocal() && address.isIpv6()
          ? Optional.empty()
          : Optional.of(of(address));
    }

    @Override
    public int code() {
      return AttributeType.NEXT_HOP.code();
    }
  }

  record MultiExitDisc(long value) implements Simple {

    @Override
    public int code() {
      return AttributeType.MULTI_EXIT_DISC.code();
    }
  }

  record LocalPref(long value) implements Simple {

    @Override
    public int code() {
      return AttributeType.LOCAL_PREF.code();
    }
  }

  record AtomicAggregate() implements Simple {

    @Override
    public int code() {
      return AttributeType.ATOMIC_AGGREGATE.code();
    }
  }

  record Aggregator(AsNumber as, IpAddress identifier) implements Simple {

    @Override
    public int code() {
      return AttributeType.AGGREGATOR.code();
    }
  }

  /// Only from speakers that know two-octet AS numbers (RFC 6793).
  record As4Aggregator(AsNumber as, IpAddress identifier) implements Simple {

    @Override
    public int code() {
      return AttributeType.AS4_AGGREGATOR.code();
    }
  }

  /// Only from speakers that know two-octet AS numbers (RFC 6793).
  record As4Path(AsPath path) implements Simple {

    @Override
    public int code() {
      return AttributeType.AS4_PATH.code();
    }
  }

  record Communities(List<Community> values) implements Simple {

    public Communities {
      values = List.copyOf(values);
    }

    @Override
    public int code() {
      return AttributeType.COMMUNITIES.code();
    }
  }

  record OriginatorId(IpAddress identifier) implements Simple {

    @Override
    public int code() {
      return AttributeType.ORIGINATOR_ID.code();
    }
  }

  record ClusterList(List<IpAddress> clusters) implements Simple {

    public ClusterList {
      clusters = List.copyOf(clusters);
    }

    @Override
    public int code() {
      return AttributeType.CLUSTER_LIST.code();
    }
  }

  record ExtendedCommunities(List<ExtendedCommunity> values) implements Simple {

    public ExtendedCommunities {
      values = List.copyOf(values);
    }

    @Override
    public int code() {
      return AttributeType.EXTENDED_COMMUNITIES.code();
    }
  }

  record Ipv6ExtendedCommunities(List<Ipv6ExtendedCommunity> values) implements Simple {

    public Ipv6ExtendedCommunities {
      values = List.copyOf(values);
    }

    @Override
    public int code() {
      return AttributeType.IPV6_EXTENDED_COMMUNITIES.code();
    }
  }

  record LargeCommunities(List<LargeCommunity> values) implements Simple {

    public LargeCommunities {
      values = List.copyOf(values);
    }

    @Override
    public int code() {
      return AttributeType.LARGE_COMMUNITIES.code();
    }
  }

  /// Where the route went down or sideways first: from there it may only go down (RFC 9234).
  record OnlyToCustomer(AsNumber as) implements Simple {

    @Override
    public int code() {
      return AttributeType.ONLY_TO_CUSTOMER.code();
    }
  }

  /// Only on the wire: an UPDATE as a value holds its prefixes elsewhere.
  ///
  /// @param ids of paths, one for each prefix, or empty
  record MpReach(Family family, NextHop nextHop, List<Cidr> prefixes, List<Integer> ids)
      implements Simple {

    public MpReach {
      prefixes = List.copyOf(prefixes);
      ids = List.copyOf(ids);
    }

    MpReach(Family family, NextHop nextHop, Nlri nlri) {
      this(family, nextHop, nlri.prefixes(), nlri.ids());
    }

    Nlri nlri() {
      return new Nlri(prefixes, ids);
    }

    @Override
    public int code() {
      return AttributeType.MP_REACH_NLRI.code();
    }
  }

  /// Only on the wire, as `MpReach`.
  record MpUnreach(Family family, List<Cidr> prefixes, List<Integer> ids) implements Simple {

    public MpUnreach {
      prefixes = List.copyOf(prefixes);
      ids = List.copyOf(ids);
    }

    MpUnreach(Family family, Nlri nlri) {
      this(family, nlri.prefixes(), nlri.ids());
    }

    Nlri nlri() {
      return new Nlri(prefixes, ids);
    }

    @Override
    public int code() {
      return AttributeType.MP_UNREACH_NLRI.code();
    }
  }

  /// Optional and transitive, unknown to us: passed on as it came, marked Partial.
  record Unknown(int code, Octets value) implements Simple {}
}

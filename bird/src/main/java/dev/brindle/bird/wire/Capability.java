// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.AsNumber;
import java.util.List;
import java.util.Optional;

/// Something a speaker says it can do (RFC 5492).
public sealed interface Capability {

  record Multiprotocol(AfiSafi family) implements Capability {}

  record RouteRefresh() implements Capability {}

  record EnhancedRouteRefresh() implements Capability {}

  record ExtendedMessage() implements Capability {}

  record FourOctetAs(AsNumber as) implements Capability {}

  /// RFC 4724.
  ///
  /// @param restarting the sender has just restarted and waits for End-of-RIB
  /// @param notification restarts also count after a NOTIFICATION (RFC 8538)
  /// @param seconds how long its routes may be kept while it is away, 0 to 4,095
  record GracefulRestart(
      boolean restarting, boolean notification, int seconds, List<RestartFamily> families)
      implements Capability {

    public GracefulRestart {
      families = List.copyOf(families);
    }

    /// Whether the sender went on forwarding packets of this family.
    public boolean isForwarding(Family family) {
      return families.stream()
          .anyMatch(it -> it.family().equals(family.wire()) && it.forwardingKept());
    }

    public boolean covers(Family family) {
      return families.stream().anyMatch(it -> it.family().equals(family.wire()));
    }
  }

  record RestartFamily(AfiSafi family, boolean forwardingKept) {}

  /// RFC 9494: routes may be kept as a last resort when the restart time is over.
  record LongLivedRestart(List<LongLivedFamily> families) implements Capability {

    public LongLivedRestart {
      families = List.copyOf(families);
    }

    public Optional<LongLivedFamily> of(Family family) {
      return families.stream().filter(it -> it.family().equals(family.wire())).findFirst();
    }
  }

  /// @param seconds how long, 0 to 16,777,215
  record LongLivedFamily(AfiSafi family, boolean forwardingKept, int seconds) {}

  /// RFC 7911.
  record AddPath(List<AddPathFamily> families) implements Capability {

    public AddPath {
      families = List.copyOf(families);
    }
  }

  /// @param mode 1 can receive, 2 can send, 3 both
  record AddPathFamily(AfiSafi family, int mode) {

    public static final int RECEIVE = 1;
    public static final int SEND = 2;
    public static final int BOTH = 3;

    public boolean receives() {
      return (mode & RECEIVE) != 0;
    }

    public boolean sends() {
      return (mode & SEND) != 0;
    }
  }

  /// Next hops of another family than the prefix's (RFC 8950).
  record ExtendedNextHop(List<NextHopFamily> families) implements Capability {

    public ExtendedNextHop {
      families = List.copyOf(families);
    }

    /// IPv4 prefixes by way of IPv6: the one combination that we know.
    public static ExtendedNextHop ipv4OverIpv6() {
      return new ExtendedNextHop(
          List.of(new NextHopFamily(Family.IPV4_UNICAST.wire(), Family.IPV6_UNICAST.wire().afi())));
    }

    /// Whether that combination is among them.
    public boolean hasIpv4OverIpv6() {
      return families.containsAll(ipv4OverIpv6().families());
    }
  }

  /// @param afi of the next hop
  record NextHopFamily(AfiSafi family, int afi) {}

  /// What the sender is to the receiver (RFC 9234).
  ///
  /// @param code of a `Role`, or one that nobody knows
  record BgpRole(int code) implements Capability {}

  /// One that means nothing to us.
  record Unknown(int code, Octets value) implements Capability {}
}

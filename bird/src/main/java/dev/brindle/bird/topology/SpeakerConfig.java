// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bmp.BmpTarget;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.mrt.MrtSettings;
import dev.brindle.bird.rpki.RpkiSettings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// All that a speaker should be and do.
///
/// @param as ours
/// @param identifier our router id: any IPv4 address but 0.0.0.0, unique in the AS
/// @param clusterId of our cluster, if we reflect routes
/// @param listen where we can be called; empty for nowhere
/// @param addresses ours: next hops for peers whose session runs on the other family
/// @param announce prefixes we are the origin of
/// @param deferral how long after a start to wait at most for peers to tell everything
/// @param multipath over how many equally good paths of a prefix packets are spread, 1 to 16
/// @param ranges addresses that become peers by calling us; those of `peers` do not
/// @param rpki whom filters that ask for it are answered by
/// @param bmp who is told of sessions and routes
/// @param mrt what is written to files
/// @param preferOlder of equal external paths the best so far stays the best (RFC 5004)
public record SpeakerConfig(
    AsNumber as,
    IpAddress identifier,
    Optional<IpAddress> clusterId,
    List<ListenAddress> listen,
    List<IpAddress> addresses,
    List<PeerConfig> peers,
    Set<Cidr> announce,
    RouteFilter importFilter,
    RouteFilter exportFilter,
    Duration deferral,
    int multipath,
    List<PeerRange> ranges,
    RpkiSettings rpki,
    List<BmpTarget> bmp,
    MrtSettings mrt,
    boolean preferOlder) {

  /// As many gateways as Calico lets a route have.
  public static final int MAX_MULTIPATH = 16;

  /// @throws IllegalArgumentException if the identifier is none or two peers have one name
  public SpeakerConfig {
    listen = List.copyOf(listen);
    addresses = List.copyOf(addresses);
    peers = List.copyOf(peers);
    announce = Set.copyOf(announce);
    ranges = List.copyOf(ranges);
    bmp = List.copyOf(bmp);
    if (!identifier.isIpv4() || identifier.isUnspecified()) {
      throw new IllegalArgumentException(
          "router id %s is not an IPv4 address other than 0.0.0.0".formatted(identifier));
    }
    if (multipath < 1 || multipath > MAX_MULTIPATH) {
      throw new IllegalArgumentException(
          "multipath %d is not in 1..%d".formatted(multipath, MAX_MULTIPATH));
    }
    Set<String> names = new HashSet<>();
    for (PeerConfig peer : peers) {
      if (!names.add(peer.name())) {
        throw new IllegalArgumentException("two peers are called " + peer.name());
      }
    }
  }

  /// Without RPKI, BMP and MRT.
  public SpeakerConfig(
      AsNumber as,
      IpAddress identifier,
      Optional<IpAddress> clusterId,
      List<ListenAddress> listen,
      List<IpAddress> addresses,
      List<PeerConfig> peers,
      Set<Cidr> announce,
      RouteFilter importFilter,
      RouteFilter exportFilter,
      Duration deferral,
      int multipath,
      List<PeerRange> ranges) {
    this(
        as,
        identifier,
        clusterId,
        listen,
        addresses,
        peers,
        announce,
        importFilter,
        exportFilter,
        deferral,
        multipath,
        ranges,
        RpkiSettings.NONE,
        List.of(),
        MrtSettings.NONE,
        false);
  }

  /// With as many paths as Calico, and without ranges.
  public SpeakerConfig(
      AsNumber as,
      IpAddress identifier,
      Optional<IpAddress> clusterId,
      List<ListenAddress> listen,
      List<IpAddress> addresses,
      List<PeerConfig> peers,
      Set<Cidr> announce,
      RouteFilter importFilter,
      RouteFilter exportFilter,
      Duration deferral) {
    this(
        as,
        identifier,
        clusterId,
        listen,
        addresses,
        peers,
        announce,
        importFilter,
        exportFilter,
        deferral,
        MAX_MULTIPATH,
        List.of());
  }

  public SpeakerConfig withMultipath(int changed) {
    return with(draft -> draft.multipath = changed);
  }

  public SpeakerConfig withRanges(List<PeerRange> changed) {
    return with(draft -> draft.ranges = changed);
  }

  public SpeakerConfig withRpki(RpkiSettings changed) {
    return with(draft -> draft.rpki = changed);
  }

  public SpeakerConfig withBmp(List<BmpTarget> changed) {
    return with(draft -> draft.bmp = changed);
  }

  public SpeakerConfig withMrt(MrtSettings changed) {
    return with(draft -> draft.mrt = changed);
  }

  public SpeakerConfig withPreferOlder(boolean changed) {
    return with(draft -> draft.preferOlder = changed);
  }

  public SpeakerConfig withPeers(List<PeerConfig> changed) {
    return with(draft -> draft.peers = changed);
  }

  public SpeakerConfig withAnnounce(Set<Cidr> changed) {
    return with(draft -> draft.announce = changed);
  }

  public SpeakerConfig withExportFilter(RouteFilter changed) {
    return with(draft -> draft.exportFilter = changed);
  }

  private SpeakerConfig with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /// All components, to change one of them.
  private static final class Draft {
    private AsNumber as;
    private IpAddress identifier;
    private Optional<IpAddress> clusterId;
    private List<ListenAddress> listen;
    private List<IpAddress> addresses;
    private List<PeerConfig> peers;
    private Set<Cidr> announce;
    private RouteFilter importFilter;
    private RouteFilter exportFilter;
    private Duration deferral;
    private int multipath;
    private List<PeerRange> ranges;
    private RpkiSettings rpki;
    private List<BmpTarget> bmp;
    private MrtSettings mrt;
    private boolean preferOlder;

    private Draft(SpeakerConfig speaker) {
      as = speaker.as;
      identifier = speaker.identifier;
      clusterId = speaker.clusterId;
      listen = speaker.listen;
      addresses = speaker.addresses;
      peers = speaker.peers;
      announce = speaker.announce;
      importFilter = speaker.importFilter;
      exportFilter = speaker.exportFilter;
      deferral = speaker.deferral;
      multipath = speaker.multipath;
      ranges = speaker.ranges;
      rpki = speaker.rpki;
      bmp = speaker.bmp;
      mrt = speaker.mrt;
      preferOlder = speaker.preferOlder;
    }

    private SpeakerConfig done() {
      return new SpeakerConfig(
          as,
          identifier,
          clusterId,
          listen,
          addresses,
          peers,
          announce,
          importFilter,
          exportFilter,
          deferral,
          multipath,
          ranges,
          rpki,
          bmp,
          mrt,
          preferOlder);
    }
  }
}

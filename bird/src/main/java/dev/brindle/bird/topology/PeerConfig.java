// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bfd.BfdSettings;
import dev.brindle.bird.session.AcceptedAs;
import dev.brindle.bird.wire.Family;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// One peer as it should be. Two equal ones mean the same session.
///
/// @param name unique among the peers; Calico's, such as `Mesh_10_0_0_2`
/// @param port where it is called
/// @param source the address we call from; empty for what the kernel takes
/// @param localAs ours, as this peer knows us
/// @param peerAs 0 if only its OPEN will tell
/// @param passive we never call
/// @param ttlSecurity hops to the peer at most, checked by the kernel (RFC 5082); 0 for off
/// @param password signs the session's segments (RFC 2385)
/// @param refusal why there can be no session; empty if there can
/// @param bfd how the path to it is watched, if it is
/// @param accepted what its OPEN may say of its AS
/// @param localAsMode counts if `localAs` is not the AS we are for others
/// @param multihop how many hops our packets live; 0 for as many as the kernel gives them
/// @param zone the interface a link-local address is on; without an address, the peer is whoever is
///     found there
/// @param description for people
/// @param membership if we are in a confederation
/// @param aoKeys sign the session's segments (RFC 5925), the first of them by choice; none for off
public record PeerConfig(
    String name,
    PeerType type,
    IpAddress address,
    int port,
    Optional<IpAddress> source,
    AsNumber localAs,
    AsNumber peerAs,
    boolean passive,
    int ttlSecurity,
    PeerRouting routing,
    PeerTiming timing,
    Optional<Password> password,
    Optional<String> refusal,
    Optional<BfdSettings> bfd,
    AcceptedAs accepted,
    LocalAsMode localAsMode,
    int multihop,
    Optional<String> zone,
    String description,
    Optional<Membership> membership,
    List<AoKey> aoKeys) {

  private static final int MAX_HOPS = 255;
  private static final AsNumber UNKNOWN = new AsNumber(0);

  /// @throws IllegalArgumentException if a number is out of its range
  public PeerConfig {
    aoKeys = List.copyOf(aoKeys);
    if (!AoKey.areDistinct(aoKeys) || (!aoKeys.isEmpty() && password.isPresent())) {
      throw new IllegalArgumentException("TCP-AO keys alike, or beside a password");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port %d is not in 1..65535".formatted(port));
    }
    if (ttlSecurity < 0 || ttlSecurity > MAX_HOPS) {
      throw new IllegalArgumentException("ttlSecurity %d is not in 0..255".formatted(ttlSecurity));
    }
    if (multihop < 0 || multihop > MAX_HOPS) {
      throw new IllegalArgumentException("multihop %d is not in 0..255".formatted(multihop));
    }
    if (!accepted.known().orElse(UNKNOWN).equals(peerAs)) {
      throw new IllegalArgumentException("AS %s is not %s".formatted(peerAs, accepted));
    }
  }

  /// With Calico's defaults: port 179, the family of the address.
  public static PeerConfig of(
      String name, PeerType type, IpAddress address, AsNumber localAs, AsNumber peerAs) {
    return new PeerConfig(
        name,
        type,
        address,
        ListenAddress.BGP_PORT,
        Optional.empty(),
        localAs,
        peerAs,
        false,
        0,
        PeerRouting.of(Family.of(address.family())),
        PeerTiming.CALICO,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        new AcceptedAs.One(peerAs),
        LocalAsMode.REPLACED,
        0,
        Optional.empty(),
        "",
        Optional.empty(),
        List.of());
  }

  public boolean isInternal() {
    return localAs.equals(peerAs);
  }

  /// In another member AS of our confederation.
  public boolean isMember() {
    return membership.filter(Membership::shared).isPresent();
  }

  /// Neither in our AS nor in our confederation.
  public boolean isOutside() {
    return !isInternal() && !isMember();
  }

  /// The same somewhere else.
  public PeerConfig at(String otherName, IpAddress otherAddress) {
    return with(
        draft -> {
          draft.name = otherName;
          draft.address = otherAddress;
        });
  }

  /// Known by its link alone, and not found yet.
  public boolean isUnnumbered() {
    return zone.isPresent() && address.isUnspecified();
  }

  public PeerConfig withAddress(IpAddress changed) {
    return with(draft -> draft.address = changed);
  }

  public PeerConfig withPort(int changed) {
    return with(draft -> draft.port = changed);
  }

  public PeerConfig withSource(Optional<IpAddress> changed) {
    return with(draft -> draft.source = changed);
  }

  public PeerConfig withPassive(boolean changed) {
    return with(draft -> draft.passive = changed);
  }

  public PeerConfig withTtlSecurity(int changed) {
    return with(draft -> draft.ttlSecurity = changed);
  }

  public PeerConfig withRouting(PeerRouting changed) {
    return with(draft -> draft.routing = changed);
  }

  public PeerConfig withTiming(PeerTiming changed) {
    return with(draft -> draft.timing = changed);
  }

  public PeerConfig withPassword(Password changed) {
    return with(draft -> draft.password = Optional.of(changed));
  }

  /// What differs, if anything, may change under a session that runs.
  public boolean meansSameSession(PeerConfig other) {
    return withRouting(other.routing)
            .withBfd(other.bfd)
            .withDescription(other.description)
            .withAoKeys(other.aoKeys)
            .equals(other)
        && AoKey.mayRoll(aoKeys, other.aoKeys)
        && routing.meansSameSession(other.routing);
  }

  public PeerConfig withBfd(Optional<BfdSettings> changed) {
    return with(draft -> draft.bfd = changed);
  }

  /// The AS that the OPEN may name, in place of a certain one.
  public PeerConfig withAccepted(AcceptedAs changed) {
    return with(
        draft -> {
          draft.accepted = changed;
          draft.peerAs = changed.known().orElse(UNKNOWN);
        });
  }

  public PeerConfig withLocalAsMode(LocalAsMode changed) {
    return with(draft -> draft.localAsMode = changed);
  }

  public PeerConfig withMultihop(int changed) {
    return with(draft -> draft.multihop = changed);
  }

  public PeerConfig withZone(Optional<String> changed) {
    return with(draft -> draft.zone = changed);
  }

  public PeerConfig withDescription(String changed) {
    return with(draft -> draft.description = changed);
  }

  public PeerConfig withMembership(Membership changed) {
    return with(draft -> draft.membership = Optional.of(changed));
  }

  public PeerConfig withLocalAs(AsNumber changed) {
    return with(draft -> draft.localAs = changed);
  }

  public PeerConfig withAoKeys(List<AoKey> changed) {
    return with(draft -> draft.aoKeys = changed);
  }

  public PeerConfig refusedBecause(String reason) {
    return with(draft -> draft.refusal = Optional.of(reason));
  }

  private PeerConfig with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /// All components, to change one of them.
  private static final class Draft {
    private String name;
    private PeerType type;
    private IpAddress address;
    private int port;
    private Optional<IpAddress> source;
    private AsNumber localAs;
    private AsNumber peerAs;
    private boolean passive;
    private int ttlSecurity;
    private PeerRouting routing;
    private PeerTiming timing;
    private Optional<Password> password;
    private Optional<String> refusal;
    private Optional<BfdSettings> bfd;
    private AcceptedAs accepted;
    private LocalAsMode localAsMode;
    private int multihop;
    private Optional<String> zone;
    private String description;
    private Optional<Membership> membership;
    private List<AoKey> aoKeys;

    private Draft(PeerConfig peer) {
      name = peer.name;
      type = peer.type;
      address = peer.address;
      port = peer.port;
      source = peer.source;
      localAs = peer.localAs;
      peerAs = peer.peerAs;
      passive = peer.passive;
      ttlSecurity = peer.ttlSecurity;
      routing = peer.routing;
      timing = peer.timing;
      password = peer.password;
      refusal = peer.refusal;
      bfd = peer.bfd;
      accepted = peer.accepted;
      localAsMode = peer.localAsMode;
      multihop = peer.multihop;
      zone = peer.zone;
      description = peer.description;
      membership = peer.membership;
      aoKeys = peer.aoKeys;
    }

    private PeerConfig done() {
      return new PeerConfig(
          name,
          type,
          address,
          port,
          source,
          localAs,
          peerAs,
          passive,
          ttlSecurity,
          routing,
          timing,
          password,
          refusal,
          bfd,
          accepted,
          localAsMode,
          multihop,
          zone,
          description,
          membership,
          aoKeys);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bfd.BfdSettings;
import dev.brindle.bird.wire.Family;
import java.util.Optional;

/// One peer as it should be. Two equal ones mean the same session.
///
/// @param name unique among the peers; Calico's, such as `Mesh_10_0_0_2`
/// @param port where it is called
/// @param source the address we call from; empty for what the kernel takes
/// @param localAs ours, as this peer knows us
/// @param passive we never call
/// @param ttlSecurity hops to the peer at most, checked by the kernel (RFC 5082); 0 for off
/// @param password signs the session's segments (RFC 2385)
/// @param refusal why there can be no session; empty if there can
/// @param bfd how the path to it is watched, if it is
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
    Optional<BfdSettings> bfd) {

  private static final int MAX_HOPS = 255;

  /// @throws IllegalArgumentException if a number is out of its range
  public PeerConfig {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port %d is not in 1..65535".formatted(port));
    }
    if (ttlSecurity < 0 || ttlSecurity > MAX_HOPS) {
      throw new IllegalArgumentException("ttlSecurity %d is not in 0..255".formatted(ttlSecurity));
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
        Optional.empty());
  }

  public boolean isInternal() {
    return localAs.equals(peerAs);
  }

  public PeerConfig withPort(int changed) {
    return new PeerConfig(
        name,
        type,
        address,
        changed,
        source,
        localAs,
        peerAs,
        passive,
        ttlSecurity,
        routing,
        timing,
        password,
        refusal,
        bfd);
  }

  public PeerConfig withSource(Optional<IpAddress> changed) {
    return new PeerConfig(
        name,
        type,
        address,
        port,
        changed,
        localAs,
        peerAs,
        passive,
        ttlSecurity,
        routing,
        timing,
        password,
        refusal,
        bfd);
  }

  public PeerConfig withPassive(boolean changed) {
    return new PeerConfig(
        name,
        type,
        address,
        port,
        source,
        localAs,
        peerAs,
        changed,
        ttlSecurity,
        routing,
        timing,
        password,
        refusal,
        bfd);
  }

  public PeerConfig withTtlSecurity(int changed) {
    return new PeerConfig(
        name, type, address, port, source, localAs, peerAs, passive, changed, routing, timing,
        password, refusal, bfd);
  }

  public PeerConfig withRouting(PeerRouting changed) {
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
        changed,
        timing,
        password,
        refusal,
        bfd);
  }

  public PeerConfig withTiming(PeerTiming changed) {
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
        changed,
        password,
        refusal,
        bfd);
  }

  public PeerConfig withPassword(Password changed) {
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
        Optional.of(changed),
        refusal,
        bfd);
  }

  /// What differs, if anything, may change under a session that runs.
  public boolean meansSameSession(PeerConfig other) {
    return withRouting(other.routing).withBfd(other.bfd).equals(other)
        && routing.meansSameSession(other.routing);
  }

  public PeerConfig withBfd(Optional<BfdSettings> changed) {
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
        changed);
  }

  public PeerConfig refusedBecause(String reason) {
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
        Optional.of(reason),
        bfd);
  }
}

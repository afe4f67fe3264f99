// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.RouteFilter;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// All that a speaker should be and do.
///
/// @param as ours
/// @param identifier our router id: any IPv4 address but 0.0.0.0, unique in the AS
/// @param clusterId of our cluster, if we reflect routes
/// @param listen where we can be called; empty for nowhere
/// @param addresses ours: next hops for peers whose session runs on the other family
/// @param announce prefixes we are the origin of
/// @param deferral how long after a start to wait at most for peers to tell everything
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
    Duration deferral) {

  /// @throws IllegalArgumentException if the identifier is none or two peers have one name
  public SpeakerConfig {
    listen = List.copyOf(listen);
    addresses = List.copyOf(addresses);
    peers = List.copyOf(peers);
    announce = Set.copyOf(announce);
    if (!identifier.isIpv4() || identifier.isUnspecified()) {
      throw new IllegalArgumentException(
          "router id %s is not an IPv4 address other than 0.0.0.0".formatted(identifier));
    }
    Set<String> names = new HashSet<>();
    for (PeerConfig peer : peers) {
      if (!names.add(peer.name())) {
        throw new IllegalArgumentException("two peers are called " + peer.name());
      }
    }
  }

  public SpeakerConfig withPeers(List<PeerConfig> changed) {
    return new SpeakerConfig(
        as,
        identifier,
        clusterId,
        listen,
        addresses,
        changed,
        announce,
        importFilter,
        exportFilter,
        deferral);
  }

  public SpeakerConfig withAnnounce(Set<Cidr> changed) {
    return new SpeakerConfig(
        as,
        identifier,
        clusterId,
        listen,
        addresses,
        peers,
        changed,
        importFilter,
        exportFilter,
        deferral);
  }

  public SpeakerConfig withExportFilter(RouteFilter changed) {
    return new SpeakerConfig(
        as,
        identifier,
        clusterId,
        listen,
        addresses,
        peers,
        announce,
        importFilter,
        changed,
        deferral);
  }
}

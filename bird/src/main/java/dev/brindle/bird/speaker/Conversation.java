// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.rib.PathManners;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.session.Agreement;
import dev.brindle.bird.topology.LocalAsMode;
import dev.brindle.bird.topology.Membership;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRole;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Capability.GracefulRestart;
import dev.brindle.bird.wire.Capability.LongLivedFamily;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PeerTerms;
import dev.brindle.bird.wire.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// An established session as the routes see it.
record Conversation(Agreement agreement, Neighbour neighbour) {

  /// @param localAddress of the connection
  /// @param beside of the other family on its interface, if there is one: asked for where prefixes
  /// of that family would have no next hop otherwise
  static Conversation of(
      Agreement agreed,
      PeerConfig peer,
      SpeakerConfig speaker,
      Optional<IpAddress> localAddress,
      Function<IpAddress, Optional<IpAddress>> beside) {
    boolean isExternal = agreed.terms().isExternal();
    Source source =
        new Source(
            Source.Kind.of(agreed.terms().kind()),
            peer.name(),
            peer.address(),
            agreed.terms().identifier(),
            peer.routing().reflectorClient());
    List<IpAddress> addresses = new ArrayList<>(peer.source().stream().toList());
    addresses.addAll(localAddress.stream().toList());
    addresses.addAll(speaker.addresses());
    boolean hasAll =
        agreed.terms().families().stream()
            .allMatch(it -> addresses.stream().anyMatch(own -> own.family() == it.ip()));
    if (!hasAll) {
      localAddress.flatMap(beside).ifPresent(addresses::add);
    }
    Neighbour neighbour =
        new Neighbour(
            agreed.terms().kind(),
            source,
            peer.localAs(),
            agreed.terms().peerAs(),
            addresses.stream().distinct().toList(),
            speaker.identifier(),
            peer.routing().clusterId().or(speaker::clusterId).orElse(speaker.identifier()),
            peer.routing().reflectorClient(),
            peer.routing().allowedOwnAs(),
            peer.routing().nextHopMode());
    Optional<Role> role = isExternal ? peer.routing().role().map(PeerRole::ours) : Optional.empty();
    return new Conversation(
        agreed,
        neighbour
            .withRole(role)
            .withExtendedNextHop(agreed.terms().extendedNextHop())
            .withManners(manners(peer, speaker, isExternal))
            .withLink(peer.zone()));
  }

  private static PathManners manners(PeerConfig peer, SpeakerConfig speaker, boolean isExternal) {
    Optional<AsNumber> confederation = peer.membership().map(Membership::confederation);
    if (confederation.isPresent() && !isExternal) {
      return PathManners.within(confederation.get(), speaker.as());
    }
    LocalAsMode mode = peer.localAsMode();
    AsNumber usual = confederation.orElse(speaker.as());
    return PathManners.of(peer.localAs(), usual, mode.noPrepend(), mode.replaceAs())
        .withTransparent(peer.routing().routeServerClient())
        .withAnyFirst(!peer.routing().enforceFirstAs());
  }

  PeerTerms terms() {
    return agreement.terms();
  }

  /// The peer has restarted, and says that packets for our old routes still pass (RFC 4724 §4.2).
  ///
  /// @param isLastResort it is kept beyond the restart time (RFC 9494 §4.2)
  boolean keepsStale(Family family, boolean isLastResort) {
    return terms().families().contains(family)
        && (isLastResort
            ? agreement
                .longLived()
                .flatMap(it -> it.of(family))
                .filter(LongLivedFamily::forwardingKept)
                .isPresent()
            : terms().gracefulRestart().filter(it -> it.isForwarding(family)).isPresent());
  }

  /// The peer has restarted itself, and would wait for our End-of-RIB (RFC 4724 §3).
  boolean isRestarting() {
    return terms().gracefulRestart().filter(GracefulRestart::restarting).isPresent();
  }
}

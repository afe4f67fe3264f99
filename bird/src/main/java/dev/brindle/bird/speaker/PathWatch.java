// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bfd.BfdReport;
import dev.brindle.bird.bfd.BfdSettings;
import dev.brindle.bird.bfd.live.BfdTarget;
import dev.brindle.bird.bfd.live.BfdWatch;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.SpeakerConfig;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The BFD session of a peer, if it is to have one. On the speaker's thread.
final class PathWatch {

  private final Workshop workshop;
  private final BiConsumer<BfdReport, BfdReport> onChange;
  private Optional<BfdSettings> settings = Optional.empty();
  private @Nullable BfdWatch watch;

  /// @param onChange hears the report before and now, on the speaker's thread
  PathWatch(Workshop workshop, BiConsumer<BfdReport, BfdReport> onChange) {
    this.workshop = workshop;
    this.onChange = onChange;
  }

  /// Makes it so. New times alone do not disturb a session.
  void follow(PeerConfig peer, SpeakerConfig speaker) {
    Optional<BfdSettings> before = settings;
    settings = peer.bfd();
    if (watch != null && settings.isPresent() && isSamePath(before, settings.get())) {
      watch.change(settings.get());
      return;
    }
    stop();
    settings.ifPresent(wanted -> watch = begin(target(peer, speaker, wanted), wanted));
  }

  private static boolean isSamePath(Optional<BfdSettings> before, BfdSettings wanted) {
    return before.filter(it -> it.isMultihop() == wanted.isMultihop()).isPresent();
  }

  private BfdWatch begin(BfdTarget target, BfdSettings wanted) {
    BfdWatch[] self = new BfdWatch[1];
    BfdWatch begun =
        workshop
            .bfd()
            .watch(
                target,
                wanted,
                (before, now) -> workshop.executor().execute(() -> tell(self[0], before, now)));
    self[0] = begun;
    return begun;
  }

  private void tell(@Nullable BfdWatch source, BfdReport before, BfdReport now) {
    if (source != null && source == watch) {
      onChange.accept(before, now);
    }
  }

  void stop() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }

  boolean isStrict() {
    return settings.filter(BfdSettings::isStrict).isPresent();
  }

  /// The peer's session has to wait until the path is known to work.
  boolean holdsBack() {
    return isStrict() && report().filter(BfdReport::lets).isEmpty();
  }

  Optional<BfdReport> report() {
    return Optional.ofNullable(watch).map(BfdWatch::report);
  }

  /// BFD listens where BGP does: anywhere, or where we call this peer from. A link-local peer is
  /// heard anywhere.
  private static BfdTarget target(PeerConfig peer, SpeakerConfig speaker, BfdSettings wanted) {
    IpAddress address = peer.address();
    List<IpAddress> places =
        speaker.listen().stream()
            .map(ListenAddress::address)
            .filter(it -> it.isUnspecified() || it.family() == address.family())
            .distinct()
            .toList();
    boolean isAnywhere =
        peer.zone().isPresent()
            || places.isEmpty()
            || places.stream().anyMatch(IpAddress::isUnspecified);
    List<IpAddress> listen =
        isAnywhere
            ? List.of(IpAddress.parse(address.isIpv4() ? "0.0.0.0" : "::"))
            : peer.source().map(List::of).orElse(places);
    return new BfdTarget(address, peer.zone(), peer.source(), wanted.isMultihop(), listen);
  }
}

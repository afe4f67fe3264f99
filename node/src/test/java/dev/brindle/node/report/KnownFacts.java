// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.report;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.speaker.PeerReport;
import dev.brindle.bird.speaker.SpeakerReport;
import dev.brindle.bird.topology.PeerType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// What a test says the node knows.
final class KnownFacts implements NodeFacts {

  static final Instant STARTED = Instant.parse("2026-01-02T03:04:05.678Z");
  static final Instant RECONFIGURED = Instant.parse("2026-01-02T03:04:09.1Z");

  /// None: it does not speak BGP.
  volatile Optional<List<PeerReport>> peers = Optional.of(List.of());

  volatile RouteFacts routes = RouteFacts.NONE;

  /// What happens when it is asked.
  volatile Runnable onAsked = () -> {};

  /// How often it was asked.
  final AtomicInteger rounds = new AtomicInteger();

  static PeerReport peer(PeerType type, String address, String state) {
    return new PeerReport(
        type + " " + address,
        type,
        IpAddress.parse(address),
        new AsNumber(64_512),
        state,
        Instant.parse("2026-01-02T04:00:00.25Z"),
        "",
        0,
        0,
        0,
        false);
  }

  @Override
  public Optional<Bgp> bgp() {
    rounds.incrementAndGet();
    onAsked.run();
    return peers.map(
        all ->
            new Bgp(
                new SpeakerReport(
                    new AsNumber(64_512), IpAddress.parse("192.0.2.1"), List.of(), true, all, 0),
                "1.2.3",
                STARTED,
                RECONFIGURED));
  }

  @Override
  public RouteFacts routes(int most) {
    return routes;
  }
}

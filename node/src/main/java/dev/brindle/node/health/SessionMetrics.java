// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

import dev.brindle.bird.bfd.BfdState;
import dev.brindle.bird.speaker.MessageCounts;
import dev.brindle.bird.speaker.PeerReport;
import dev.brindle.bird.speaker.SpeakerReport;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Supplier;

/// BGP sessions as metrics: a fixed number of series for each peer, all of one scrape from one
/// report. Names are those that exporters for routers use, without the router's name before them.
public final class SessionMetrics implements MultiCollector {

  /// As BGP4-MIB counts them (RFC 4273).
  private static final List<String> STATES =
      List.of("Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established");

  private static final double MICROS = 1e6;

  private final Supplier<Optional<SpeakerReport>> bgp;

  /// @param bgp empty while there is none
  public SessionMetrics(Supplier<Optional<SpeakerReport>> bgp) {
    this.bgp = bgp;
  }

  @Override
  public MetricSnapshots collect() {
    Optional<SpeakerReport> report = bgp.get();
    return report.isEmpty()
        ? new MetricSnapshots()
        : new MetricSnapshots(of(report.get()).toArray(MetricSnapshot[]::new));
  }

  private static List<MetricSnapshot> of(SpeakerReport report) {
    List<MetricSnapshot> all = of(report.peers());
    report.mrt().map(MrtMetrics::of).ifPresent(all::addAll);
    return all;
  }

  private static List<MetricSnapshot> of(List<PeerReport> peers) {
    List<MetricSnapshot> all = new ArrayList<>();
    all.add(
        gauge(
            "bgp_session_up",
            "1 while the session is established.",
            peers,
            peer -> of(peer.isEstablished())));
    all.add(
        gauge(
            "bgp_session_state",
            "1 idle, 2 connect, 3 active, 4 opensent, 5 openconfirm, 6 established.",
            peers,
            peer -> OptionalDouble.of(STATES.indexOf(peer.state()) + 1)));
    all.add(
        gauge(
            "bgp_session_state_since_timestamp_seconds",
            "When the state began.",
            peers,
            peer -> OptionalDouble.of(seconds(peer.since()))));
    all.add(
        gauge(
            "bgp_session_last_down_timestamp_seconds",
            "When the session last went down.",
            peers,
            peer ->
                peer.details()
                    .lastDown()
                    .map(it -> OptionalDouble.of(seconds(it)))
                    .orElse(OptionalDouble.empty())));
    all.add(lastDown(peers));
    all.add(
        gauge(
            "bgp_session_draining",
            "1 while the peer is told to take other ways, as we will soon be gone.",
            peers,
            peer -> of(peer.draining())));
    prefixes(peers, all);
    all.add(
        counter(
            "bgp_session_flaps", "How often it went down.", peers, peer -> peer.details().flaps()));
    all.add(messages(peers));
    all.add(
        gauge(
            "bgp_session_round_trip_seconds",
            "As the session's TCP connection measures it.",
            peers,
            peer ->
                peer.details().roundTripMicros().isPresent()
                    ? OptionalDouble.of(peer.details().roundTripMicros().getAsLong() / MICROS)
                    : OptionalDouble.empty()));
    all.add(
        gauge(
            "bfd_session_up",
            "1 while BFD hears the peer, of peers that it watches.",
            peers,
            peer ->
                peer.bfd()
                    .map(it -> of(it.state() == BfdState.UP))
                    .orElse(OptionalDouble.empty())));
    return all;
  }

  private static void prefixes(List<PeerReport> peers, List<MetricSnapshot> all) {
    all.add(
        gauge(
            "bgp_prefixes_received",
            "Prefixes the peer told and were accepted.",
            peers,
            peer -> OptionalDouble.of(peer.received())));
    all.add(
        gauge(
            "bgp_prefixes_advertised",
            "Prefixes the peer has of us.",
            peers,
            peer -> OptionalDouble.of(peer.advertised())));
    all.add(
        gauge(
            "bgp_session_prefixes_received_count",
            "Prefixes the peer tells, accepted or not; of very many rejected ones not all count.",
            peers,
            peer -> OptionalDouble.of(peer.details().told())));
    all.add(
        gauge(
            "bgp_session_prefixes_accepted_count",
            "Prefixes the peer told and were accepted.",
            peers,
            peer -> OptionalDouble.of(peer.received())));
    all.add(
        gauge(
            "bgp_session_prefixes_rejected_count",
            "Prefixes rejected since the session is up, each time counted.",
            peers,
            peer -> OptionalDouble.of((double) peer.rejected())));
    all.add(
        gauge(
            "bgp_session_prefixes_advertised_count",
            "Prefixes the peer has of us.",
            peers,
            peer -> OptionalDouble.of(peer.advertised())));
    all.add(
        gauge(
            "bgp_session_prefixes_waiting_count",
            "Prefixes whose news the peer has not been sent yet.",
            peers,
            peer -> OptionalDouble.of(peer.details().waiting())));
  }

  private static OptionalDouble of(boolean isTrue) {
    return OptionalDouble.of(isTrue ? 1 : 0);
  }

  private static double seconds(Instant instant) {
    return instant.toEpochMilli() / 1e3;
  }

  private static Labels labels(PeerReport peer) {
    return Labels.of("address", peer.address().toString(), "peer", peer.name());
  }

  /// @param value empty where a peer has none
  private static GaugeSnapshot gauge(
      String name,
      String help,
      List<PeerReport> peers,
      Function<PeerReport, OptionalDouble> value) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    for (PeerReport peer : peers) {
      value
          .apply(peer)
          .ifPresent(
              it ->
                  gauge.dataPoint(
                      GaugeSnapshot.GaugeDataPointSnapshot.builder()
                          .labels(labels(peer))
                          .value(it)
                          .build()));
    }
    return gauge.build();
  }

  private static CounterSnapshot counter(
      String name, String help, List<PeerReport> peers, Function<PeerReport, Long> value) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
    peers.forEach(peer -> counter.dataPoint(point(labels(peer), value.apply(peer))));
    return counter.build();
  }

  private static CounterSnapshot.CounterDataPointSnapshot point(Labels labels, long value) {
    return CounterSnapshot.CounterDataPointSnapshot.builder()
        .labels(labels)
        .value((double) value)
        .build();
  }

  /// The reason as one of few, so that it is one series for each peer and few over time.
  private static GaugeSnapshot lastDown(List<PeerReport> peers) {
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder()
            .name("bgp_session_last_down_reason")
            .help("1 for why the session last went down.");
    for (PeerReport peer : peers) {
      if (peer.details().lastDown().isPresent()) {
        String reason = DownReason.of(peer.details().lastReason());
        gauge.dataPoint(
            GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels(peer).add("reason", reason))
                .value(1)
                .build());
      }
    }
    return gauge.build();
  }

  private static CounterSnapshot messages(List<PeerReport> peers) {
    CounterSnapshot.Builder counter =
        CounterSnapshot.builder()
            .name("bgp_session_messages")
            .help("Messages by type, to the peer (output) and from it (input).");
    for (PeerReport peer : peers) {
      messages(counter, labels(peer).add("direction", "input"), peer.details().received());
      messages(counter, labels(peer).add("direction", "output"), peer.details().sent());
    }
    return counter.build();
  }

  private static void messages(
      CounterSnapshot.Builder counter, Labels labels, MessageCounts counts) {
    counter.dataPoint(point(labels.add("type", "open"), counts.opens()));
    counter.dataPoint(point(labels.add("type", "update"), counts.updates()));
    counter.dataPoint(point(labels.add("type", "notification"), counts.notifications()));
    counter.dataPoint(point(labels.add("type", "keepalive"), counts.keepalives()));
    counter.dataPoint(point(labels.add("type", "route_refresh"), counts.refreshes()));
  }
}

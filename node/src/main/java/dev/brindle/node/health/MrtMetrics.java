// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

import dev.brindle.bird.speaker.MrtReport;
import dev.brindle.bird.speaker.MrtReport.FileReport;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/// What became of MRT files, as metrics.
final class MrtMetrics {

  private MrtMetrics() {}

  static List<MetricSnapshot> of(MrtReport report) {
    Map<String, FileReport> kinds =
        Map.of("tables", report.tables(), "messages", report.messages());
    return List.of(
        counter("bgp_mrt_files", "MRT files that are whole.", kinds, FileReport::files),
        counter(
            "bgp_mrt_lost",
            "Tables and messages that are in no MRT file: the disk did not take them.",
            kinds,
            FileReport::lost),
        failing(kinds));
  }

  private static MetricSnapshot counter(
      String name, String help, Map<String, FileReport> kinds, ToLongFunction<FileReport> value) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
    kinds.forEach(
        (kind, files) ->
            counter.dataPoint(
                CounterSnapshot.CounterDataPointSnapshot.builder()
                    .labels(Labels.of("kind", kind))
                    .value((double) value.applyAsLong(files))
                    .build()));
    return counter.build();
  }

  private static MetricSnapshot failing(Map<String, FileReport> kinds) {
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder().name("bgp_mrt_failing").help("1 while the newest was not written.");
    kinds.forEach(
        (kind, files) ->
            gauge.dataPoint(
                GaugeSnapshot.GaugeDataPointSnapshot.builder()
                    .labels(Labels.of("kind", kind))
                    .value(files.problem().isEmpty() ? 0 : 1)
                    .build()));
    return gauge.build();
  }
}

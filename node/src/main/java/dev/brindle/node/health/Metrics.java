// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

import dev.brindle.bird.speaker.SpeakerReport;
import dev.brindle.felix.agent.AgentReport;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// Turns reports into metrics, when they are asked for.
public final class Metrics {

  private final PrometheusRegistry registry = new PrometheusRegistry();

  /// @param kernelRoutes how many routes of bird are in the kernel
  /// @param podsAbandoned how many pods lost the address they got while the store was away
  public Metrics(
      Supplier<Optional<SpeakerReport>> bgp,
      Supplier<AgentReport> felix,
      Supplier<Integer> kernelRoutes,
      Supplier<Long> podsAbandoned) {
    gauge(
        "felix_active_local_endpoints",
        "Endpoints of this node.",
        felix,
        report -> report.counters().endpoints());
    gauge(
        "felix_active_local_policies",
        "Policies that apply to an endpoint of this node.",
        felix,
        report -> report.counters().policies());
    gauge(
        "felix_resync_state",
        "1 while the datastore has not told all, then 3.",
        felix,
        report -> report.isInSync() ? 3 : 1);
    gauge(
        "felix_problems",
        "What is not in the kernel as it should be.",
        felix,
        report -> report.problems().size());
    counter(
        "felix_int_dataplane_applies",
        "Rounds that changed or compared the kernel.",
        felix,
        report -> report.counters().applies());
    counter(
        "felix_int_dataplane_failures",
        "Rounds that left a problem.",
        felix,
        report -> report.counters().failures());
    counter(
        "felix_int_dataplane_apply_time_seconds",
        "Time of all rounds.",
        felix,
        report -> report.counters().applyTime().toNanos() / 1e9);
    gauge("bgp_kernel_routes", "Routes of bird in the kernel.", kernelRoutes, Integer::doubleValue);
    counter(
        "cni_reserve_pods_abandoned",
        "Pods that got an address while the datastore was away and could not keep it.",
        podsAbandoned,
        Long::doubleValue);
    registry.register(new SessionMetrics(bgp));
  }

  private <T> void gauge(String name, String help, Supplier<T> source, ToDoubleFunction<T> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.applyAsDouble(source.get())))
        .register(registry);
  }

  private <T> void counter(
      String name, String help, Supplier<T> source, ToDoubleFunction<T> value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.applyAsDouble(source.get())))
        .register(registry);
  }

  public PrometheusRegistry registry() {
    return registry;
  }
}

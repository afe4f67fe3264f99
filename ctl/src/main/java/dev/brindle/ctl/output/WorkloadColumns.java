// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import dev.brindle.api.resource.WorkloadEndpoint;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// The table of endpoints.
final class WorkloadColumns {

  private WorkloadColumns() {}

  static KindTable endpoint() {
    List<Column> all =
        List.of(
            Column.name(),
            endpoint("WORKLOAD", WorkloadColumns::workload),
            endpoint("NODE", WorkloadEndpoint.Spec::node),
            endpoint("NETWORKS", spec -> Cells.joined(spec.ipNetworks())),
            endpoint("INTERFACE", WorkloadEndpoint.Spec::interfaceName),
            endpoint("PROFILES", spec -> Cells.joined(spec.profiles())),
            endpoint(
                "NATS",
                spec ->
                    Cells.joined(
                        spec.ipNATs().stream()
                            .map(nat -> nat.externalIP() + "->" + nat.internalIP())
                            .toList())),
            endpoint("ORCHESTRATOR", WorkloadEndpoint.Spec::orchestrator));
    return new KindTable(
        all,
        List.of("WORKLOAD", "NODE", "NETWORKS", "INTERFACE"),
        List.of("NAME", "WORKLOAD", "NODE", "NETWORKS", "INTERFACE", "PROFILES", "NATS"));
  }

  private static Column endpoint(String heading, Function<WorkloadEndpoint.Spec, String> value) {
    return Column.of(heading, WorkloadEndpoint.class, item -> value.apply(item.spec()));
  }

  /// The pod, or what the endpoint belongs to where there are no pods.
  private static String workload(WorkloadEndpoint.Spec spec) {
    return Stream.of(spec.pod(), spec.workload(), spec.containerID())
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }
}

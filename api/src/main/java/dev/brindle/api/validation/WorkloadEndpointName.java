// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.resource.WorkloadEndpoint;
import java.util.List;
import java.util.Optional;

/// The name of an endpoint, which its spec decides: segments with dashes between, and a dash inside
/// a segment doubled. `node-1`, `k8s`, `web`, `eth0` give `node--1-k8s-web-eth0`.
public final class WorkloadEndpointName {

  private WorkloadEndpointName() {}

  /// Empty when the spec does not say enough, or a segment begins or ends with a dash.
  public static Optional<String> of(WorkloadEndpoint.Spec spec) {
    List<String> segments = segments(spec);
    boolean isComplete = segments.stream().allMatch(WorkloadEndpointName::isSegment);
    return isComplete
        ? Optional.of(
            String.join("-", segments.stream().map(text -> text.replace("-", "--")).toList()))
        : Optional.empty();
  }

  private static boolean isSegment(String text) {
    return !text.isEmpty() && !text.startsWith("-") && !text.endsWith("-");
  }

  static List<String> segments(WorkloadEndpoint.Spec spec) {
    return switch (spec.orchestrator()) {
      case "k8s" -> List.of(spec.node(), "k8s", spec.pod(), spec.endpoint());
      case "cni" -> List.of(spec.node(), "cni", spec.containerID(), spec.endpoint());
      case "libnetwork" -> List.of(spec.node(), "libnetwork", "libnetwork", spec.endpoint());
      default -> List.of(spec.node(), spec.orchestrator(), spec.workload(), spec.endpoint());
    };
  }
}

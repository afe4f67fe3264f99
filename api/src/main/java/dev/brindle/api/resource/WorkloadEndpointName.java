// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The name of an endpoint, which its spec decides: segments with dashes between, and a dash inside
/// a segment doubled. `node-1`, `k8s`, `web`, `eth0` give `node--1-k8s-web-eth0`.
public final class WorkloadEndpointName {

  private static final String POD = "k8s";
  private static final int SEGMENTS = 4;

  private WorkloadEndpointName() {}

  /// @throws IllegalArgumentException if a segment is empty, or begins or ends with `-`
  public static String of(String... segments) {
    for (String segment : segments) {
      refuseIf(segment.isEmpty(), segment, "must not be empty");
      refuseIf(segment.startsWith("-"), segment, "must not begin with a '-'");
      refuseIf(segment.endsWith("-"), segment, "must not end with a '-'");
    }
    return joined(List.of(segments));
  }

  private static void refuseIf(boolean isWrong, String segment, String rule) {
    if (isWrong) {
      throw new IllegalArgumentException("'%s': field %s".formatted(segment, rule));
    }
  }

  public static String ofPod(String node, String pod, String inside) {
    return of(node, POD, pod, inside);
  }

  /// Empty when the spec does not say enough, or a segment begins or ends with a dash.
  public static Optional<String> of(WorkloadEndpoint.Spec spec) {
    List<String> segments = segments(spec);
    boolean isComplete = segments.stream().allMatch(WorkloadEndpointName::isSegment);
    return isComplete ? Optional.of(joined(segments)) : Optional.empty();
  }

  private static boolean isSegment(String text) {
    return !text.isEmpty() && !text.startsWith("-") && !text.endsWith("-");
  }

  private static String joined(List<String> segments) {
    return segments.stream().map(text -> text.replace("-", "--")).collect(Collectors.joining("-"));
  }

  public static List<String> segments(WorkloadEndpoint.Spec spec) {
    return switch (spec.orchestrator()) {
      case POD -> List.of(spec.node(), POD, spec.pod(), spec.endpoint());
      case "cni" -> List.of(spec.node(), "cni", spec.containerID(), spec.endpoint());
      case "libnetwork" -> List.of(spec.node(), "libnetwork", "libnetwork", spec.endpoint());
      default -> List.of(spec.node(), spec.orchestrator(), spec.workload(), spec.endpoint());
    };
  }

  /// The pod in the name of a pod's endpoint; empty for the name of anything else.
  ///
  /// @param inside the interface that the pod sees, `eth0`
  public static Optional<String> pod(String name, String inside) {
    List<String> segments = segments(name);
    boolean isPod =
        segments.size() == SEGMENTS
            && segments.get(1).equals(POD)
            && segments.get(3).equals(inside)
            && !segments.contains("");
    return isPod ? Optional.of(segments.get(2)) : Optional.empty();
  }

  private static List<String> segments(String name) {
    List<String> segments = new ArrayList<>();
    var segment = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char each = name.charAt(i);
      boolean isDouble = each == '-' && i + 1 < name.length() && name.charAt(i + 1) == '-';
      if (each == '-' && !isDouble) {
        segments.add(segment.toString());
        segment.setLength(0);
      } else {
        segment.append(each);
        i += isDouble ? 1 : 0;
      }
    }
    segments.add(segment.toString());
    return segments;
  }
}

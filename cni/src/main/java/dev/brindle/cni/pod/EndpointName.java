// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.pod;

import java.util.Arrays;
import java.util.stream.Collectors;

/// The name of a WorkloadEndpoint: its segments joined by `-`, each `-` inside a segment doubled.
public final class EndpointName {

  private EndpointName() {}

  /// @throws IllegalArgumentException if a segment is empty, or begins or ends with `-`
  public static String of(String... segments) {
    return Arrays.stream(segments).map(EndpointName::escaped).collect(Collectors.joining("-"));
  }

  private static String escaped(String segment) {
    if (segment.isEmpty()) {
      throw new IllegalArgumentException("field must not be empty");
    }
    if (segment.startsWith("-")) {
      throw new IllegalArgumentException(
          "'%s': field must not begin with a '-'".formatted(segment));
    }
    if (segment.endsWith("-")) {
      throw new IllegalArgumentException("'%s': field must not end with a '-'".formatted(segment));
    }
    return segment.replace("-", "--");
  }
}

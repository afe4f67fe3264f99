// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

import java.time.Duration;

/// How long a caller may take.
///
/// @param request until its whole request is here
/// @param reading while it reads nothing of its answer
record ControlPatience(Duration request, Duration reading) {

  static final ControlPatience USUAL =
      new ControlPatience(Duration.ofSeconds(5), Duration.ofSeconds(60));
}

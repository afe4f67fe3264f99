// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import java.util.Optional;

/// The version of this program, as the jar says it; nothing when run from class files.
public record ProductVersion(Optional<String> text) {

  public static ProductVersion ofThisProgram() {
    return new ProductVersion(
        Optional.ofNullable(Calicoctl.class.getPackage().getImplementationVersion()));
  }

  @Override
  public String toString() {
    return text.orElse("unknown");
  }
}

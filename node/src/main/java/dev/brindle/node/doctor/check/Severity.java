// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import java.util.Locale;

/// How bad a finding is.
public enum Severity {
  OK,
  /// It could not be looked at, or the answer did not come.
  UNKNOWN,
  /// It works today, or for most.
  WARNING,
  /// Something does not work.
  PROBLEM;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

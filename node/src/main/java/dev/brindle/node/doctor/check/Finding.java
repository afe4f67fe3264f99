// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import java.util.List;
import java.util.Optional;

/// What a check has to say.
///
/// @param symptom empty if all is well, or it could not be looked at
/// @param seen what was there, and where
public record Finding(Check check, Optional<Symptom> symptom, Severity severity, String seen) {

  public static Finding ok(Check check, String seen) {
    return new Finding(check, Optional.empty(), Severity.OK, seen);
  }

  /// @param why it could not be looked at
  public static Finding unknown(Check check, String why) {
    return new Finding(check, Optional.empty(), Severity.UNKNOWN, why);
  }

  /// What was found, or else that all is well.
  static List<Finding> orOk(List<Finding> found, Check check, String well) {
    return found.isEmpty() ? List.of(ok(check, well)) : List.copyOf(found);
  }
}

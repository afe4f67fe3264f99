// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

import java.util.Locale;

/// One setting there is.
///
/// @param name as in the environment after `FELIX_`, in any case
/// @param field of FelixConfiguration
/// @param fallback what counts if nobody says otherwise
/// @param effect what it changes, one sentence
public record Parameter<T>(
    String name, String field, ParameterType<T> type, T fallback, String effect) {

  /// `FELIX_VXLANPORT`.
  public String variable() {
    return "FELIX_" + name.toUpperCase(Locale.ROOT);
  }

  /// Settings are looked up for each route: the name alone tells most of them apart.
  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}

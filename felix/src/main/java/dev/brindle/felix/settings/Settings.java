// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// All settings of this node, each with where it came from.
///
/// @param values has a value of the right type for every parameter of `Parameters`
public record Settings(Map<Parameter<?>, Setting<?>> values) {

  /// What counts if nobody says anything.
  public static final Settings DEFAULTS =
      new Settings(
          Parameters.ALL.stream()
              .collect(
                  Collectors.toMap(
                      parameter -> parameter,
                      parameter -> new Setting<>(parameter.fallback(), Setting.Source.BUILT_IN))));

  public Settings {
    values = Map.copyOf(values);
  }

  @SuppressWarnings("unchecked") // `with` is the only way in, and it keeps the types together
  public <T> T get(Parameter<T> parameter) {
    return (T) setting(parameter).value();
  }

  public Setting<?> setting(Parameter<?> parameter) {
    Setting<?> setting = values.get(parameter);
    if (setting == null) {
      throw new IllegalStateException("no value for " + parameter);
    }
    return setting;
  }

  public <T> Settings with(Parameter<T> parameter, T value, Setting.Source source) {
    Map<Parameter<?>, Setting<?>> changed = new HashMap<>(values);
    changed.put(parameter, new Setting<>(value, source));
    return new Settings(changed);
  }

  /// Whether an interface is named as pods' are. Asked of each interface all the time.
  public boolean isPodInterface(String name) {
    for (String prefix : get(Parameters.INTERFACE_PREFIX)) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /// `VXLANPort = 4789 (built in)`, a line each, in the order of the table.
  public List<String> describe() {
    return Parameters.ALL.stream()
        .map(
            parameter ->
                "%s = %s (%s)"
                    .formatted(parameter, setting(parameter).value(), setting(parameter).source()))
        .toList();
  }
}

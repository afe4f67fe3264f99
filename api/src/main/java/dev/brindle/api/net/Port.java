// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.net;

import java.util.regex.Pattern;

/// What a rule says about a port: a range of numbers, or a name that endpoints give a meaning.
public sealed interface Port permits Port.Named, PortRange {

  /// Reads `80`, `1024:2048` or a name.
  ///
  /// @throws IllegalArgumentException if a number is out of range, a range is empty or a name has a
  ///     character that names cannot have
  static Port parse(String text) {
    return text.matches("[0-9]+(:[0-9]+)?") ? PortRange.parse(text) : new Named(text);
  }

  /// A port that endpoints declare by name, such as `http`.
  record Named(String name) implements Port {

    private static final Pattern ALLOWED = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");

    /// @throws IllegalArgumentException if `name` is no port name
    public Named {
      if (!ALLOWED.matcher(name).matches()) {
        throw new IllegalArgumentException("'%s' is not a port, range or name".formatted(name));
      }
    }

    @Override
    public String toString() {
      return name;
    }
  }
}

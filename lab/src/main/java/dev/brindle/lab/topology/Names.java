// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import java.util.regex.Pattern;

/// What nodes and pods may be called: names become file names and Kubernetes names.
final class Names {

  private static final Pattern ALLOWED = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");

  private Names() {}

  /// @throws IllegalArgumentException unless `name` is lower-case letters, digits and hyphens
  static void check(String name) {
    if (!ALLOWED.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name '%s' is not 1 to 40 lower-case letters, digits and inner hyphens".formatted(name));
    }
  }
}

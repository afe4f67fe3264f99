// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

/// The value that counts, and who said so.
public record Setting<T>(T value, Source source) {

  /// Strongest last.
  public enum Source {
    BUILT_IN("built in"),
    CLUSTER("FelixConfiguration default"),
    SELECTOR("FelixConfiguration with nodeSelector"),
    NODE("FelixConfiguration node.<name>"),
    ENVIRONMENT("environment");

    private final String text;

    Source(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}

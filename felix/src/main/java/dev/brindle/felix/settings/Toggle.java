// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

/// Calico's other way to say yes and no.
public enum Toggle {
  ENABLED("Enabled"),
  DISABLED("Disabled");

  private final String text;

  Toggle(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

/// Whether addresses that lead to a pod's own do so.
public enum FloatingIps {
  DISABLED("Disabled"),
  ENABLED("Enabled");

  private final String text;

  FloatingIps(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}

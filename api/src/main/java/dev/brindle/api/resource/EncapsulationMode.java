// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

/// When packets between nodes are put into a tunnel.
public enum EncapsulationMode {
  NEVER("Never"),
  ALWAYS("Always"),
  /// Only towards nodes outside the own subnet.
  CROSS_SUBNET("CrossSubnet");

  private final String text;

  EncapsulationMode(String text) {
    this.text = text;
  }

  public boolean isOn() {
    return this != NEVER;
  }

  @Override
  public String toString() {
    return text;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

/// How a packet is refused.
public enum DenyAction {
  DROP("Drop"),
  REJECT("Reject");

  private final String text;

  DenyAction(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}

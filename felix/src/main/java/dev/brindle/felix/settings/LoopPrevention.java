// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

/// What becomes of forwarded packets to a service address that nobody translated.
public enum LoopPrevention {
  DROP("Drop"),
  REJECT("Reject"),
  DISABLED("Disabled");

  private final String text;

  LoopPrevention(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}

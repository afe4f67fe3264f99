// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

/// Whether endpoints may ask for sources that are not their own.
public enum SourceSpoofing {
  DISABLED("Disabled"),
  ANY("Any");

  private final String text;

  SourceSpoofing(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}

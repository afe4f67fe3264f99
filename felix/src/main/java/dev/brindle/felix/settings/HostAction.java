// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

/// What becomes of a pod's traffic to its own node that the pod's policy allowed.
public enum HostAction {
  DROP("Drop"),
  ACCEPT("Accept"),
  /// On with the host's other rules.
  RETURN("Return");

  private final String text;

  HostAction(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}

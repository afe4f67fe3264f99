// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

/// What becomes of a policy when its staged form is put in force.
public enum StagedAction {
  /// The policy will say what the staged one says.
  SET("Set"),
  /// The policy will be gone.
  DELETE("Delete"),
  LEARN("Learn"),
  IGNORE("Ignore");

  private final String text;

  StagedAction(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}

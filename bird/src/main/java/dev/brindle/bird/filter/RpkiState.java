// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

/// What the RPKI says of a prefix and the AS its path ends with (RFC 6811 §2).
public enum RpkiState {
  VALID("valid"),
  INVALID("invalid"),
  NOT_FOUND("not-found");

  private final String text;

  RpkiState(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}

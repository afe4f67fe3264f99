// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bmp;

/// Which routes a station sees.
public enum BmpView {
  /// What peers tell, as they tell it (RFC 7854 §5).
  PRE_POLICY("pre-policy"),
  /// What of it we take, as our filters leave it.
  POST_POLICY("post-policy"),
  /// What peers are told, as they are told it (RFC 8671).
  ADJ_OUT("adj-out"),
  /// What we choose (RFC 9069).
  LOC_RIB("loc-rib");

  private final String text;

  BmpView(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}

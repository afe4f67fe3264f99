// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

/// Where one end of a session stands (RFC 5880 §4.1).
public enum BfdState {
  ADMIN_DOWN(0, "AdminDown"),
  DOWN(1, "Down"),
  INIT(2, "Init"),
  UP(3, "Up");

  private final int code;
  private final String text;

  BfdState(int code, String text) {
    this.code = code;
    this.text = text;
  }

  int code() {
    return code;
  }

  /// @param code 0 to 3
  static BfdState of(int code) {
    for (BfdState state : values()) {
      if (state.code == code) {
        return state;
      }
    }
    throw new IllegalArgumentException("BFD state %d is not in 0..3".formatted(code));
  }

  @Override
  public String toString() {
    return text;
  }
}

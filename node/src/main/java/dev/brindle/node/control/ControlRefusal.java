// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

/// Why a request was not fulfilled, for the people who asked.
public final class ControlRefusal extends Exception {

  private final String code;
  private final String cure;

  /// @param code for programs: `bad-request`, `no-such-peer`, ...
  /// @param message what was wrong
  /// @param cure what to do; may be empty
  public ControlRefusal(String code, String message, String cure) {
    super(message, null, false, false);
    this.code = code;
    this.cure = cure;
  }

  static ControlRefusal badRequest(String message) {
    return new ControlRefusal("bad-request", message, "");
  }

  public String code() {
    return code;
  }

  public String cure() {
    return cure;
  }
}

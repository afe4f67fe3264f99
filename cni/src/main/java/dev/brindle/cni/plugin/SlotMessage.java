// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.plugin;

/// A message and the call it belongs to.
public final class SlotMessage {

  private final long call;
  private final boolean isTooLong;
  private final byte[] content;

  private SlotMessage(long call, boolean isTooLong, byte[] content) {
    this.call = call;
    this.isTooLong = isTooLong;
    this.content = content;
  }

  static SlotMessage of(long call, byte[] content) {
    return new SlotMessage(call, false, content);
  }

  static SlotMessage tooLong(long call) {
    return new SlotMessage(call, true, new byte[0]);
  }

  public long call() {
    return call;
  }

  /// Whether its content was left out because there was too much.
  public boolean isTooLong() {
    return isTooLong;
  }

  /// The bytes themselves, not a copy.
  public byte[] content() {
    return content;
  }
}

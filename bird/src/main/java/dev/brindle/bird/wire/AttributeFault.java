// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/// A malformed attribute and what was done about it.
///
/// @param code the attribute's type code
/// @param reason with what was found
/// @param begin its first octets in hexadecimal, flags and all, for whoever has to find the culprit
/// (RFC 7606 §6); empty if it is not there at all
public record AttributeFault(int code, ErrorAction action, String reason, String begin) {

  private static final int SHOWN = 16;

  /// Of one that is not there.
  public AttributeFault(int code, ErrorAction action, String reason) {
    this(code, action, reason, "");
  }

  /// @param whole the attribute with its header
  static AttributeFault of(int code, ErrorAction action, String reason, ByteBuf whole) {
    int shown = Math.min(whole.readableBytes(), SHOWN);
    String begin = ByteBufUtil.hexDump(whole, whole.readerIndex(), shown);
    return new AttributeFault(
        code, action, reason, shown < whole.readableBytes() ? begin + "..." : begin);
  }

  @Override
  public String toString() {
    return "%s: %s (%s)%s"
        .formatted(
            AttributeType.name(code), reason, action, begin.isEmpty() ? "" : ", octets " + begin);
  }
}

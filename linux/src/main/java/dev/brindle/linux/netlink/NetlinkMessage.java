// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/// A message as it arrived.
///
/// @param body what follows the header, in native order; valid only until the next receive
public record NetlinkMessage(int type, int flags, int sequence, ByteBuffer body) {

  private static final int HEADER = 16;
  private static final int ERROR = 2;
  private static final int DONE = 3;

  /// @throws IllegalArgumentException if a length does not fit
  public static void forEach(ByteBuffer received, Consumer<NetlinkMessage> action) {
    int at = 0;
    int end = received.limit();
    while (at + HEADER <= end) {
      int length = received.getInt(at);
      if (length < HEADER || length > end - at) {
        throw new IllegalArgumentException(
            "netlink message of %d bytes with %d left".formatted(length, end - at));
      }
      action.accept(
          new NetlinkMessage(
              received.getShort(at + 4) & 0xffff,
              received.getShort(at + 6) & 0xffff,
              received.getInt(at + 8),
              received.slice(at + HEADER, length - HEADER).order(ByteOrder.nativeOrder())));
      at += Attributes.align(length);
    }
  }

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  public boolean isAcknowledgement() {
    return type == ERROR;
  }

  /// The end of a list.
  public boolean isDone() {
    return type == DONE;
  }

  /// @throws KernelException if the list ended early
  public void checkDone(String what) {
    if (body.remaining() >= Integer.BYTES && body.getInt(0) < 0) {
      throw new KernelException(what, new Errno(-body.getInt(0)));
    }
  }
}

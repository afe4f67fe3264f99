// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import java.nio.ByteBuffer;

/// What the kernel answers to a message (`struct nlmsgerr` and what follows).
///
/// @param errno 0 means that all is well
/// @param detail the kernel's own words, may be empty
public record Acknowledgement(Errno errno, String detail) {

  private static final int HEADER = 16;
  private static final int MESSAGE_TEXT = 1;

  public static Acknowledgement of(NetlinkMessage message) {
    ByteBuffer body = message.body();
    int errno = -body.getInt(0);
    return new Acknowledgement(new Errno(errno), errno == 0 ? "" : detail(message, body));
  }

  private static String detail(NetlinkMessage message, ByteBuffer body) {
    if (!message.has(MessageFlag.EXTENDED)) {
      return "";
    }
    int request = message.has(MessageFlag.CAPPED) ? HEADER : body.getInt(Integer.BYTES);
    int start = Integer.BYTES + Attributes.align(request);
    return Attributes.of(body, start).text(MESSAGE_TEXT).orElse("");
  }

  public boolean isSuccess() {
    return errno.number() == 0;
  }

  public KernelException asException(String what) {
    return new Refusal(0, errno, detail).asException(what);
  }
}

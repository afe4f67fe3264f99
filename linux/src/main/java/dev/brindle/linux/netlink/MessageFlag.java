// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

/// `NLM_F_...` of netlink.h.
public final class MessageFlag {

  public static final int REQUEST = 1;
  public static final int ACK = 4;
  public static final int DUMP_INTERRUPTED = 0x10;
  public static final int DUMP = 0x300;
  public static final int REPLACE = 0x100;
  public static final int EXCLUSIVE = 0x200;
  public static final int CREATE = 0x400;
  public static final int APPEND = 0x800;

  /// Of answers: the request is cut off after its header.
  static final int CAPPED = 0x100;

  /// Of answers: attributes follow that say more about an error.
  static final int EXTENDED = 0x200;

  private MessageFlag() {}
}

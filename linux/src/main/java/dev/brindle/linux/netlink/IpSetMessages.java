// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import java.util.Optional;

/// IP sets of the old kind, which iptables uses (ip_set.h): their names, their beginning and their
/// end.
public final class IpSetMessages {

  private static final int SUBSYSTEM = 6;
  private static final int CREATE = 2;
  private static final int DESTROY = 3;
  private static final int LIST = 7;
  private static final int FIXED = 4;
  private static final int PROTOCOL = 1;
  private static final int NAME = 2;
  private static final int TYPE = 3;
  private static final int REVISION = 4;
  private static final int FAMILY = 5;
  private static final int FLAGS = 6;
  private static final int DATA = 7;
  private static final int AF_INET = 2;
  private static final int BIG_ENDIAN = 0x4000;
  private static final int NAMES_ONLY = 2;

  /// The oldest that kernels speak.
  private static final int VERSION = 6;

  private IpSetMessages() {}

  public static void listNames(MessageWriter out) {
    begin(out, LIST, MessageFlag.DUMP).bigEndian32(FLAGS | BIG_ENDIAN, NAMES_ONLY).end();
  }

  public static Optional<String> name(NetlinkMessage message) {
    return Attributes.of(message.body(), FIXED).text(NAME);
  }

  /// An empty set of IPv4 addresses (`hash:ip`). Refused if there is one of that name.
  public static void createOfAddresses(MessageWriter out, String name) {
    begin(out, CREATE, MessageFlag.CREATE | MessageFlag.EXCLUSIVE)
        .text(NAME, name)
        .text(TYPE, "hash:ip")
        .attribute8(REVISION, 0)
        .attribute8(FAMILY, AF_INET)
        .open(DATA)
        .close()
        .end();
  }

  /// Refused while a rule or another set uses it.
  public static void destroy(MessageWriter out, String name) {
    begin(out, DESTROY, 0).text(NAME, name).end();
  }

  private static MessageWriter begin(MessageWriter out, int type, int flags) {
    return out.begin((SUBSYSTEM << 8) | type, flags)
        .u8(0)
        .u8(0)
        .u16(0)
        .attribute8(PROTOCOL, VERSION);
  }
}

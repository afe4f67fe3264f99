// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

/// The four classes of RFC 4271 §5; well-known ones are all transitive. Knows the flags.
enum AttributeClass {
  WELL_KNOWN(0x40),
  OPTIONAL_TRANSITIVE(0xc0),
  OPTIONAL(0x80);

  static final int OPTIONAL_FLAG = 0x80;
  static final int TRANSITIVE_FLAG = 0x40;
  static final int PARTIAL_FLAG = 0x20;
  static final int EXTENDED_LENGTH_FLAG = 0x10;

  private static final int AIGP = 26;
  private static final int BGP_LS = 29;
  private static final int BGPSEC_PATH = 33;

  private final int flags;

  AttributeClass(int flags) {
    this.flags = flags;
  }

  /// Attributes that we do not understand, but of which we know that they are optional and not
  /// transitive, whatever their flags say (RFC 7311 §3, RFC 9552 §5.3, RFC 8205 §3).
  static boolean isNeverPassedOn(int code) {
    return code == AIGP || code == BGP_LS || code == BGPSEC_PATH;
  }

  static boolean isPartial(int flags) {
    return (flags & PARTIAL_FLAG) != 0;
  }

  int flags() {
    return flags;
  }

  /// Optional and Transitive as the class has them; Partial only where others may have passed the
  /// attribute on unread. The low four bits are ignored.
  boolean allows(int found) {
    int mayVary =
        this == OPTIONAL_TRANSITIVE ? PARTIAL_FLAG | EXTENDED_LENGTH_FLAG : EXTENDED_LENGTH_FLAG;
    return (found & 0xf0 & ~mayVary) == flags;
  }
}

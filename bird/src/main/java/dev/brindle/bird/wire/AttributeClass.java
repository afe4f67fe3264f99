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

  private final int flags;

  AttributeClass(int flags) {
    this.flags = flags;
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

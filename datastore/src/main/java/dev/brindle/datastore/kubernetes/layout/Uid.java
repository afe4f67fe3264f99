// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import java.util.UUID;

/// The uid of a resource made from that of its object, so that the two never are taken for one.
final class Uid {

  private static final int BYTES = 16;

  /// Where a UUID says which version and variant it is.
  private static final int VERSION = 6;

  private static final int VARIANT = 8;

  private Uid() {}

  /// The bits of each byte in reverse, but for the version's and the variant's. Twice gives what it
  /// was. What is no UUID stays.
  static String other(String uid) {
    UUID parsed;
    try {
      parsed = UUID.fromString(uid);
    } catch (IllegalArgumentException _) {
      return uid;
    }
    return new UUID(
            reversed(parsed.getMostSignificantBits(), 0),
            reversed(parsed.getLeastSignificantBits(), BYTES / 2))
        .toString();
  }

  private static long reversed(long bits, int first) {
    long result = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      int octet = (int) (bits >>> ((Long.BYTES - 1 - i) * Byte.SIZE)) & 0xff;
      boolean isKept = first + i == VERSION || first + i == VARIANT;
      int turned = isKept ? octet : Integer.reverse(octet) >>> (Integer.SIZE - Byte.SIZE);
      result = (result << Byte.SIZE) | turned;
    }
    return result;
  }
}

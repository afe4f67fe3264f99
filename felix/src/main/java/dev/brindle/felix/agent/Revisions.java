// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

/// Revisions of one store: they grow where they are numbers; else only equality says anything.
final class Revisions {

  private Revisions() {}

  static boolean isAtLeast(String present, String wanted) {
    if (present.equals(wanted)) {
      return true;
    }
    try {
      return Long.parseUnsignedLong(present) >= Long.parseUnsignedLong(wanted);
    } catch (NumberFormatException _) {
      return false;
    }
  }
}

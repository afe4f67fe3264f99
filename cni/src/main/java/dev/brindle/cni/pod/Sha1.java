// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.pod;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Scatters names; nothing secret depends on it.
final class Sha1 {

  private Sha1() {}

  /// 20 bytes, the caller's.
  static byte[] of(String text) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// Short names for long texts, the same ones Calico makes.
public final class UniqueId {

  private UniqueId() {}

  /// `s:` and 38 characters: the URL form of base64, without padding, of SHA-224 over the prefix
  /// and the text.
  ///
  /// @param prefix with its colon, `s:`
  public static String of(String prefix, String text) {
    byte[] hash = sha224().digest((prefix + text).getBytes(UTF_8));
    return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
  }

  private static MessageDigest sha224() {
    try {
      return MessageDigest.getInstance("SHA-224");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no SHA-224", e);
    }
  }
}

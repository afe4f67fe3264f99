// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

import java.util.Base64;

/// Short names for long texts, the same ones Calico makes.
public final class UniqueId {

  private UniqueId() {}

  /// `s:` and 38 characters: the URL form of base64, without padding, of SHA-224 over the prefix
  /// and the text.
  ///
  /// @param prefix with its colon, `s:`
  public static String of(String prefix, String text) {
    byte[] hash = TextHash.SHA_224.of(prefix + text);
    return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.label;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Makes short, scattered names of texts. Nothing secret depends on it: which one is used is what
/// the writers of a name agreed on.
public enum TextHash {
  SHA_1("SHA-1"),
  SHA_224("SHA-224"),
  SHA_256("SHA-256"),
  SHA3_256("SHA3-256");

  private final String algorithm;

  TextHash(String algorithm) {
    this.algorithm = algorithm;
  }

  /// Over the text's UTF-8; the bytes are the caller's.
  public byte[] of(String text) {
    try {
      return MessageDigest.getInstance(algorithm).digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no " + algorithm, e);
    }
  }

  /// The same as lower-case hexadecimal digits.
  public String hex(String text) {
    return HexFormat.of().formatHex(of(text));
  }
}

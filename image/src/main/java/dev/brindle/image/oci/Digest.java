// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.oci;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// `sha256:...`, the name of a blob.
public record Digest(String hex) {

  private static final String PREFIX = "sha256:";

  /// @throws IllegalArgumentException for other algorithms
  public static Digest parse(String text) {
    if (!text.matches("sha256:[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "digest '%s': expected sha256: and 64 hexadecimal digits".formatted(text));
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  public static Digest of(byte[] bytes) {
    return named(sha256().digest(bytes));
  }

  public static Digest of(Path file) throws IOException {
    MessageDigest sha256 = sha256();
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
      in.transferTo(out);
    }
    return named(sha256.digest());
  }

  static Digest of(MessageDigest sha256) {
    return named(sha256.digest());
  }

  private static Digest named(byte[] sum) {
    return new Digest(HexFormat.of().formatHex(sum));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  @Override
  public String toString() {
    return PREFIX + hex;
  }
}

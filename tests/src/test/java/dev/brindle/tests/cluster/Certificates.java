// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Keys and certificates of one authority, in a directory: `NAME.key` and `NAME.pem` of each.
///
/// @param authority the name of its own
record Certificates(Path directory, String authority) {

  static Certificates make(Path directory, String authority) {
    key(directory, authority);
    openssl(
        directory,
        "req -x509 -new -key %1$s.key -subj /CN=%1$s -days 2 -out %1$s.pem".formatted(authority));
    return new Certificates(directory, authority);
  }

  /// @param subject without spaces
  /// @param extension as a line of openssl's x509v3_config(5)
  void add(String name, String subject, String extension) {
    key(directory, name);
    try {
      Files.writeString(directory.resolve(name + ".extension"), extension);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    openssl(directory, "req -new -key %1$s.key -subj %2$s -out %1$s.csr".formatted(name, subject));
    openssl(
        directory,
        "x509 -req -in %1$s.csr -CA %2$s.pem -CAkey %2$s.key -CAcreateserial -days 2 -extfile %1$s.extension -out %1$s.pem"
            .formatted(name, authority));
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  private static void key(Path directory, String name) {
    openssl(directory, "ecparam -name prime256v1 -genkey -noout -out %s.ec".formatted(name));
    // PKCS #8, which everybody reads
    openssl(directory, "pkcs8 -topk8 -nocrypt -in %1$s.ec -out %1$s.key".formatted(name));
  }

  static void openssl(Path directory, String line) {
    List<String> words = new ArrayList<>(List.of(Programs.path("openssl")));
    words.addAll(List.of(line.split(" ", -1)));
    try {
      Process process =
          new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("openssl %s: %s".formatted(line, said));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A certificate or key as PEM text, or where it is.
public sealed interface Pem {

  /// As it is now.
  ///
  /// @throws IllegalArgumentException if it cannot be read
  String text();

  /// It is nobody's business.
  record Given(String text) implements Pem {

    @Override
    public String toString() {
      return "PEM text";
    }
  }

  /// @param what the file is, for messages
  record InFile(String what, Path file) implements Pem {

    private static final long LONGEST_FILE = 1 << 20;

    @Override
    public String text() {
      try {
        if (Files.size(file) > LONGEST_FILE) {
          throw new IllegalArgumentException(
              "%s %s is longer than %d bytes".formatted(what, file, LONGEST_FILE));
        }
        return Files.readString(file);
      } catch (IOException e) {
        throw new IllegalArgumentException("%s %s cannot be read: %s".formatted(what, file, e), e);
      }
    }
  }
}

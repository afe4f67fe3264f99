// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Certificates and keys, as PEM text.
///
/// @param authority who signed the server's certificate; absent for those the machine trusts
/// @param identity absent where the server asks for none
public record Tls(Optional<String> authority, Optional<Identity> identity) {

  public static final Tls NONE = new Tls(Optional.empty(), Optional.empty());

  private static final long LONGEST_FILE = 1 << 20;

  /// What a client shows.
  public record Identity(String certificate, String key) {

    /// The key is nobody's business.
    @Override
    public String toString() {
      return "certificate and key";
    }
  }

  /// @param what the file is, for messages
  /// @throws IllegalArgumentException if it cannot be read
  public static String file(String what, Path file) {
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

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.oci;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The bytes of a file in a layer.
public interface Content {

  long size() throws IOException;

  InputStream open() throws IOException;

  static Content of(byte[] bytes) {
    byte[] copy = bytes.clone();
    return new Content() {
      @Override
      public long size() {
        return copy.length;
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(copy);
      }
    };
  }

  static Content of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Read when it is written into the layer.
  static Content of(Path file) {
    return new Content() {
      @Override
      public long size() throws IOException {
        return Files.size(file);
      }

      @Override
      public InputStream open() throws IOException {
        return Files.newInputStream(file);
      }
    };
  }

  default byte[] bytes() throws IOException {
    try (InputStream in = open()) {
      return in.readAllBytes();
    }
  }
}

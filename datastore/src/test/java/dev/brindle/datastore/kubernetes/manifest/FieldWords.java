// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// What each kind is for and each field does, from `fields.txt`. What has no words there fails.
final class FieldWords {

  private static final String FILE = "fields.txt";

  private final Map<String, String> words = new HashMap<>();
  private final Set<String> unused;

  FieldWords() {
    String record = "";
    for (String line : lines()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] parts = line.strip().split(": ", 2);
      String place = line.startsWith(" ") ? record + " " + parts[0] : parts[0];
      if (!line.startsWith(" ")) {
        record = parts[0];
      }
      if (parts.length > 1 && words.put(place, parts[1]) != null) {
        throw new IllegalStateException("%s has %s twice".formatted(FILE, place));
      }
    }
    unused = new HashSet<>(words.keySet());
  }

  private static List<String> lines() {
    try (InputStream in = FieldWords.class.getResourceAsStream(FILE)) {
      byte[] bytes = Objects.requireNonNull(in, FILE).readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Of a kind; other records have none of their own.
  Optional<String> of(String record) {
    unused.remove(record);
    return Optional.ofNullable(words.get(record));
  }

  String of(String record, String field) {
    String place = record + " " + field;
    unused.remove(place);
    String found = words.get(place);
    if (found == null) {
      throw new IllegalStateException("%s says nothing of %s".formatted(FILE, place));
    }
    return found;
  }

  /// Words for what no record has.
  Set<String> unused() {
    return unused;
  }
}

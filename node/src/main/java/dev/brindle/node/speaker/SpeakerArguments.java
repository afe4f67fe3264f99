// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// What stands behind `brindle speaker`.
///
/// @param checks read the file and do nothing
/// @param confirm how long a reload waits for a second SIGHUP before it is undone
record SpeakerArguments(Path config, boolean checks, Optional<Duration> confirm) {

  static final String USAGE =
      """
      Usage: brindle speaker --config FILE [--check] [--confirm DURATION]

        --config FILE        what to be: asn, routerId, listen, announce, filters, neighbors, ...
        --check              read the file, say what is wrong with it, and do nothing
        --confirm DURATION   undo a reload unless a second SIGHUP comes within that time (60s)

      SIGHUP reads the file again, prints what changes, and applies it; a file with an error
      changes nothing.
      """;

  /// Empty if they are not understood.
  static Optional<SpeakerArguments> parse(List<String> words) {
    Optional<Path> config = Optional.empty();
    Optional<Duration> confirm = Optional.empty();
    boolean checks = false;
    Iterator<String> rest = words.iterator();
    while (rest.hasNext()) {
      String word = rest.next();
      switch (word) {
        case "--check" -> checks = true;
        case "--help" -> {}
        case "--config", "--confirm" -> {
          if (!rest.hasNext()) {
            return Optional.empty();
          }
          String value = rest.next();
          if (word.equals("--config")) {
            config = Optional.of(Path.of(value));
          } else {
            confirm = duration(value);
            if (confirm.isEmpty()) {
              return Optional.empty();
            }
          }
        }
        default -> {
          return Optional.empty();
        }
      }
    }
    boolean isChecking = checks;
    Optional<Duration> waits = confirm;
    return config.map(file -> new SpeakerArguments(file, isChecking, waits));
  }

  private static Optional<Duration> duration(String text) {
    try {
      return Optional.of(Durations.parse(text)).filter(it -> !it.isZero());
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // the usage says what it should be
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.bird.topology.ListenAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// What stands behind `brindle speaker`.
///
/// @param checks read the file and do nothing
/// @param confirm how long a reload waits for a second SIGHUP before it is undone
/// @param control the directory of the control socket, if it is named
/// @param metrics where Prometheus is answered, if anywhere
record SpeakerArguments(
    Path config,
    boolean checks,
    Optional<Duration> confirm,
    Optional<Path> control,
    Optional<ListenAddress> metrics) {

  static final String USAGE =
      """
      Usage: brindle speaker --config FILE [--check] [--confirm DURATION] [--control DIR] [--metrics ADDRESS:PORT]

        --config FILE        what to be: asn, routerId, listen, announce, filters, neighbors, ...
        --check              read the file, say what is wrong with it, and do nothing
        --confirm DURATION   undo a reload unless a second SIGHUP comes within that time (60s);
                             a start after a kill meanwhile undoes it too
        --control DIR        where 'brindle bgp' finds it (/run/brindle/speaker-PORT)
        --metrics A:PORT     answer Prometheus there (127.0.0.1:9091, [::1]:9091)

      SIGHUP reads the file again, prints what changes, and applies it; a file with an error
      changes nothing.
      """;

  /// Empty if they are not understood.
  static Optional<SpeakerArguments> parse(List<String> words) {
    Optional<Path> config = Optional.empty();
    Optional<Duration> confirm = Optional.empty();
    Optional<Path> control = Optional.empty();
    Optional<ListenAddress> metrics = Optional.empty();
    boolean checks = false;
    Iterator<String> rest = words.iterator();
    while (rest.hasNext()) {
      String word = rest.next();
      switch (word) {
        case "--check" -> checks = true;
        case "--help" -> {}
        case "--config", "--confirm", "--control", "--metrics" -> {
          if (!rest.hasNext()) {
            return Optional.empty();
          }
          String value = rest.next();
          if (word.equals("--config")) {
            config = Optional.of(Path.of(value));
          } else if (word.equals("--control")) {
            control = Optional.of(Path.of(value));
          } else if (word.equals("--metrics")) {
            metrics = address(value);
            if (metrics.isEmpty()) {
              return Optional.empty();
            }
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
    Optional<Path> asked = control;
    Optional<ListenAddress> told = metrics;
    return config.map(file -> new SpeakerArguments(file, isChecking, waits, asked, told));
  }

  private static Optional<ListenAddress> address(String text) {
    try {
      ListenAddress address = SpeakerPlan.listenAddress(text);
      return Optional.of(address).filter(it -> text.endsWith(":" + it.port()));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // the usage says what it should be
    }
  }

  private static Optional<Duration> duration(String text) {
    try {
      return Optional.of(Durations.parse(text)).filter(it -> !it.isZero());
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // the usage says what it should be
    }
  }
}

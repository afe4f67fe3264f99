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

  /// @throws IllegalArgumentException saying which word is wrong and what was expected
  static SpeakerArguments parse(List<String> words) {
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
        case "--config" -> config = Optional.of(Path.of(value(word, rest)));
        case "--control" -> control = Optional.of(Path.of(value(word, rest)));
        case "--metrics" -> metrics = Optional.of(address(value(word, rest)));
        case "--confirm" -> confirm = Optional.of(duration(value(word, rest)));
        default -> throw new IllegalArgumentException("'%s' is not an option".formatted(word));
      }
    }
    if (config.isEmpty()) {
      throw new IllegalArgumentException("--config FILE is missing");
    }
    return new SpeakerArguments(config.get(), checks, confirm, control, metrics);
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new IllegalArgumentException("%s needs a value".formatted(option));
    }
    return rest.next();
  }

  private static ListenAddress address(String text) {
    ListenAddress address;
    try {
      address = SpeakerPlan.listenAddress(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--metrics: " + e.getMessage(), e);
    }
    if (!text.endsWith(":" + address.port())) {
      throw new IllegalArgumentException(
          "--metrics: '%s' has no port; expected one as in 127.0.0.1:9091".formatted(text));
    }
    return address;
  }

  private static Duration duration(String text) {
    Duration duration;
    try {
      duration = Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--confirm: " + e.getMessage(), e);
    }
    if (duration.isZero()) {
      throw new IllegalArgumentException("--confirm: 0 is no time to confirm in; leave it out");
    }
    return duration;
  }
}

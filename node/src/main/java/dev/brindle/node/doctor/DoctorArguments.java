// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import dev.brindle.api.net.IpAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The words after `brindle doctor`.
///
/// @param config of the store, as the commands take it
/// @param peers to be reached in place of all nodes of the store
/// @param patience for each question to another node
/// @param root of the file system of the machine
record DoctorArguments(
    boolean isJson,
    Optional<Path> config,
    List<IpAddress> peers,
    Duration patience,
    Path root,
    boolean isHelp) {

  static final String USAGE =
      """
      usage: brindle doctor [-o table|json] [--config FILE] [--node-check ADDRESS]... [--patience MILLISECONDS]
                            [--root DIRECTORY]

      Looks at this node and says what is wrong with it, and the cure; changes nothing. Before the daemon runs it is a look
      ahead, beside one that runs it asks that one too. It is configured by the environment of brindle node run: run it with
      the same, in Kubernetes with: kubectl exec -n kube-system NODE'S-POD -- brindle doctor

        -o, --output FORMAT      table for people (default), json for programs
        -c, --config FILE        the store, as for other commands
        --node-check ADDRESS     reach this node in place of all nodes of the store; may be repeated
        --patience MILLISECONDS  for each question to another node (default 1000)
        --root DIRECTORY         where the machine's file system is (default /)

      Exit code: 0 no problems, 1 problems, 2 it could not look. What each finding means: docs/troubleshoot.md
      """;

  private static final Duration USUAL = Duration.ofSeconds(1);

  /// @throws IllegalArgumentException saying what was expected
  static DoctorArguments parse(List<String> words) {
    boolean isJson = false;
    Optional<Path> config = Optional.empty();
    List<IpAddress> peers = new ArrayList<>();
    Duration patience = USUAL;
    Path root = Path.of("/");
    var rest = new ArrayList<>(words);
    while (!rest.isEmpty()) {
      String word = rest.removeFirst();
      int equals = word.startsWith("--") ? word.indexOf('=') : -1;
      if (equals > 0) {
        rest.addFirst(word.substring(equals + 1));
        word = word.substring(0, equals);
      }
      switch (word) {
        case "-h", "--help" -> {
          return new DoctorArguments(false, config, List.of(), patience, root, true);
        }
        case "-o", "--output" -> isJson = isJson(value(word, rest));
        case "-c", "--config" -> config = Optional.of(Path.of(value(word, rest)));
        case "--node-check" -> peers.add(address(word, value(word, rest)));
        case "--patience" -> patience = millis(word, value(word, rest));
        case "--root" -> root = Path.of(value(word, rest));
        default ->
            throw new IllegalArgumentException("'%s' is not known%n%n%s".formatted(word, USAGE));
      }
    }
    return new DoctorArguments(isJson, config, List.copyOf(peers), patience, root, false);
  }

  private static String value(String word, List<String> rest) {
    if (rest.isEmpty()) {
      throw new IllegalArgumentException("expected a value after " + word);
    }
    return rest.removeFirst();
  }

  private static boolean isJson(String format) {
    return switch (format) {
      case "json" -> true;
      case "table" -> false;
      default ->
          throw new IllegalArgumentException("-o %s: expected table or json".formatted(format));
    };
  }

  private static IpAddress address(String word, String text) {
    return IpAddress.tryParse(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s %s: expected an IP address".formatted(word, text)));
  }

  private static Duration millis(String word, String text) {
    if (!text.matches("[1-9][0-9]{0,4}")) {
      throw new IllegalArgumentException(
          "%s %s: expected milliseconds, 1 to 99999".formatted(word, text));
    }
    return Duration.ofMillis(Long.parseLong(text));
  }
}

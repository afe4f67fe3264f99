// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import dev.brindle.ctl.Surroundings;
import dev.brindle.ctl.client.ClientException;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `bgp reload`: the speaker's file again.
@Command(
    name = "reload",
    description =
        "Read speaker.yaml again, show what changes, and apply it; with an error nothing changes.")
final class BgpReload extends BgpCommand {

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m|h)");

  @Option(
      names = "--confirm",
      paramLabel = "DURATION",
      description = "Undo it unless 'brindle bgp confirm' comes within that time (60s).")
  private @Nullable String confirm;

  BgpReload(Surroundings world) {
    super(world);
  }

  @Override
  void run() {
    Map<String, String> arguments = new TreeMap<>();
    if (confirm != null) {
      arguments.put("confirmMillis", Long.toString(millis(confirm)));
    }
    ask(
        "reload",
        arguments,
        line -> print(isJson() ? line + "\n" : line.path("line").asText() + "\n"));
  }

  private static long millis(String text) {
    Matcher found = DURATION.matcher(text);
    if (!found.matches()) {
      throw new ClientException(
          "--confirm is '%s', expected a duration such as 60s".formatted(text));
    }
    long unit =
        switch (found.group(2)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          default -> 3_600_000;
        };
    return Long.parseLong(found.group(1)) * unit;
  }
}

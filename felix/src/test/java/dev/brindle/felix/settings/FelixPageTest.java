// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.validation.FelixField;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// `docs/felix.md`, made from the tables of settings.
class FelixPageTest {

  private static final Path PAGE = Path.of("..", "docs", "felix.md");

  private static final String HEAD =
      """
      # FelixConfiguration: every setting of the agent

      Made from the tables in `felix.settings`. A setting counts as it is given by, the first one wins: the environment of `brindle node run`, the
      FelixConfiguration `node.NAME`, the oldest one whose `nodeSelector` selects the node, `default`, and what stands here as the default. A value
      that cannot be read counts as absent, and the log and the daemon's status say so, with the place where it was given. Changes count at once.

      A variable is `FELIX_` and the name, in any case; durations in variables are seconds (`90`), in resources durations (`1m30s`).

      ## What counts

      | field | variable | default | expected | what it changes |
      | --- | --- | --- | --- | --- |
      """;

  private static final String OTHERS =
      """

      ## What does not count

      Calico's other settings are read and kept, so that a cluster's resources can stay as they are; they change nothing here, because what they
      are about is not in this version (eBPF, WireGuard, iptables, Typha, flow logs, Windows) or has no counterpart. One that asks for something
      else than Calico's default is reported as a warning.

      | field | variable | Calico's default |
      | --- | --- | --- |
      """;

  private static String text() {
    var page = new StringBuilder(HEAD);
    for (Parameter<?> each : Parameters.ALL) {
      page.append(
          "| `%s` | `%s` | %s | %s | %s |%n"
              .formatted(
                  each.field(),
                  each.variable(),
                  code(value(each.fallback())),
                  each.type().expected(),
                  each.effect()));
    }
    page.append(
        "| `nodeSelector` | | | a selector | of any FelixConfiguration but `default` and `node.NAME`:"
            + " the nodes it is for |\n");
    page.append(OTHERS);
    for (OtherParameters.Other each : OtherParameters.ALL) {
      page.append(
          "| %s | `FELIX_%s` | %s |%n"
              .formatted(
                  each.field().equals("-") ? "" : code(each.field()),
                  each.name().toUpperCase(Locale.ROOT),
                  code(each.fallback().replaceAll("seconds:(?:.*,)?([0-9.]+)", "$1 s"))));
    }
    page.append(
        "\nOf the environment `FELIX_%s` are those of [stores.md](stores.md).%n"
            .formatted(elsewhere()));
    return page.toString();
  }

  private static String elsewhere() {
    return OtherParameters.READ_ELSEWHERE.stream()
        .map(name -> name.toUpperCase(Locale.ROOT))
        .collect(Collectors.joining("`, `FELIX_"));
  }

  private static String value(Object fallback) {
    return switch (fallback) {
      case Optional<?> optional -> optional.map(FelixPageTest::value).orElse("");
      case List<?> list -> list.stream().map(FelixPageTest::value).collect(Collectors.joining(","));
      case Duration duration ->
          duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
      case Integer mask when mask < 0 -> "0x" + Integer.toHexString(mask);
      default -> fallback.toString();
    };
  }

  private static String code(String text) {
    return text.isEmpty() ? "" : "`%s`".formatted(text.replace("|", "\\|"));
  }

  /// `-Dgolden.update=true` writes it anew.
  @Test
  void thePageIsWhatTheCodeSays() throws IOException {
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(PAGE, text());
    }
    assertThat(Files.readString(PAGE)).isEqualTo(text());
  }

  @Test
  void everyFieldThatMayBeStoredIsThere() {
    List<String> given = new ArrayList<>(List.of("nodeSelector"));
    Parameters.ALL.forEach(each -> given.add(each.field()));
    OtherParameters.ALL.forEach(each -> given.add(each.field()));
    Set<String> missing = new HashSet<>(FelixField.names());
    given.forEach(missing::remove);

    assertThat(missing).isEmpty();
  }
}

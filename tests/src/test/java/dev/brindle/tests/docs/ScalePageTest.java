// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.node.NodeVariables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What `docs/scale.md` advises to set is there to be set.
class ScalePageTest {

  private static final Path PAGE = Path.of("..", "docs", "scale.md");
  private static final Pattern SETTING = Pattern.compile("`([A-Z][A-Za-z]+)\\.([a-z][A-Za-z.]+)`");
  private static final Pattern VARIABLE = Pattern.compile("`([A-Z0-9]+_[A-Z0-9_]+)`");
  private static final Pattern YAML = Pattern.compile("(?s)```yaml\n(.*?)```");

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }

  private static String section(String kind) throws IOException {
    String all = Files.readString(PAGE.resolveSibling("resources.md"));
    int start = all.indexOf("## " + kind + "\n");
    assertThat(start).as("kind %s", kind).isNotNegative();
    int end = all.indexOf("\n## ", start);
    return all.substring(start, end < 0 ? all.length() : end);
  }

  @Test
  void fieldsAreThere() throws IOException {
    for (MatchResult setting : SETTING.matcher(page()).results().toList()) {
      String kind = setting.group(1);
      String field = setting.group(2);
      String rows =
          kind.equals("FelixConfiguration")
              ? Files.readString(PAGE.resolveSibling("felix.md"))
              : section(kind);
      assertThat(rows).as("%s.%s", kind, field).contains("\n| `" + field + "` |");
    }
  }

  @Test
  void defaultsOfTheAgentAreThose() throws IOException {
    assertThat(page())
        .contains(
            "`FelixConfiguration.routeRefreshInterval` | %ds |"
                .formatted(Parameters.ROUTE_REFRESH_INTERVAL.fallback().toSeconds()));
  }

  @Test
  void variablesAreThere() throws IOException {
    var known = new TreeSet<>(NodeVariables.all());
    for (MatchResult variable : VARIABLE.matcher(page()).results().toList()) {
      assertThat(known).contains(variable.group(1));
    }
  }

  @Test
  void resourcesCanBeRead() throws IOException {
    assertThat(YAML.matcher(page()).results().map(each -> ResourceCodec.read(each.group(1))))
        .hasSize(2)
        .allMatch(resources -> !resources.isEmpty());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.cni.install.InstallVariables;
import dev.brindle.controllers.ControllersVariables;
import dev.brindle.node.NodeVariables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `docs/variables.md` has each variable that a program reads, and none that it does not.
class VariablesPageTest {

  private static final Path PAGE = Path.of("..", "docs", "variables.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z0-9_]+)` \\|");

  /// Of one program.
  private static Collection<String> named(String heading) throws IOException {
    String page = Files.readString(PAGE);
    int start = page.indexOf("## " + heading + "\n");
    assertThat(start).as("a part '%s' of %s", heading, PAGE).isNotNegative();
    int end = page.indexOf("\n## ", start);
    var names = new TreeSet<String>();
    ROW.matcher(page.substring(start, end < 0 ? page.length() : end))
        .results()
        .forEach(row -> names.add(row.group(1)));
    return names;
  }

  /// Those of stores are on a page of their own, and so are felix's.
  private static Collection<String> own(Collection<String> all) throws IOException {
    String stores = Files.readString(PAGE.resolveSibling("stores.md"));
    String felix = Files.readString(PAGE.resolveSibling("felix.md"));
    var names = new TreeSet<String>();
    for (String name : all) {
      String plain = name.startsWith("CALICO_") ? name.substring("CALICO_".length()) : name;
      boolean isStores = stores.contains("`" + name + "`") || stores.contains("`" + plain + "`");
      if (!isStores && !felix.contains("`" + name + "`")) {
        names.add(name);
      }
    }
    return names;
  }

  @Test
  void nodesAreThere() throws IOException {
    assertThat(named("brindle node run")).isEqualTo(own(NodeVariables.all()));
  }

  @Test
  void controllersAreThere() throws IOException {
    assertThat(named("brindle controllers")).isEqualTo(own(ControllersVariables.all()));
  }

  @Test
  void theInstallersAreThere() throws IOException {
    assertThat(named("brindle cni install")).isEqualTo(own(InstallVariables.all()));
  }
}

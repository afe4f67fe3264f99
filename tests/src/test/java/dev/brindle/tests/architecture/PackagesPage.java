// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The tables of ARCHITECTURE.md §3: packages, and which types are to be found there.
final class PackagesPage {

  private static final Path PAGE = Path.of("..", "ARCHITECTURE.md");
  private static final String START = "## 3. Packages and types\n";
  private static final String END = "\n## 4.";
  private static final Pattern ROW = Pattern.compile("(?m)^\\| ([PR] )?(`[^|]*`) \\| (.*) \\|$");
  private static final Pattern NAME = Pattern.compile("`([a-z][a-z.]*)`");
  private static final Pattern TYPE = Pattern.compile("`([A-Z]\\w*)`");

  private PackagesPage() {}

  /// @param packages with `dev.brindle` in front
  /// @param types by their simple names
  record Row(boolean isPure, List<String> packages, List<String> types) {}

  static List<Row> rows() {
    String page;
    try {
      page = Files.readString(PAGE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String part = page.substring(page.indexOf(START), page.indexOf(END));
    return ROW.matcher(part)
        .results()
        .map(
            row ->
                new Row(
                    "P ".equals(row.group(1)),
                    all(NAME.matcher(row.group(2))).stream()
                        .map(name -> Brindle.ROOT + "." + name)
                        .toList(),
                    all(TYPE.matcher(row.group(3)))))
        .toList();
  }

  /// Those that decide.
  static Set<String> pure() {
    return rows().stream()
        .filter(Row::isPure)
        .flatMap(row -> row.packages().stream())
        .collect(Collectors.toSet());
  }

  private static List<String> all(Matcher names) {
    return names.results().map(name -> name.group(1)).toList();
  }
}

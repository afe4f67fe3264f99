// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.api.net.Cidr;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Paths as lines under a heading. The first thousand set the width of the columns; if there are no
/// more they are sorted. What comes after is written as it comes, so any table costs no more memory
/// than that.
final class RouteTable {

  private static final int KEPT = 1_000;
  private static final String GAP = "  ";
  private static final List<String> HEADINGS =
      List.of("", "PREFIX", "NEXT HOP", "FROM", "PREF", "MED", "ORIGIN", "AS PATH");
  private static final int LAST = HEADINGS.size() - 1;

  private final Consumer<String> out;
  private final List<Row> kept = new ArrayList<>();
  private final int[] widths = new int[HEADINGS.size()];
  private boolean isFlowing;
  private long rows;

  private record Row(Optional<Cidr> prefix, List<String> cells) {}

  /// @param out takes lines
  RouteTable(Consumer<String> out) {
    this.out = out;
  }

  void add(JsonNode path) {
    rows++;
    List<String> cells = cells(path);
    if (isFlowing) {
      out.accept(line(cells));
      return;
    }
    kept.add(new Row(Cidr.tryParse(path.path("prefix").asText()), cells));
    if (kept.size() >= KEPT) {
      flow();
    }
  }

  /// Shows what is left.
  ///
  /// @return how many paths there were
  long end() {
    if (!isFlowing && !kept.isEmpty()) {
      kept.sort(
          Comparator.comparing(
              row -> row.prefix().orElse(null), Comparator.nullsFirst(Comparator.naturalOrder())));
      flow();
    }
    return rows;
  }

  private void flow() {
    isFlowing = true;
    measure(HEADINGS);
    kept.forEach(row -> measure(row.cells()));
    out.accept(line(HEADINGS));
    kept.forEach(row -> out.accept(line(row.cells())));
    kept.clear();
  }

  private void measure(List<String> cells) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], cells.get(i).length());
    }
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < LAST; i++) {
      String cell = cells.get(i);
      line.append(cell).repeat(' ', Math.max(0, widths[i] - cell.length())).append(GAP);
    }
    return line.append(cells.get(LAST)).toString().stripTrailing() + "\n";
  }

  private static List<String> cells(JsonNode path) {
    return List.of(
        mark(path),
        path.path("prefix").asText(),
        path.path("nextHop").asText("-"),
        path.path("from").asText("ourselves"),
        path.path("localPref").asText("-"),
        path.path("med").asText("-"),
        path.path("origin").asText(),
        path.path("asPath").asText());
  }

  /// `>` peers are told of it, `=` packets go there too, `s` its peer restarts.
  private static String mark(JsonNode path) {
    String choice =
        path.path("best").asBoolean() ? ">" : path.path("equal").asBoolean() ? "=" : " ";
    return choice + (path.path("stale").asBoolean() ? "s" : " ");
  }
}

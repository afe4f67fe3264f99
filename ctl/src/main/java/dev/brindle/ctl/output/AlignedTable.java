// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A table for people and for awk: columns as wide as their longest cell, two blanks between them,
/// nothing behind the last. Columns whose heading begins with `>` are set to the right.
public final class AlignedTable {

  private static final String GAP = "  ";

  private final boolean[] isRight;
  private final List<List<String>> rows = new ArrayList<>();

  public AlignedTable(String... headings) {
    isRight = new boolean[headings.length];
    List<String> names = new ArrayList<>();
    for (int i = 0; i < headings.length; i++) {
      isRight[i] = headings[i].startsWith(">");
      names.add(isRight[i] ? headings[i].substring(1) : headings[i]);
    }
    rows.add(names);
  }

  /// @throws IllegalArgumentException if there are not as many cells as headings
  public void row(String... cells) {
    if (cells.length != isRight.length) {
      throw new IllegalArgumentException(
          "%d cells under %d headings".formatted(cells.length, isRight.length));
    }
    rows.add(Arrays.stream(cells).map(it -> it.isEmpty() ? "-" : it).toList());
  }

  @Override
  public String toString() {
    int[] widths = new int[isRight.length];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).collect(joining());
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      int blanks = widths[i] - cell.length();
      line.append(i == 0 ? "" : GAP)
          .repeat(' ', isRight[i] ? blanks : 0)
          .append(cell)
          .repeat(' ', isRight[i] ? 0 : blanks);
    }
    return line.toString().stripTrailing() + "\n";
  }
}

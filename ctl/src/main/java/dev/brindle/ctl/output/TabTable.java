// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;

/// Columns as Go's tabwriter sets them for calicoctl: at least 5 wide, 3 blanks after the longest
/// cell, the last column too.
public final class TabTable {

  private static final int MIN_WIDTH = 5;
  private static final int PADDING = 3;

  private final List<List<String>> rows = new ArrayList<>();

  public TabTable(List<String> headings) {
    rows.add(List.copyOf(headings));
  }

  /// @throws IllegalArgumentException if there are not as many cells as headings
  public void row(List<String> cells) {
    check(cells);
    rows.add(List.copyOf(cells));
  }

  private void check(List<String> cells) {
    if (cells.size() != rows.getFirst().size()) {
      throw new IllegalArgumentException(
          "%d cells under %d headings".formatted(cells.size(), rows.getFirst().size()));
    }
  }

  @Override
  public String toString() {
    return rows.stream().map(this::line).collect(joining());
  }

  /// A row that stands below those that are there, as wide as they made the columns.
  ///
  /// @throws IllegalArgumentException if there are not as many cells as headings
  String below(List<String> cells) {
    check(cells);
    return line(cells);
  }

  private String line(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      line.append(cell).repeat(' ', Math.max(PADDING, width(i) - length(cell)));
    }
    return line.append('\n').toString();
  }

  private int width(int column) {
    int longest = rows.stream().mapToInt(row -> length(row.get(column))).max().orElse(0);
    return Math.max(MIN_WIDTH, longest + PADDING);
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.output;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A table in a box of ASCII, headings at the left of their columns.
public final class BoxTable {

  private final List<String> headings;
  private final Set<Integer> rightAligned;
  private final List<List<String>> rows = new ArrayList<>();

  /// @param rightAligned which columns, from 0
  public BoxTable(List<String> headings, Set<Integer> rightAligned) {
    this.headings = List.copyOf(headings);
    this.rightAligned = Set.copyOf(rightAligned);
  }

  public BoxTable(String... headings) {
    this(List.of(headings), Set.of());
  }

  /// @throws IllegalArgumentException if there are not as many cells as headings
  public void row(String... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          "%d cells under %d headings".formatted(cells.length, headings.size()));
    }
    rows.add(List.of(cells));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(rule()).append('|');
    for (int i = 0; i < headings.size(); i++) {
      text.append(' ').append(padded(headings.get(i), width(i))).append(" |");
    }
    text.append('\n').append(rule());
    for (List<String> row : rows) {
      text.append('|');
      for (int i = 0; i < row.size(); i++) {
        text.append(' ').append(aligned(row.get(i), i)).append(" |");
      }
      text.append('\n');
    }
    return text.append(rule()).toString();
  }

  private String rule() {
    StringBuilder rule = new StringBuilder("+");
    for (int i = 0; i < headings.size(); i++) {
      rule.repeat('-', width(i) + 2).append('+');
    }
    return rule.append('\n').toString();
  }

  private int width(int column) {
    int longest = rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    return Math.max(headings.get(column).length(), longest);
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length());
  }

  private String aligned(String text, int column) {
    String gap = " ".repeat(width(column) - text.length());
    return rightAligned.contains(column) ? gap + text : text + gap;
  }
}

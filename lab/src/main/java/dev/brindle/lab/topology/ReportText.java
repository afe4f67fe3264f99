// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The report for people: who can reach whom, expected and found. Lines that would say the same of
/// several machines are one line.
public final class ReportText {

  private static final int MOST_NAMES = 6;

  private ReportText() {}

  /// What a line is about; all findings of a line agree in it.
  private record Line(String to, String how, String expected, String actual, boolean isRight) {}

  public static String table(List<Finding> findings) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("TO", "FROM", "BY", "EXPECTED", "FOUND", ""));
    byHow(findings)
        .forEach(
            (line, sources) ->
                rows.add(
                    List.of(
                        line.to(),
                        names(sources),
                        line.how(),
                        line.expected(),
                        line.actual(),
                        line.isRight() ? "" : "<-- not as expected")));
    return align(rows);
  }

  /// From findings to lines: first the ways of each pair that agree, then the sources that agree.
  private static Map<Line, Set<String>> byHow(List<Finding> findings) {
    Map<Line, Map<String, Set<String>>> ways = new LinkedHashMap<>();
    for (Finding finding : findings) {
      Expectation expectation = finding.expectation();
      Line line =
          new Line(expectation.to(), "", finding.expected(), finding.actual(), finding.isRight());
      ways.computeIfAbsent(line, _ -> new LinkedHashMap<>())
          .computeIfAbsent(expectation.from(), _ -> new LinkedHashSet<>())
          .add(expectation.traffic().toString());
    }
    Map<Line, Set<String>> lines = new LinkedHashMap<>();
    ways.forEach(
        (line, sources) ->
            sources.forEach(
                (from, how) ->
                    lines
                        .computeIfAbsent(
                            new Line(
                                line.to(),
                                String.join(" ", how),
                                line.expected(),
                                line.actual(),
                                line.isRight()),
                            _ -> new LinkedHashSet<>())
                        .add(from)));
    return lines;
  }

  private static String names(Set<String> names) {
    List<String> all = List.copyOf(names);
    return all.size() <= MOST_NAMES
        ? String.join(", ", all)
        : "%s and %d more"
            .formatted(String.join(", ", all.subList(0, MOST_NAMES)), all.size() - MOST_NAMES);
  }

  /// Columns as wide as their widest cell, three blanks apart.
  static String align(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 3);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}

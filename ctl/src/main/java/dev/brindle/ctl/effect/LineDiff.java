// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.effect;

import java.util.ArrayList;
import java.util.List;

/// The lines that one text has and another has not, as `diff -u` writes it.
public final class LineDiff {

  private static final int CONTEXT = 3;

  /// Beyond this many pairs of lines all that is different is replaced at once.
  private static final long MOST_PAIRS = 4_000_000;

  private final List<String> old;
  private final List<String> now;
  private final List<Line> lines = new ArrayList<>();

  /// @param mark blank, `-` or `+`
  private record Line(char mark, String text) {}

  private LineDiff(List<String> old, List<String> now) {
    this.old = old;
    this.now = now;
  }

  /// @return nothing if the texts are equal
  public static String of(String oldName, String old, String newName, String now) {
    if (old.equals(now)) {
      return "";
    }
    var diff = new LineDiff(old.lines().toList(), now.lines().toList());
    diff.compare();
    return "--- %s\n+++ %s\n%s".formatted(oldName, newName, diff.hunks());
  }

  private void compare() {
    int start = 0;
    while (start < Math.min(old.size(), now.size()) && old.get(start).equals(now.get(start))) {
      lines.add(new Line(' ', old.get(start)));
      start++;
    }
    int oldEnd = old.size();
    int newEnd = now.size();
    while (oldEnd > start && newEnd > start && old.get(oldEnd - 1).equals(now.get(newEnd - 1))) {
      oldEnd--;
      newEnd--;
    }
    compareMiddle(old.subList(start, oldEnd), now.subList(start, newEnd));
    old.subList(oldEnd, old.size()).forEach(text -> lines.add(new Line(' ', text)));
  }

  private void compareMiddle(List<String> from, List<String> to) {
    if ((long) from.size() * to.size() > MOST_PAIRS) {
      from.forEach(text -> lines.add(new Line('-', text)));
      to.forEach(text -> lines.add(new Line('+', text)));
      return;
    }
    int[][] common = common(from, to);
    int i = 0;
    int j = 0;
    while (i < from.size() || j < to.size()) {
      if (i < from.size() && j < to.size() && from.get(i).equals(to.get(j))) {
        lines.add(new Line(' ', from.get(i)));
        i++;
        j++;
      } else if (j == to.size() || (i < from.size() && common[i + 1][j] >= common[i][j + 1])) {
        lines.add(new Line('-', from.get(i)));
        i++;
      } else {
        lines.add(new Line('+', to.get(j)));
        j++;
      }
    }
  }

  /// How many lines the rests from two places on have in common, in order.
  private static int[][] common(List<String> from, List<String> to) {
    int[][] common = new int[from.size() + 1][to.size() + 1];
    for (int i = from.size() - 1; i >= 0; i--) {
      for (int j = to.size() - 1; j >= 0; j--) {
        common[i][j] =
            from.get(i).equals(to.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }

  private String hunks() {
    StringBuilder text = new StringBuilder();
    int oldLine = 1;
    int newLine = 1;
    int i = 0;
    while (i < lines.size()) {
      int end = hunkEnd(i);
      if (end > i) {
        text.append(hunk(lines.subList(i, end), oldLine, newLine));
      } else {
        end = i + 1;
      }
      for (Line line : lines.subList(i, end)) {
        oldLine += line.mark() == '+' ? 0 : 1;
        newLine += line.mark() == '-' ? 0 : 1;
      }
      i = end;
    }
    return text.toString();
  }

  /// Where the hunk ends that begins at a line; there if none begins.
  private int hunkEnd(int start) {
    int end = start;
    int last = start + CONTEXT;
    for (int i = start; i < lines.size() && i <= last; i++) {
      if (lines.get(i).mark() != ' ') {
        end = Math.min(lines.size(), i + CONTEXT + 1);
        last = i + 2 * CONTEXT + 1;
      }
    }
    return end;
  }

  private static String hunk(List<Line> lines, int oldLine, int newLine) {
    long oldCount = lines.stream().filter(line -> line.mark() != '+').count();
    long newCount = lines.stream().filter(line -> line.mark() != '-').count();
    StringBuilder text =
        new StringBuilder(
            "@@ -%s +%s @@\n".formatted(range(oldLine, oldCount), range(newLine, newCount)));
    lines.forEach(line -> text.append(line.mark()).append(line.text()).append('\n'));
    return text.toString();
  }

  /// A range without lines is where the line before it is.
  private static String range(int line, long count) {
    return (count == 0 ? line - 1 : line) + "," + count;
  }
}

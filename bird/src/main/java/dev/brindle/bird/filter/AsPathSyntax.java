// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.bird.filter.AsPathStep.Begin;
import dev.brindle.bird.filter.AsPathStep.End;
import dev.brindle.bird.filter.AsPathStep.Fork;
import dev.brindle.bird.filter.AsPathStep.Found;
import dev.brindle.bird.filter.AsPathStep.Take;
import java.util.ArrayList;
import java.util.List;

/// Reads patterns over AS paths: digits, what stands between them, and `^ $ _ . [0-9] [^0-9] ( ) |
/// * + ? {2,3} \`. Each part is compiled as soon as it is read; steps inside a part count from its
/// own beginning, so that it can be put anywhere, and again.
final class AsPathSyntax {

  private static final int MAX_LENGTH = 1_000;
  private static final int MAX_STEPS = 5_000;
  private static final int MAX_DEPTH = 50;
  private static final int MAX_TIMES = 1_000;
  private static final String BETWEEN = " ,{}()[]";
  private static final Take ANY = new Take(-1L, -1L);

  private final String text;
  private int at;
  private int depth;

  private AsPathSyntax(String text) {
    this.text = text;
  }

  static List<AsPathStep> parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "%d characters are more than %d".formatted(text.length(), MAX_LENGTH));
    }
    AsPathSyntax syntax = new AsPathSyntax(text);
    List<AsPathStep> steps = new ArrayList<>(syntax.alternatives());
    if (syntax.at < text.length()) {
      throw syntax.wrong("')' without '('");
    }
    steps.add(new Found());
    return steps;
  }

  private List<AsPathStep> alternatives() {
    List<AsPathStep> all = sequence();
    while (isNext('|')) {
      all = either(all, sequence());
    }
    return all;
  }

  private List<AsPathStep> sequence() {
    List<AsPathStep> all = List.of();
    while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != ')') {
      all = then(all, repeated(single()));
      if (all.size() > MAX_STEPS) {
        throw wrong("the pattern is too big");
      }
    }
    return all;
  }

  private List<AsPathStep> repeated(List<AsPathStep> part) {
    List<AsPathStep> all = part;
    while (at < text.length()) {
      if (isNext('*')) {
        all = anyTimes(all);
      } else if (isNext('+')) {
        all = then(all, anyTimes(all));
      } else if (isNext('?')) {
        all = either(all, List.of());
      } else if (isNext('{')) {
        all = counted(all);
      } else {
        break;
      }
      if (all.size() > MAX_STEPS) {
        throw wrong("the pattern is too big");
      }
    }
    return all;
  }

  /// `{2}`, `{2,}`, `{2,3}`.
  private List<AsPathStep> counted(List<AsPathStep> part) {
    int least = number();
    boolean isOpen = isNext(',');
    boolean isEndless = isOpen && at < text.length() && text.charAt(at) == '}';
    int most = isEndless || !isOpen ? least : number();
    if (!isNext('}') || most < least || (long) most * part.size() > MAX_STEPS) {
      throw wrong("'{' is not followed by times such as 2}, 2,} or 2,3} (write \\{ for a set)");
    }
    List<AsPathStep> all = isEndless ? anyTimes(part) : List.of();
    for (int i = least; i < most; i++) {
      all = either(then(part, all), List.of());
    }
    for (int i = 0; i < least; i++) {
      all = then(part, all);
    }
    return all;
  }

  private int number() {
    int begin = at;
    while (at < text.length() && Character.isDigit(text.charAt(at)) && at - begin < 4) {
      at++;
    }
    if (begin == at) {
      throw wrong("a number is missing");
    }
    return Math.min(Integer.parseInt(text.substring(begin, at)), MAX_TIMES);
  }

  private List<AsPathStep> single() {
    char c = text.charAt(at++);
    return switch (c) {
      case '^' -> List.of(new Begin());
      case '$' -> List.of(new End());
      case '_' -> either(either(List.of(new Begin()), List.of(new End())), List.of(between()));
      case '.' -> List.of(ANY);
      case '[' -> List.of(set());
      case '(' -> group();
      case '\\' -> List.of(literal());
      case '*', '+', '?', '{' -> {
        at--;
        throw wrong("nothing before '%c' to repeat".formatted(c));
      }
      default -> {
        at--;
        yield List.of(literal());
      }
    };
  }

  private List<AsPathStep> group() {
    if (++depth > MAX_DEPTH) {
      throw wrong("more than %d groups in each other".formatted(MAX_DEPTH));
    }
    List<AsPathStep> inside = alternatives();
    depth--;
    if (!isNext(')')) {
      throw wrong("')' is missing");
    }
    return inside;
  }

  private Take literal() {
    if (at == text.length()) {
      throw wrong("nothing follows '\\'");
    }
    char c = text.charAt(at);
    if (!Character.isDigit(c) && BETWEEN.indexOf(c) < 0) {
      throw wrong("'%c' is in no AS path".formatted(c));
    }
    at++;
    return with(new Take(0, 0), c);
  }

  /// `[0-9]`, `[^12 ]`.
  private Take set() {
    boolean isNegated = isNext('^');
    Take all = new Take(0, 0);
    boolean isFirst = true;
    while (isFirst || !isNext(']')) {
      isFirst = false;
      char from = member();
      char to = from;
      if (at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) != ']') {
        at++;
        to = member();
      }
      if (to < from) {
        throw wrong("'%c-%c' is no range".formatted(from, to));
      }
      for (char c = from; c <= to; c++) {
        all = with(all, c);
      }
    }
    return isNegated ? new Take(~all.low(), ~all.high()) : all;
  }

  private char member() {
    if (at == text.length()) {
      throw wrong("']' is missing");
    }
    char c = text.charAt(at++);
    if (c >= 128) {
      throw wrong("'%c' is in no AS path".formatted(c));
    }
    return c;
  }

  private static Take between() {
    Take all = new Take(0, 0);
    for (int i = 0; i < BETWEEN.length(); i++) {
      all = with(all, BETWEEN.charAt(i));
    }
    return all;
  }

  private static Take with(Take some, char c) {
    return c < 64
        ? new Take(some.low() | (1L << c), some.high())
        : new Take(some.low(), some.high() | (1L << (c - 64)));
  }

  // ---- parts put together; what they jump to counts from the beginning of the part

  private static List<AsPathStep> then(List<AsPathStep> first, List<AsPathStep> second) {
    List<AsPathStep> all = new ArrayList<>(first);
    all.addAll(moved(second, first.size()));
    return all;
  }

  private static List<AsPathStep> either(List<AsPathStep> one, List<AsPathStep> other) {
    int end = one.size() + 2 + other.size();
    List<AsPathStep> all = new ArrayList<>();
    all.add(new Fork(1, one.size() + 2));
    all.addAll(moved(one, 1));
    all.add(new Fork(end, end));
    all.addAll(moved(other, one.size() + 2));
    return all;
  }

  private static List<AsPathStep> anyTimes(List<AsPathStep> part) {
    int end = part.size() + 2;
    List<AsPathStep> all = new ArrayList<>();
    all.add(new Fork(1, end));
    all.addAll(moved(part, 1));
    all.add(new Fork(0, end));
    return all;
  }

  private static List<AsPathStep> moved(List<AsPathStep> part, int by) {
    return part.stream()
        .map(
            step ->
                step instanceof Fork(var one, var other) ? new Fork(one + by, other + by) : step)
        .toList();
  }

  private boolean isNext(char wanted) {
    boolean isThere = at < text.length() && text.charAt(at) == wanted;
    at += isThere ? 1 : 0;
    return isThere;
  }

  private IllegalArgumentException wrong(String problem) {
    return new IllegalArgumentException("'%s', character %d: %s".formatted(text, at + 1, problem));
  }
}

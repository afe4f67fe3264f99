// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.bird.wire.AsPath;
import java.util.List;

/// A regular expression over the text of an AS path, as routers have it: `^65001_`, `_65002$`,
/// `_(64512|64513)_`, `^$`. `_` stands for the beginning, the end, and whatever is between numbers.
/// A set is written `{1 2}`.
///
/// What it costs is at most the length of the pattern times that of the path, whatever a peer may
/// send: all ways to match are followed at once, none is tried again.
public final class AsPathPattern {

  private final String text;
  private final List<AsPathStep> steps;

  private AsPathPattern(String text, List<AsPathStep> steps) {
    this.text = text;
    this.steps = List.copyOf(steps);
  }

  /// @throws IllegalArgumentException naming the character that is wrong
  public static AsPathPattern parse(String text) {
    return new AsPathPattern(text, AsPathSyntax.parse(text));
  }

  public boolean matches(AsPath path) {
    return matches(path.toString());
  }

  private boolean matches(String path) {
    Places now = new Places(steps.size());
    Places then = new Places(steps.size());
    for (int at = 0; ; at++) {
      if (enter(0, at, path.length(), now)) { // a match may begin anywhere
        return true;
      }
      if (at == path.length()) {
        return false;
      }
      then.clear();
      for (int i = 0; i < now.size(); i++) {
        int step = now.get(i);
        if (steps.get(step) instanceof AsPathStep.Take take
            && take.takes(path.charAt(at))
            && enter(step + 1, at + 1, path.length(), then)) {
          return true;
        }
      }
      Places before = now;
      now = then;
      then = before;
    }
  }

  /// Goes on until something must be taken. True if that is the end.
  private boolean enter(int first, int at, int end, Places places) {
    int begin = places.size();
    places.add(first);
    for (int i = begin; i < places.size(); i++) {
      int step = places.get(i);
      switch (steps.get(step)) {
        case AsPathStep.Take _ -> {}
        case AsPathStep.Fork(var one, var other) -> {
          places.add(one);
          places.add(other);
        }
        case AsPathStep.Begin() -> {
          if (at == 0) {
            places.add(step + 1);
          }
        }
        case AsPathStep.End() -> {
          if (at == end) {
            places.add(step + 1);
          }
        }
        case AsPathStep.Found() -> {
          return true;
        }
      }
    }
    return false;
  }

  /// Steps we are at, each once.
  private static final class Places {

    private final int[] list;
    private final int[] index;
    private int size;

    Places(int steps) {
      list = new int[steps];
      index = new int[steps];
    }

    void add(int step) {
      boolean isThere = index[step] < size && list[index[step]] == step;
      if (!isThere) {
        list[size] = step;
        index[step] = size++;
      }
    }

    int get(int i) {
      return list[i];
    }

    int size() {
      return size;
    }

    void clear() {
      size = 0;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AsPathPattern that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}

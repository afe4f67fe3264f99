// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;

/// How many paths of a table each source has, how many of them are stale, and where.
final class SourcePaths {

  private final Sources sources;
  private final SourceStretches stretches = new SourceStretches();
  private int[] counts = new int[16];
  private int[] stale = new int[16];
  private int all;

  SourcePaths(Sources sources) {
    this.sources = sources;
  }

  SourceStretches stretches() {
    return stretches;
  }

  void added(int prefix, int source) {
    if (source >= counts.length) {
      int room = Math.max(source + 1, 2 * counts.length);
      counts = Arrays.copyOf(counts, room);
      stale = Arrays.copyOf(stale, room);
    }
    stretches.mark(source, prefix);
    counts[source]++;
    sources.count(source, 1);
    all++;
  }

  void removed(long path) {
    int source = PathWord.source(path);
    left(path);
    counts[source]--;
    sources.count(source, -1);
    all--;
    if (counts[source] == 0) {
      stretches.clear(source);
    }
  }

  void becameStale(int source) {
    stale[source]++;
  }

  void exchanged(long old, long path) {
    stale[PathWord.source(old)] += PathWord.isStale(path) ? 1 : 0;
    left(old);
  }

  /// The path goes or is confirmed: if it was stale, there is one less.
  void left(long path) {
    stale[PathWord.source(path)] -= PathWord.isStale(path) ? 1 : 0;
  }

  int all() {
    return all;
  }

  int of(int source) {
    return source < counts.length ? counts[source] : 0;
  }

  int staleOf(int source) {
    return source < stale.length ? stale[source] : 0;
  }

  long bytes() {
    return stretches.bytes() + 2L * counts.length * Integer.BYTES;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;

/// Sorts prefixes by what is told of them, in the order in which each word came first. Used again
/// and again without garbage.
final class WordBuckets {

  static final int END = -1;

  private final int[] table;
  private final long[] words;
  private final int[] first;
  private final int[] last;
  private final int[] prefixes;
  private final int[] next;
  private int buckets;
  private int entries;

  WordBuckets(int capacity) {
    table = new int[Integer.highestOneBit(capacity) * 4];
    words = new long[capacity];
    first = new int[capacity];
    last = new int[capacity];
    prefixes = new int[capacity];
    next = new int[capacity];
    Arrays.fill(table, END);
  }

  void clear() {
    if (buckets > table.length / 8) {
      Arrays.fill(table, END);
    } else {
      for (int bucket = buckets - 1; bucket >= 0; bucket--) {
        table[slot(words[bucket])] = END; // last in, first out: no chain is cut
      }
    }
    buckets = 0;
    entries = 0;
  }

  boolean isFull() {
    return entries == prefixes.length;
  }

  void add(long word, int prefix) {
    int slot = slot(word);
    int entry = entries++;
    prefixes[entry] = prefix;
    next[entry] = END;
    int bucket = table[slot];
    if (bucket == END) {
      bucket = buckets++;
      table[slot] = bucket;
      words[bucket] = word;
      first[bucket] = entry;
    } else {
      next[last[bucket]] = entry;
    }
    last[bucket] = entry;
  }

  private int slot(long word) {
    int mask = table.length - 1;
    long hash = word * 0x9E37_79B9_7F4A_7C15L;
    int slot = (int) (hash >>> 32) & mask;
    while (table[slot] != END && words[table[slot]] != word) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  int count() {
    return buckets;
  }

  long word(int bucket) {
    return words[bucket];
  }

  /// The first entry of a bucket.
  int first(int bucket) {
    return first[bucket];
  }

  /// @return `END` after the last
  int next(int entry) {
    return next[entry];
  }

  int prefix(int entry) {
    return prefixes[entry];
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;
import java.util.BitSet;

/// What those in step of a group have been told, a word (`Told`) for each prefix: whoever told us a
/// path has been told nothing of its prefix. Holds the attributes it speaks of. One owner.
final class ToldWords {

  private static final int[] NOBODY = new int[16];

  private final TellingRules rules;
  private long[] words = {};
  private int[] ofSource = NOBODY.clone();
  private int count;

  ToldWords(TellingRules rules) {
    this.rules = rules;
  }

  /// All prefixes that are told are below it.
  int limit() {
    return words.length;
  }

  long word(int prefix) {
    return prefix < words.length ? words[prefix] : Told.NOTHING;
  }

  boolean isTold(int prefix) {
    return word(prefix) != Told.NOTHING;
  }

  /// Whether a member has been told, if it is in step.
  boolean isTold(int prefix, int member) {
    long word = word(prefix);
    return word != Told.NOTHING && Told.source(word) != member;
  }

  void replace(int prefix, long before, long wanted) {
    if (prefix >= words.length) {
      int length = words.length;
      words = Arrays.copyOf(words, Math.max(2 * length, Math.max(prefix + 1, 64)));
      Arrays.fill(words, length, words.length, Told.NOTHING);
    }
    words[prefix] = wanted;
    if (wanted != Told.NOTHING) {
      rules.retain(Told.block(wanted));
      count(Told.source(wanted), 1);
    }
    if (before != Told.NOTHING) {
      rules.release(Told.block(before));
      count(Told.source(before), -1);
    }
  }

  private void count(int source, int difference) {
    if (source >= ofSource.length) {
      ofSource = Arrays.copyOf(ofSource, Math.max(2 * ofSource.length, source + 1));
    }
    ofSource[source] += difference;
    count += difference;
  }

  /// Which prefixes a member has been told, if it is in step.
  BitSet of(int member) {
    BitSet bits = new BitSet();
    for (int prefix = 0; prefix < words.length; prefix++) {
      if (isTold(prefix, member)) {
        bits.set(prefix);
      }
    }
    return bits;
  }

  /// How many these are.
  int count(int member) {
    return count - (member < ofSource.length ? ofSource[member] : 0);
  }

  /// Whether something is told that came from this source.
  boolean speaksOf(int source) {
    return source < ofSource.length && ofSource[source] > 0;
  }

  /// Nothing is told any more.
  void clear() {
    for (long word : words) {
      if (word != Told.NOTHING) {
        rules.release(Told.block(word));
      }
    }
    words = new long[0];
    count = 0;
    ofSource = NOBODY.clone();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;

/// Prefixes, by number, that something is still to be done about: first in, first out, each at most
/// once. A prefix that changes again while it waits keeps its place.
final class PrefixQueue {

  static final int NONE = -1;

  private int[] ring = new int[16];
  private int head;
  private int count;
  private long[] members = new long[4];

  void add(int prefix) {
    int word = prefix >>> 6;
    if (word >= members.length) {
      members = Arrays.copyOf(members, Math.max(2 * members.length, word + 1));
    }
    long bit = 1L << prefix;
    if ((members[word] & bit) != 0) {
      return;
    }
    members[word] |= bit;
    if (count == ring.length) {
      grow();
    }
    ring[(head + count) & (ring.length - 1)] = prefix;
    count++;
  }

  private void grow() {
    int[] larger = new int[2 * ring.length];
    int tail = ring.length - head;
    System.arraycopy(ring, head, larger, 0, tail);
    System.arraycopy(ring, 0, larger, tail, head);
    ring = larger;
    head = 0;
  }

  /// @return `NONE` if there is nothing
  int take() {
    if (count == 0) {
      return NONE;
    }
    int prefix = ring[head];
    head = (head + 1) & (ring.length - 1);
    count--;
    members[prefix >>> 6] &= ~(1L << prefix);
    return prefix;
  }

  /// @return what `take` would
  int first() {
    return count == 0 ? NONE : ring[head];
  }

  boolean contains(int prefix) {
    int word = prefix >>> 6;
    return word < members.length && (members[word] & (1L << prefix)) != 0;
  }

  boolean isEmpty() {
    return count == 0;
  }

  int size() {
    return count;
  }

  /// All that waits in another queue waits here too, behind what does already.
  void addAll(PrefixQueue other) {
    for (int i = 0; i < other.count; i++) {
      add(other.ring[(other.head + i) & (other.ring.length - 1)]);
    }
  }

  void clear() {
    while (take() != NONE) {
      // until nothing is left
    }
  }
}

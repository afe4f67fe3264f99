// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;
import java.util.BitSet;

/// The path identifiers of add-path (RFC 7911), 32 bits and unsigned. Small ones, 0 for sessions
/// without add-path included, are the tag of the path itself. For a greater one the tag is a
/// stand-in and the identifier is here, under prefix, source and tag: an open-addressed table,
/// at most 60 % full.
final class PathIds {

  private static final int FIRST_STAND_IN = 512;
  private static final int SMALLEST = 16;
  private static final long EMPTY = -1;

  private long[] keys = new long[0];
  private int[] ids = new int[0];
  private int size;
  private final BitSet taken = new BitSet(PathWord.MAX_TAG + 1);

  /// The tag for one more path of a source: none of `paths` has it yet.
  ///
  /// @throws TableFullException if all are taken
  int tagFor(int pathId, int source, long[] paths, int from, int count) {
    if (pathId >= 0 && pathId < FIRST_STAND_IN) {
      return pathId;
    }
    taken.clear();
    for (int i = from; i < from + count; i++) {
      if (PathWord.isOf(paths[i], source)) {
        taken.set(PathWord.tag(paths[i]));
      }
    }
    int tag = taken.nextClearBit(FIRST_STAND_IN);
    if (tag > PathWord.MAX_TAG) {
      throw new TableFullException(
          "no room for more than %d paths of one peer to one prefix with path identifiers above %d"
              .formatted(PathWord.MAX_TAG - FIRST_STAND_IN + 1, FIRST_STAND_IN - 1));
    }
    return tag;
  }

  /// The path identifier of a path.
  int id(int prefix, long path) {
    int tag = PathWord.tag(path);
    return tag < FIRST_STAND_IN ? tag : ids[find(key(prefix, path))];
  }

  private static boolean hasStandIn(long path) {
    return PathWord.tag(path) >= FIRST_STAND_IN;
  }

  /// Of a path that comes; nothing to do if its tag is no stand-in.
  void put(int prefix, long path, int pathId) {
    if (!hasStandIn(path)) {
      return;
    }
    if (size >= keys.length * 3L / 5) {
      grow();
    }
    int slot = find(key(prefix, path));
    keys[slot] = key(prefix, path);
    ids[slot] = pathId;
    size++;
  }

  /// Of a path that goes; nothing to do if its tag is no stand-in.
  void remove(int prefix, long path) {
    if (!hasStandIn(path)) {
      return;
    }
    int mask = keys.length - 1;
    int hole = find(key(prefix, path));
    for (int slot = (hole + 1) & mask; keys[slot] != EMPTY; slot = (slot + 1) & mask) {
      if (((slot - home(keys[slot])) & mask) >= ((slot - hole) & mask)) {
        keys[hole] = keys[slot];
        ids[hole] = ids[slot];
        hole = slot;
      }
    }
    keys[hole] = EMPTY;
    size--;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldIds = ids;
    keys = new long[Math.max(SMALLEST, 2 * oldKeys.length)];
    Arrays.fill(keys, EMPTY);
    ids = new int[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != EMPTY) {
        int slot = find(oldKeys[i]);
        keys[slot] = oldKeys[i];
        ids[slot] = oldIds[i];
      }
    }
  }

  /// Where it is, or the empty slot where it would be.
  private int find(long key) {
    int mask = keys.length - 1;
    int slot = home(key);
    while (keys[slot] != key && keys[slot] != EMPTY) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private int home(long key) {
    long mixed = key * 0x9e3779b97f4a7c15L;
    return (int) (mixed >>> 32) & (keys.length - 1);
  }

  private static long key(int prefix, long path) {
    return ((long) prefix << 30) | ((long) PathWord.source(path) << 10) | PathWord.tag(path);
  }

  long bytes() {
    return (long) keys.length * (Long.BYTES + Integer.BYTES);
  }
}

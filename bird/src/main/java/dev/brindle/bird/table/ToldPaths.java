// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;

/// Numbers for the paths that a group of peers with add-path is or was told: dense, and given to
/// others when nobody needs them. The paths of a prefix hang together in a list.
///
/// ```
/// head[prefix] ─> path ─next─> path      each: its prefix, its identity (source and tag)
/// ```
///
/// 12 octets a path and 4 a prefix.
final class ToldPaths {

  static final int NONE = -1;

  private int[] heads = new int[0];
  private int[] prefixes = new int[16];
  private int[] idents = new int[16];
  private int[] nexts = new int[16];
  private int limit;
  private int free = NONE;

  /// @param ident as `PathTable.ident` gives it
  int find(int prefix, int ident) {
    int item = first(prefix);
    while (item != NONE && idents[item] != ident) {
      item = nexts[item];
    }
    return item;
  }

  /// Finds or makes.
  int add(int prefix, int ident) {
    int found = find(prefix, ident);
    if (found != NONE) {
      return found;
    }
    if (prefix >= heads.length) {
      int length = heads.length;
      heads = Arrays.copyOf(heads, Math.max(2 * length, Math.max(prefix + 1, 64)));
      Arrays.fill(heads, length, heads.length, NONE);
    }
    int item = take();
    prefixes[item] = prefix;
    idents[item] = ident;
    nexts[item] = heads[prefix];
    heads[prefix] = item;
    return item;
  }

  private int take() {
    if (free != NONE) {
      int item = free;
      free = nexts[item];
      return item;
    }
    if (limit == nexts.length) {
      prefixes = Arrays.copyOf(prefixes, 2 * limit);
      idents = Arrays.copyOf(idents, 2 * limit);
      nexts = Arrays.copyOf(nexts, 2 * limit);
    }
    return limit++;
  }

  void remove(int item) {
    int prefix = prefixes[item];
    if (heads[prefix] == item) {
      heads[prefix] = nexts[item];
    } else {
      int before = heads[prefix];
      while (nexts[before] != item) {
        before = nexts[before];
      }
      nexts[before] = nexts[item];
    }
    nexts[item] = free;
    free = item;
    prefixes[item] = NONE;
  }

  /// The first path of a prefix, `NONE` if there is none.
  int first(int prefix) {
    return prefix < heads.length ? heads[prefix] : NONE;
  }

  int next(int item) {
    return nexts[item];
  }

  boolean isUsed(int item) {
    return item < limit && prefixes[item] != NONE;
  }

  /// All numbers are below it.
  int limit() {
    return limit;
  }

  int prefix(int item) {
    return prefixes[item];
  }

  int ident(int item) {
    return idents[item];
  }

  /// The path identifier on the wire (RFC 7911 §3). Never 0, which some take for none.
  int pathId(int item) {
    return idents[item] + 1;
  }
}

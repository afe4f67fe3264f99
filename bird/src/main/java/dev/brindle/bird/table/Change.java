// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

/// What a change of a path means to those who look on. Weakest first, so `change >= Change.EQUALS`
/// asks whether packets go elsewhere. Plain numbers: they come from the hottest calls there are.
public final class Change {

  /// Nothing, or only that a stale path is confirmed.
  public static final int NONE = 0;

  /// A path that is neither the best nor as good as it: matters to those who are told all paths.
  public static final int PATHS = 1;

  /// The best path is the same; the set that shares the packets may not be.
  public static final int EQUALS = 2;

  /// Another path is the best, or it has other attributes, or there is none any more.
  public static final int BEST = 3;

  private Change() {}
}

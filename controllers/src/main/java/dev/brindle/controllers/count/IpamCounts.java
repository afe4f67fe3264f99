// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.count;

import java.util.SortedMap;
import java.util.TreeMap;

/// What is in use, for each pool and node.
///
/// @param inUse addresses that are held, by the node that uses them
/// @param borrowed of these, those out of blocks of others
/// @param blocks by the node that owns them
/// @param candidates addresses that seem to be lost
public record IpamCounts(
    SortedMap<PoolNode, Integer> inUse,
    SortedMap<PoolNode, Integer> borrowed,
    SortedMap<PoolNode, Integer> blocks,
    SortedMap<PoolNode, Integer> candidates) {

  /// To be added to.
  static IpamCounts none() {
    return new IpamCounts(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
  }
}

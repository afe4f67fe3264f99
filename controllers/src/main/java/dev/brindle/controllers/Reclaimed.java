// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.controllers.count.PoolNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// How many addresses this process has taken back. Any thread may add, any may look.
final class Reclaimed {

  private final Map<PoolNode, Long> counts = new ConcurrentHashMap<>();

  void add(PoolNode where) {
    counts.merge(where, 1L, Long::sum);
  }

  Map<PoolNode, Long> counts() {
    return new TreeMap<>(counts);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/// What the kernel did not take, and why, until it does.
final class FibRefusals {

  /// Reasons that are kept word by word; of more refused routes only that they were.
  private static final int MAX_REASONS = 10_000;

  private final Map<IpFamily, IntQueue> queues = new EnumMap<>(IpFamily.class);
  private final Map<Cidr, String> reasons = new HashMap<>();

  FibRefusals() {
    for (IpFamily family : IpFamily.values()) {
      queues.put(family, new IntQueue());
    }
  }

  private IntQueue queue(Cidr prefix) {
    return queue(prefix.family());
  }

  private IntQueue queue(IpFamily family) {
    IntQueue queue = queues.get(family);
    if (queue == null) {
      throw new IllegalStateException("no queue for " + family);
    }
    return queue;
  }

  void add(FibTable table, int id, Cidr prefix, String reason) {
    if (!table.has(id, FibTable.REFUSED)) {
      table.mark(id, FibTable.REFUSED);
      queue(prefix).add(id);
    }
    if (reasons.size() < MAX_REASONS || reasons.containsKey(prefix)) {
      reasons.put(prefix, reason);
    }
  }

  /// It is there, or wanted no more.
  void settled(FibTable table, int id, Cidr prefix) {
    if (table.has(id, FibTable.REFUSED)) {
      table.unmark(id, FibTable.REFUSED);
      reasons.remove(prefix);
    }
  }

  /// All are looked at again.
  void retry(Fib fib) {
    for (IpFamily family : IpFamily.values()) {
      IntQueue queue = queue(family);
      FibTable table = fib.table(family);
      while (!queue.isEmpty()) {
        int id = queue.remove();
        if (table.isUsed(id)) {
          table.unmark(id, FibTable.REFUSED);
          table.enqueue(id);
        }
      }
    }
  }

  /// At least as many as are refused.
  int size() {
    return queues.values().stream().mapToInt(IntQueue::size).sum();
  }

  String reason(Cidr prefix) {
    return reasons.getOrDefault(prefix, "as others");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.datastore.memory.MemoryDatastore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nodes that want the same blocks at once.
class AllocatorRaceTest {

  private static final int NODES = 6;
  private static final int STEPS = 60;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void noAddressIsHeldTwice(long seed) throws Exception {
    try (var store = new MemoryDatastore();
        ExecutorService threads = Executors.newFixedThreadPool(NODES)) {
      IpamState.pool(store, "p", "10.0.0.0/26", 29);
      List<Callable<Map<String, IpAddress>>> nodes = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        var random = new Random(seed * 1000 + i);
        String node = "n" + i;
        nodes.add(() -> live(new Allocator(store), node, random));
      }
      Map<String, IpAddress> held = new HashMap<>();
      for (Future<Map<String, IpAddress>> future : threads.invokeAll(nodes)) {
        held.putAll(future.get());
      }

      assertThat(held.values()).as("seed %d", seed).doesNotHaveDuplicates();
      IpamState.mustBeSound(store);
      IpamState.mustHoldExactly(store, held.values());
      assertThat(IpamState.handles(store).keySet()).as("seed %d", seed).isEqualTo(held.keySet());
      assertThat(IpamState.affinities(store)).allMatch(text -> text.endsWith("confirmed"));
    }
  }

  /// Takes, gives back and gives up claims at random.
  private static Map<String, IpAddress> live(Allocator allocator, String node, Random random) {
    Map<String, IpAddress> held = new HashMap<>();
    for (int step = 0; step < STEPS; step++) {
      int choice = random.nextInt(10);
      if (choice < 6) {
        String handle = node + "." + step;
        allocator
            .autoAssign(IpamState.workload(1, 0, handle, node))
            .addresses()
            .forEach(address -> held.put(handle, address));
      } else if (choice < 9 && !held.isEmpty()) {
        String handle = held.keySet().iterator().next();
        assertThat(allocator.releaseByHandle(handle)).containsExactly(held.remove(handle));
      } else {
        allocator.releaseClaimsOf(node);
      }
    }
    return held;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.datastore.memory.MemoryDatastore;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// A process that is killed after each possible number of writes, and what the next one makes of
/// it.
class AllocatorCrashTest {

  private static final int MORE_WRITES_THAN_ANY_CALL = 40;

  @Test
  void anAssignmentMayEndAnywhere() {
    dieEverywhere(
        _ -> {}, allocator -> allocator.autoAssign(IpamState.workload(5, 0, "dying", "n1")));
  }

  @Test
  void aReleaseMayEndAnywhere() {
    dieEverywhere(
        allocator -> allocator.autoAssign(IpamState.workload(5, 0, "dying", "n1")),
        allocator -> allocator.releaseByHandle("dying"));
  }

  @Test
  void theEndOfClaimsMayEndAnywhere() {
    dieEverywhere(
        allocator -> allocator.autoAssign(IpamState.workload(5, 0, "dying", "n1")),
        allocator -> allocator.releaseClaimsOf("n1"));
  }

  @Test
  void takingOverABlockMayEndAnywhere() {
    dieEverywhere(
        allocator -> {
          allocator.autoAssign(IpamState.workload(16, 0, "x", "n9"));
          allocator.releaseByHandle("x");
        },
        allocator -> allocator.autoAssign(IpamState.workload(2, 0, "dying", "n1")));
  }

  private static void dieEverywhere(Consumer<Allocator> before, Consumer<Allocator> dying) {
    for (int writes = 0; writes < MORE_WRITES_THAN_ANY_CALL; writes++) {
      try (var store = new MemoryDatastore()) {
        IpamState.pool(store, "p", "10.0.0.0/28", 30);
        before.accept(new Allocator(store));
        boolean isComplete = runAndDie(store, writes, dying);
        IpamState.mustBeSound(store);
        assertTheRestWorks(store, writes);
        if (isComplete) {
          assertThat(writes).as("deaths before the call was complete").isPositive();
          return;
        }
      }
    }
    throw new AssertionError("the call never came to its end");
  }

  private static boolean runAndDie(MemoryDatastore store, int writes, Consumer<Allocator> dying) {
    try {
      dying.accept(new Allocator(new DyingDatastore(store, writes)));
      return true;
    } catch (DyingDatastore.Killed _) {
      return false;
    }
  }

  /// The handle can be released, then every address of the pool can be given out, once.
  private static void assertTheRestWorks(MemoryDatastore store, int writes) {
    var restarted = new Allocator(store);
    Set<IpAddress> held = new HashSet<>(restarted.addressesOf("dying"));
    assertThat(restarted.releaseByHandle("dying")).containsExactlyInAnyOrderElementsOf(held);
    IpamState.mustBeSound(store);
    IpamState.mustHoldExactly(store, List.of());

    Set<IpAddress> all = new HashSet<>();
    for (int i = 0; i < 16; i++) {
      AssignResult result =
          restarted.autoAssign(IpamState.workload(1, 0, "after" + i, "n" + i % 3));
      assertThat(result)
          .as("death after %d writes, address %d", writes, i)
          .isInstanceOf(AssignResult.Full.class);
      assertThat(all.addAll(result.addresses())).isTrue();
    }
    IpamState.mustBeSound(store);
    assertThat(IpamState.handles(store)).hasSize(16).doesNotContainKey("dying");
    assertThat(IpamState.affinities(store)).allMatch(text -> text.endsWith("confirmed"));
  }
}

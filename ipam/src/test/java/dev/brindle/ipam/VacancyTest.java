// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import static dev.brindle.ipam.IpamState.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.memory.MemoryDatastore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whether a node could get an address, told without taking one.
class VacancyTest {

  private static final int STEPS = 60;

  private final MemoryDatastore store = new MemoryDatastore();
  private Instant now = Instant.parse("2026-11-22T00:00:00Z");
  private final Allocator allocator = new Allocator(store, () -> now, new Random(7));

  private Optional<String> shortage(String node, String... pools) {
    return allocator.shortage(
        node, IpFamily.IPV4, List.of(pools).stream().map(Cidr::parse).toList());
  }

  /// What is told is what the next assignment comes to, in clusters of all kinds.
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void itIsWhatTheNextAssignmentComesTo(long seed) {
    var random = new Random(seed);
    IpamState.pool(store, "a", "10.0.0.0/28", random.nextBoolean() ? 30 : 29);
    IpamState.pool(store, "b", "10.1.0.0/29", 30, "all()", random.nextBoolean());
    IpamState.reservation(store, "r", "10.0.0.0/30", "10.0.0.5");
    store.create(
        new IpamConfig(
            Metadata.named(IpamConfig.DEFAULT),
            new IpamConfig.Spec(
                random.nextBoolean(),
                Optional.of(random.nextInt(5) > 0),
                random.nextInt(3),
                "",
                random.nextInt(2) * 90)));
    List<String> held = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      String node = "n" + random.nextInt(3);
      Optional<String> told = shortage(node);
      var revision = store.list(ResourceKind.IPAM_BLOCK);
      assertThat(shortage(node)).isEqualTo(told);
      assertThat(store.list(ResourceKind.IPAM_BLOCK)).isEqualTo(revision);
      String handle = "h" + step;
      boolean isGiven =
          allocator.autoAssign(workload(1, 0, handle, node)) instanceof AssignResult.Full;
      assertThat(told.isEmpty())
          .as("seed %d, step %d, node %s: %s", seed, step, node, told)
          .isEqualTo(isGiven);
      if (isGiven) {
        held.add(handle);
      }
      if (!held.isEmpty() && random.nextInt(3) == 0) {
        allocator.releaseByHandle(held.remove(random.nextInt(held.size())));
      }
      now = now.plus(Duration.ofSeconds(random.nextInt(50)));
    }
    IpamState.mustBeSound(store);
  }

  @Test
  void theReasonNamesTheCure() {
    assertThat(shortage("n1"))
        .hasValue("no enabled IPv4 pool is for pods of node n1: create an IPPool, or enable one");
    IpamState.pool(store, "p", "10.0.0.0/29", 30);
    IpamState.config(store, false, 1);
    assertThat(shortage("n1")).isEmpty();
    allocator.autoAssign(workload(4, 0, "h", "n1"));

    assertThat(shortage("n1"))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .isEqualTo(
                        "no IPv4 address is left in the 1 blocks of node n1, and 1 blocks are its"
                            + " limit: 'ipam configure --max-blocks-per-host' raises it"));
    assertThat(shortage("n2")).isEmpty();
    assertThat(shortage("n2", "10.9.0.0/29")).isPresent();
  }

  /// Pods get it when nothing else is left.
  @Test
  void theNodesOwnReserveIsRoom() {
    IpamState.pool(store, "p", "10.0.0.0/30", 30);
    allocator.autoAssign(workload(3, 0, "h", "n1"));
    allocator.assignIp(
        IpAddress.parse("10.0.0.3"),
        Reserve.handle("n1"),
        Reserve.notes("n1"),
        "n1",
        Optional.empty());

    assertThat(shortage("n1")).isEmpty();
    assertThat(shortage("n2")).isPresent();
  }
}

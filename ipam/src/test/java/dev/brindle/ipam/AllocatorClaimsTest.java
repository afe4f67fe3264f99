// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.Metadata;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.ipam.block.BlockOwner;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// What ends claims and frees addresses without being told by whom they were held.
class AllocatorClaimsTest {

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-05-06T12:00:00Z"));
  private final MemoryDatastore store = new MemoryDatastore();
  private final Allocator allocator = new Allocator(store, now::get, RandomGenerator.getDefault());

  private IpAddress take(String handle, String node) {
    return allocator.autoAssign(IpamState.workload(1, 0, handle, node)).addresses().getFirst();
  }

  @Test
  void onlyClaimsOnEmptyBlocksEnd() {
    IpamState.pool(store, "p", "10.0.0.0/26", 30);
    for (int i = 0; i < 5; i++) {
      take("h" + i, "n1");
    }
    IpAddress last = take("h5", "n1");
    assertThat(IpamState.affinities(store)).hasSize(2);
    for (int i = 0; i < 4; i++) {
      allocator.releaseByHandle("h" + i);
    }

    assertThat(allocator.releaseEmptyClaimsOf("n1")).as("h4 and h5 are in one").isFalse();
    assertThat(IpamState.affinities(store)).singleElement().asString().endsWith("confirmed");
    assertThat(allocator.assignmentsOf("n1")).hasSize(2);

    allocator.releaseIps(List.of(last));
    allocator.releaseByHandle("h4");
    assertThat(allocator.releaseEmptyClaimsOf("n1")).isTrue();
    assertThat(allocator.releaseEmptyClaimsOf("n1")).as("nothing is left").isTrue();
    assertThat(IpamState.blocks(store)).isEmpty();
    assertThat(IpamState.affinities(store)).isEmpty();
  }

  @Test
  void aBlockGoesIfItIsItsOwnersAndEmpty() {
    IpamState.pool(store, "p", "10.0.0.0/26", 30);
    take("h", "n1");
    Cidr block = IpamState.blocks(store).getFirst().cidr();

    assertThat(allocator.releaseEmptyClaim(BlockOwner.node("n1"), block)).isFalse();
    allocator.releaseByHandle("h");
    assertThat(allocator.releaseEmptyClaim(BlockOwner.node("n2"), block)).isTrue();
    assertThat(IpamState.blocks(store)).as("another has no claim").hasSize(1);
    assertThat(allocator.releaseEmptyClaim(BlockOwner.node("n1"), block)).isTrue();
    assertThat(IpamState.blocks(store)).isEmpty();
  }

  @Test
  void whatHasCooledDownIsFree() {
    IpamState.pool(store, "p", "10.0.0.0/26", 30);
    store.create(
        new IpamConfig(
            Metadata.named(IpamConfig.DEFAULT),
            new IpamConfig.Spec(false, Optional.of(true), 0, "Enabled", 60)));
    take("h", "n1");
    allocator.releaseByHandle("h");
    Cidr block = IpamState.blocks(store).getFirst().cidr();

    now.set(now.get().plusSeconds(59));
    allocator.collect(List.of(block));
    assertThat(IpamState.blocks(store).getFirst().isEmpty()).isFalse();
    now.set(now.get().plusSeconds(2));
    allocator.collect(List.of(block, Cidr.parse("10.0.0.60/30")));
    assertThat(IpamState.blocks(store).getFirst().isEmpty()).isTrue();
    String revision = IpamState.blocks(store).getFirst().resource().metadata().resourceVersion();
    allocator.collect(List.of(block));
    assertThat(IpamState.blocks(store).getFirst().resource().metadata().resourceVersion())
        .as("written only if something is to be freed")
        .isEqualTo(revision);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpReservation;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockNames;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What is stored, in short texts, and what must be true of it at any moment.
final class IpamState {

  private IpamState() {}

  static void pool(Datastore store, String name, String cidr, int blockSize) {
    pool(store, name, cidr, blockSize, "all()", false);
  }

  static void pool(
      Datastore store,
      String name,
      String cidr,
      int blockSize,
      String nodeSelector,
      boolean isDisabled) {
    store.create(
        new IpPool(
            Metadata.named(name),
            new IpPool.Spec(
                Cidr.parse(cidr),
                IpPool.Spec.of(Cidr.parse(cidr)).ipipMode(),
                IpPool.Spec.of(Cidr.parse(cidr)).vxlanMode(),
                false,
                isDisabled,
                false,
                blockSize,
                nodeSelector,
                "",
                List.of(),
                IpPool.AssignmentMode.AUTOMATIC)));
  }

  static void reservation(Datastore store, String name, String... cidrs) {
    store.create(new IpReservation(Metadata.named(name), new IpReservation.Spec(List.of(cidrs))));
  }

  static void config(Datastore store, boolean isStrict, int maxBlocks) {
    store.create(
        new IpamConfig(
            Metadata.named(IpamConfig.DEFAULT),
            new IpamConfig.Spec(isStrict, Optional.of(true), maxBlocks, "", 0)));
  }

  static AssignRequest workload(int num4, int num6, String handle, String node) {
    return AssignRequest.forWorkload(num4, num6, handle, Map.of("node", node), node);
  }

  static List<Block> blocks(Datastore store) {
    return store.list(ResourceKind.IPAM_BLOCK).stream()
        .map(block -> new Block((IpamBlock) block))
        .toList();
  }

  /// `10.0.0.0/30=n1`, or `=-` for nobody's.
  static List<String> owners(Datastore store) {
    return blocks(store).stream()
        .map(block -> block.cidr() + "=" + block.owner().map(owner -> owner.name()).orElse("-"))
        .sorted()
        .toList();
  }

  /// `n1 10.0.0.0/30 confirmed`.
  static List<String> affinities(Datastore store) {
    return store.list(ResourceKind.BLOCK_AFFINITY).stream()
        .map(affinity -> ((BlockAffinity) affinity).spec())
        .map(spec -> spec.node() + " " + spec.cidr() + " " + spec.state())
        .sorted()
        .toList();
  }

  /// Handle to how many addresses it counts.
  static Map<String, Integer> handles(Datastore store) {
    return store.list(ResourceKind.IPAM_HANDLE).stream()
        .map(handle -> ((IpamHandle) handle).spec())
        .collect(
            Collectors.toMap(
                IpamHandle.Spec::handleID,
                spec -> spec.block().values().stream().mapToInt(Integer::intValue).sum(),
                Integer::sum,
                TreeMap::new));
  }

  /// Blocks are sound, do not overlap, and each address in use can be found by its handle.
  static void mustBeSound(Datastore store) {
    List<Block> blocks = blocks(store);
    for (Block block : blocks) {
      mustBeSound(block);
      assertThat(blocks)
          .filteredOn(other -> other.cidr().overlaps(block.cidr()))
          .containsExactly(block);
      block
          .assignments()
          .forEach(
              held ->
                  assertThat(store.get(BlockNames.handleKey(held.handle())))
                      .as("handle of %s", held)
                      .hasValueSatisfying(
                          handle ->
                              assertThat(((IpamHandle) handle).spec().block())
                                  .containsKey(block.cidr().toString())));
    }
  }

  private static void mustBeSound(Block block) {
    IpamBlock.Spec spec = block.spec();
    Set<Integer> free = new HashSet<>(spec.unallocated());
    Set<Integer> expected =
        IntStream.range(0, spec.allocations().size())
            .filter(ordinal -> spec.allocations().get(ordinal) == IpamBlock.FREE)
            .boxed()
            .collect(Collectors.toSet());
    assertThat(spec.unallocated()).as(block.cidr() + ": queue").doesNotHaveDuplicates();
    assertThat(free).as(block.cidr() + ": free").isEqualTo(expected);
    Set<Integer> used = new HashSet<>(spec.allocations());
    used.remove(IpamBlock.FREE);
    assertThat(used)
        .as(block.cidr() + ": attributes")
        .isEqualTo(
            IntStream.range(0, spec.attributes().size()).boxed().collect(Collectors.toSet()));
  }

  /// What the blocks say is held is what was given out.
  static void mustHoldExactly(Datastore store, Collection<IpAddress> given) {
    assertThat(blocks(store).stream().flatMap(block -> block.assignments().stream()))
        .extracting(held -> held.address())
        .containsExactlyInAnyOrderElementsOf(given);
  }
}

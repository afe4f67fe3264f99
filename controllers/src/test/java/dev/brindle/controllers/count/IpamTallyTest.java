// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.count;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.ipam.Holding;
import dev.brindle.ipam.block.Assignment;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import dev.brindle.ipam.block.Reservations;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IpamTallyTest {

  private static final List<IpPool> POOLS =
      List.of(
          (IpPool)
              ResourceCodec.read(
                      """
                      {apiVersion: projectcalico.org/v3, kind: IPPool, metadata: {name: p},
                       spec: {cidr: 10.0.0.0/24, blockSize: 29}}
                      """)
                  .getFirst());

  private static Block block(int number, String owner) {
    return Block.unused(
        Cidr.parse("10.0.%d.%d/29".formatted(number / 4, number % 4 * 8)),
        BlockOwner.node(owner),
        Instant.EPOCH,
        0);
  }

  /// @param node empty where nobody noted it
  private static Block assigned(Block block, String handle, String node) {
    Map<String, String> notes = node.isEmpty() ? Map.of() : Map.of("node", node);
    return block
        .assign(
            1,
            new IpamBlock.Attribute(handle, notes, Map.of(), Optional.empty()),
            Reservations.of(List.of()))
        .block();
  }

  private static PoolNode of(String pool, String node) {
    return new PoolNode(pool, node);
  }

  @Test
  void countsByPoolAndNode() {
    Block own = assigned(assigned(block(0, "n1"), "a", "n1"), "b", "n2");
    Block nobodys = assigned(block(4, "n1"), "c", "").disowned();
    Assignment lost = own.assignments().getLast();
    Holding suspect = Holding.of(lost);
    var passedOn = new Holding(own.assignments().getFirst().address(), "a", 99);

    IpamCounts counts =
        new IpamTally().count(List.of(own, nobodys), POOLS, Set.of(suspect, passedOn));

    assertThat(counts.inUse())
        .isEqualTo(
            Map.of(of("p", "n1"), 1, of("p", "n2"), 1, of(PoolNode.NO_POOL, PoolNode.NO_NODE), 1));
    assertThat(counts.borrowed()).isEqualTo(Map.of(of("p", "n2"), 1));
    assertThat(counts.blocks())
        .isEqualTo(Map.of(of("p", "n1"), 1, of(PoolNode.NO_POOL, PoolNode.NO_NODE), 1));
    assertThat(counts.candidates()).isEqualTo(Map.of(of("p", "n2"), 1));
  }

  @Test
  void countsAnewOnlyWhatWasWritten() {
    List<Cidr> looked = new ArrayList<>();
    var tally =
        new IpamTally(
            block -> {
              looked.add(block.cidr());
              return Map.of("n1", block.assignments().size());
            });
    Block first = assigned(block(0, "n1"), "a", "n1");
    Block second = assigned(block(1, "n1"), "b", "n1");

    tally.count(List.of(first, second), POOLS, Set.of());
    assertThat(looked).containsExactly(first.cidr(), second.cidr());
    looked.clear();
    tally.count(List.of(second, first), POOLS, Set.of());
    assertThat(looked).isEmpty();
    Block written = assigned(second, "c", "n1");
    assertThat(tally.count(List.of(first, written), POOLS, Set.of()).inUse())
        .isEqualTo(Map.of(of("p", "n1"), 3));
    assertThat(looked).containsExactly(second.cidr());
    tally.count(List.of(first), POOLS, Set.of());
    looked.clear();
    tally.count(List.of(first, written), POOLS, Set.of());
    assertThat(looked).as("it was gone").containsExactly(second.cidr());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whateverHappensItIsAsCountedFromScratch(long seed) {
    var random = new Random(seed);
    var tally = new IpamTally();
    Map<Cidr, Block> blocks = new TreeMap<>();
    Set<Holding> suspects = new HashSet<>();
    for (int step = 0; step < 300; step++) {
      Block block = block(random.nextInt(8), "n" + random.nextInt(3));
      Block known = blocks.getOrDefault(block.cidr(), block);
      switch (random.nextInt(6)) {
        case 0 -> blocks.put(block.cidr(), block);
        case 1 -> blocks.remove(block.cidr());
        case 2 -> blocks.put(block.cidr(), known.disowned());
        case 3 -> blocks.put(block.cidr(), released(known, random));
        case 4 -> known.assignments().stream().map(Holding::of).forEach(suspects::add);
        default ->
            blocks.put(
                block.cidr(),
                assigned(known, "h" + step, random.nextInt(4) == 0 ? "" : "n" + step % 3));
      }
      // at most one of an address, as one scan has them
      Set<Holding> some =
          Set.copyOf(
              suspects.stream()
                  .collect(
                      TreeMap<IpAddress, Holding>::new,
                      (map, each) -> map.put(each.address(), each),
                      Map::putAll)
                  .values());
      assertThat(tally.count(blocks.values(), POOLS, some))
          .as("seed %d, step %d", seed, step)
          .isEqualTo(fromScratch(blocks.values(), some));
    }
  }

  private static Block released(Block block, Random random) {
    List<IpAddress> held = block.assignments().stream().map(Assignment::address).toList();
    return held.isEmpty()
        ? block
        : block.release(List.of(held.get(random.nextInt(held.size()))), Instant.EPOCH, 0).block();
  }

  private static IpamCounts fromScratch(Collection<Block> all, Set<Holding> suspects) {
    IpamCounts counts = IpamCounts.none();
    for (Block block : all) {
      String owner = block.owner().map(BlockOwner::name).orElse("");
      counts.blocks().merge(PoolNode.of(block.cidr().address(), owner, POOLS), 1, Integer::sum);
      for (Assignment held : block.assignments()) {
        String user = held.node().isEmpty() ? owner : held.node();
        PoolNode users = PoolNode.of(held.address(), user, POOLS);
        counts.inUse().merge(users, 1, Integer::sum);
        if (!user.equals(owner)) {
          counts.borrowed().merge(users, 1, Integer::sum);
        }
        if (suspects.contains(Holding.of(held))) {
          counts.candidates().merge(users, 1, Integer::sum);
        }
      }
    }
    return counts;
  }
}

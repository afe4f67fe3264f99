// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpPool;
import dev.brindle.ipam.block.Assignment;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import dev.brindle.ipam.block.Reservations;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Keeps a node's reserve as large as it should be, and where it may be: in blocks that the node
/// owns and that hold something else, too. So it never claims a block, never borrows, and never
/// keeps a block that is not needed otherwise.
final class ReserveUpkeep {

  private final BlockStore store;
  private final AddressTaker taker;
  private final AddressRelease release;
  private final HandleCounts handles;
  private final ReserveBook book;

  ReserveUpkeep(
      BlockStore store,
      AddressTaker taker,
      AddressRelease release,
      HandleCounts handles,
      ReserveBook book) {
    this.store = store;
    this.taker = taker;
    this.release = release;
    this.handles = handles;
    this.book = book;
  }

  /// @param wanted of each family
  /// @return whether there are so many, in each family that the node has blocks of
  boolean keep(String node, int wanted) {
    Map<Cidr, List<Assignment>> held = handles.held(Reserve.handle(node));
    if (wanted == 0) {
      held.forEach(this::giveBack);
      if (book.used().isEmpty()) {
        release.byHandle(Reserve.handle(node)); // with whatever its count says too much
      }
      book.booked(List.of());
      return true;
    }
    Reservations reservations = store.reservations();
    Map<Cidr, IpPool> places = places(node);
    Map<Cidr, Block> blocks = blocks(node, places.keySet());
    Map<IpFamily, Integer> kept = new EnumMap<>(IpFamily.class);
    held.forEach(
        (block, all) -> {
          List<Assignment> leaving = new ArrayList<>();
          for (Assignment each : all) {
            boolean isGood =
                blocks.containsKey(block)
                    && !reservations.contains(each.address())
                    && kept.getOrDefault(block.family(), 0) < wanted;
            if (isGood || book.used().contains(each.address())) {
              kept.merge(block.family(), 1, Integer::sum);
            } else {
              leaving.add(each);
            }
          }
          giveBack(block, leaving);
        });
    for (Block block : blocks.values()) {
      IpFamily family = block.cidr().family();
      int missing = wanted - kept.getOrDefault(family, 0);
      if (missing > 0) {
        kept.merge(family, take(block, missing, node, reservations), Integer::sum);
      }
    }
    book.booked(reserved(node, places));
    return !places.isEmpty()
        && places.keySet().stream()
            .allMatch(place -> kept.getOrDefault(place.family(), 0) >= wanted);
  }

  private int take(Block block, int count, String node, Reservations reservations) {
    AssignRequest request =
        AssignRequest.forWorkload(count, count, Reserve.handle(node), Reserve.notes(node), node);
    Terms terms = new Terms(store.config().ipCooldownSeconds(), reservations);
    return taker.take(block, request, BlockOwner.node(node), terms).size();
  }

  /// What no pod has by now.
  private void giveBack(Cidr block, List<Assignment> some) {
    Set<Holding> going = new HashSet<>();
    for (Assignment each : some) {
      Holding holding = Holding.of(each);
      if (book.giveUp(holding)) {
        going.add(holding);
      }
    }
    if (!going.isEmpty()) {
      release.exactly(block, going, release.coolDown());
    }
  }

  /// Blocks that the node has claimed in pools whose addresses any of its pods may get unasked.
  private Map<Cidr, IpPool> places(String node) {
    Map<String, String> labels = store.nodeLabels(node);
    List<IpPool> pools =
        store.pools().stream().filter(pool -> PoolChoice.isForReserve(pool, labels)).toList();
    Map<Cidr, IpPool> places = new TreeMap<>();
    for (BlockAffinity affinity : store.affinities(BlockOwner.node(node))) {
      Cidr block = affinity.spec().cidr();
      if (affinity.spec().state() == BlockAffinity.State.CONFIRMED) {
        pools.stream()
            .filter(pool -> pool.spec().cidr().contains(block))
            .findFirst()
            .ifPresent(pool -> places.put(block, pool));
      }
    }
    return places;
  }

  private Map<Cidr, Block> blocks(String node, Set<Cidr> places) {
    Map<Cidr, Block> blocks = new TreeMap<>();
    for (Cidr place : places) {
      store
          .block(place)
          .filter(block -> block.isOwnedBy(BlockOwner.node(node)))
          .filter(block -> block.assignments().stream().anyMatch(this::isOthers))
          .ifPresent(block -> blocks.put(place, block));
    }
    return blocks;
  }

  /// Of a pod, also of one that the store does not know yet, or of a tunnel.
  private boolean isOthers(Assignment held) {
    return !Reserve.holds(held) || book.used().contains(held.address());
  }

  private List<Reserved> reserved(String node, Map<Cidr, IpPool> places) {
    List<Reserved> all = new ArrayList<>();
    handles
        .held(Reserve.handle(node))
        .forEach(
            (block, assignments) -> {
              IpPool pool = places.get(block);
              if (pool != null) {
                assignments.forEach(
                    each ->
                        all.add(
                            new Reserved(
                                each.address(),
                                each.sequence(),
                                block,
                                pool.metadata().name(),
                                pool.spec().cidr(),
                                pool.spec().namespaceSelector())));
              }
            });
    return all;
  }
}

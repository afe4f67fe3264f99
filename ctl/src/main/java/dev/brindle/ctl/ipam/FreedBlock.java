// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.ipam;

import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamBlock.Attribute;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// A block after some of its addresses were freed, and how many of them each handle had.
///
/// @param perHandle by handle id, only those that lost something
public record FreedBlock(IpamBlock.Spec spec, Map<String, Integer> perHandle) {

  public FreedBlock {
    perHandle = Map.copyOf(perHandle);
  }

  /// Frees the addresses whose attribute is chosen and whose ordinal is too. They go to the end of
  /// the queue, so that they are used again as late as can be.
  public static FreedBlock of(
      IpamBlock.Spec block, Predicate<Integer> ordinals, Predicate<Attribute> attributes) {
    List<Integer> allocations = new ArrayList<>(block.allocations());
    List<Integer> unallocated = new ArrayList<>(block.unallocated());
    Map<String, Long> sequence = new TreeMap<>(block.sequenceNumberForAllocation());
    Map<String, Integer> perHandle = new HashMap<>();
    for (int ordinal = 0; ordinal < allocations.size(); ordinal++) {
      int index = allocations.get(ordinal);
      if (index == IpamBlock.FREE
          || !ordinals.test(ordinal)
          || !attributes.test(block.attributes().get(index))) {
        continue;
      }
      allocations.set(ordinal, IpamBlock.FREE);
      unallocated.add(ordinal);
      sequence.remove(Integer.toString(ordinal));
      perHandle.merge(block.attributes().get(index).handleId(), 1, Integer::sum);
    }
    return new FreedBlock(compact(block, allocations, unallocated, sequence), perHandle);
  }

  public boolean isUnchanged() {
    return perHandle.isEmpty();
  }

  /// Attributes that nobody refers to any more go; the others move up.
  private static IpamBlock.Spec compact(
      IpamBlock.Spec block,
      List<Integer> allocations,
      List<Integer> unallocated,
      Map<String, Long> sequence) {
    List<Integer> used =
        allocations.stream().filter(index -> index != IpamBlock.FREE).distinct().sorted().toList();
    List<Attribute> attributes = used.stream().map(block.attributes()::get).toList();
    List<Integer> renumbered =
        allocations.stream()
            .map(
                index ->
                    index == IpamBlock.FREE
                        ? index
                        : Integer.valueOf(Collections.binarySearch(used, index)))
            .toList();
    return new IpamBlock.Spec(
        block.cidr(),
        block.affinity(),
        block.affinityClaimTime(),
        renumbered,
        unallocated,
        attributes,
        block.sequenceNumber() + 1,
        sequence,
        block.deleted());
  }
}

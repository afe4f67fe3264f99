// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.ipam;

import dev.brindle.api.resource.IpamBlock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What cannot be in a block, whoever wrote it.
final class BlockFaults {

  private BlockFaults() {}

  static List<String> of(IpamBlock.Spec block, Instant now) {
    List<String> faults = new ArrayList<>();
    allocations(block, faults);
    queue(block, faults);
    for (int i = 0; i < block.attributes().size(); i++) {
      String released = block.attributes().get(i).releasedAt().orElse("");
      if (!released.isEmpty() && !isPast(released, now)) {
        faults.add("attribute %d was released at %s, which is not past".formatted(i, released));
      }
    }
    return faults;
  }

  private static void allocations(IpamBlock.Spec block, List<String> faults) {
    Set<Integer> used = new HashSet<>();
    for (int ordinal = 0; ordinal < block.allocations().size(); ordinal++) {
      int index = block.allocations().get(ordinal);
      used.add(index);
      if (index != IpamBlock.FREE && (index < 0 || index >= block.attributes().size())) {
        faults.add("ordinal %d has attribute %d, which is not there".formatted(ordinal, index));
      }
    }
    for (int i = 0; i < block.attributes().size(); i++) {
      if (!used.contains(i)) {
        faults.add("no address has attribute %d".formatted(i));
      }
    }
  }

  private static void queue(IpamBlock.Spec block, List<String> faults) {
    int size = block.allocations().size();
    Set<Integer> seen = new HashSet<>();
    for (int ordinal : block.unallocated()) {
      if (ordinal < 0 || ordinal >= size) {
        faults.add("ordinal %d is free, and not in the block".formatted(ordinal));
      } else if (!seen.add(ordinal)) {
        faults.add("ordinal %d is free twice".formatted(ordinal));
      } else if (block.allocations().get(ordinal) != IpamBlock.FREE) {
        faults.add("ordinal %d is free and allocated".formatted(ordinal));
      }
    }
    long taken = block.allocations().stream().filter(index -> index != IpamBlock.FREE).count();
    int addresses = 1 << (block.cidr().family().bits() - block.cidr().length());
    if (taken + block.unallocated().size() != addresses) {
      faults.add(
          "%d addresses are allocated and %d free, of %d"
              .formatted(taken, block.unallocated().size(), addresses));
    }
  }

  private static boolean isPast(String time, Instant now) {
    try {
      return !Instant.parse(time).isAfter(now);
    } catch (DateTimeException _) {
      return false;
    }
  }
}

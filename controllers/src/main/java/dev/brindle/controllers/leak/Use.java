// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.leak;

import dev.brindle.ipam.Reserve;
import dev.brindle.ipam.block.Assignment;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import java.util.Locale;
import java.util.Map;

/// What an address is for, as IPAM has noted it.
enum Use {
  /// Of Windows: nobody's to release.
  RESERVED,
  POD,
  /// The node's own: its end of a tunnel, or its reserve. Goes when nothing else of the node is
  /// left.
  TUNNEL,
  /// Not ours to judge: a service's, or a virtual machine's, which keeps it while no pod runs it.
  OTHER;

  private static final String WINDOWS = "windows-reserved-ipam-handle";

  static Use of(Assignment held) {
    Map<String, String> notes = held.holder().activeOwner();
    if (held.handle().toLowerCase(Locale.ROOT).equals(WINDOWS)) {
      return RESERVED;
    } else if (notes.containsKey("vmi-name") || notes.containsKey("vm-uid")) {
      return OTHER;
    } else if (notes.containsKey("pod") && notes.containsKey("namespace")) {
      return POD;
    }
    boolean isNodes =
        notes.getOrDefault("type", "").endsWith("TunnelAddress") || Reserve.holds(held);
    return isNodes ? TUNNEL : OTHER;
  }

  /// The node it is used on: as noted, else the block's owner; empty if neither says so.
  static String node(Block block, Assignment held) {
    return held.node().isEmpty()
        ? block
            .owner()
            .filter(owner -> owner.equals(BlockOwner.node(owner.name())))
            .map(BlockOwner::name)
            .orElse("")
        : held.node();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.ipam.block.Assignment;
import java.util.Map;

/// Addresses that a node has booked ahead, for pods that come while the store is away. For all
/// other software they are addresses in use.
public final class Reserve {

  /// What stands in the notes of such an address under `type`.
  public static final String TYPE = "brindleReserve";

  private Reserve() {}

  public static String handle(String node) {
    return "brindle-reserve-" + node;
  }

  static Map<String, String> notes(String node) {
    return Map.of("node", node, "type", TYPE);
  }

  /// Whether it is in the reserve of whatever node.
  public static boolean holds(Assignment held) {
    return held.holder().activeOwner().getOrDefault("type", "").equals(TYPE);
  }
}

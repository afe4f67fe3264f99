// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.ipam;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamBlock.Attribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// An address in use on another node than the one that owns its block.
public record Borrowed(
    IpAddress address, String borrower, IpamBlock.Spec block, String type, String holder) {

  private static final String HOST = "host:";

  public static List<Borrowed> in(IpamBlock.Spec block) {
    String owner = owner(block);
    List<Borrowed> found = new ArrayList<>();
    for (int ordinal = 0; ordinal < block.allocations().size(); ordinal++) {
      int index = block.allocations().get(ordinal);
      if (index == IpamBlock.FREE) {
        continue;
      }
      Map<String, String> holder = block.attributes().get(index).activeOwner();
      String node = holder.getOrDefault("node", owner);
      if (!node.equals(owner)) {
        found.add(
            new Borrowed(
                block.cidr().address().plus(ordinal), node, block, type(holder), holder(holder)));
      }
    }
    return List.copyOf(found);
  }

  /// How many addresses nobody says the node of.
  public static long withoutNode(IpamBlock.Spec block) {
    return block.allocations().stream()
        .filter(index -> index != IpamBlock.FREE)
        .map(block.attributes()::get)
        .map(Attribute::activeOwner)
        .filter(owner -> !owner.containsKey("node"))
        .count();
  }

  static String owner(IpamBlock.Spec block) {
    return block
        .affinity()
        .map(affinity -> affinity.startsWith(HOST) ? affinity.substring(HOST.length()) : affinity)
        .orElse("");
  }

  private static String type(Map<String, String> holder) {
    if (holder.containsKey("vmi-name")) {
      return "vmi";
    }
    return holder.containsKey("pod") ? "pod" : holder.getOrDefault("type", "");
  }

  private static String holder(Map<String, String> holder) {
    String name = holder.getOrDefault("vmi-name", holder.getOrDefault("pod", ""));
    return name.isEmpty() ? "" : holder.getOrDefault("namespace", "") + "/" + name;
  }

  /// IP, BORROWING-NODE, BLOCK, BLOCK OWNER, TYPE, ALLOCATED-TO.
  public List<String> cells() {
    return List.of(
        address.toString(), borrower, block.cidr().toString(), owner(block), type, holder);
  }
}

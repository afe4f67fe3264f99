// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.ipam;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamBlock.Attribute;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Who has an address, in words.
public final class AddressText {

  private AddressText() {}

  public static String of(IpAddress address, Collection<IpamBlock> blocks) {
    return blocks.stream()
        .filter(block -> block.spec().cidr().contains(address))
        .findFirst()
        .flatMap(block -> attribute(block.spec(), address))
        .map(attribute -> inUse(address, attribute))
        .orElse(address + " is not assigned\n");
  }

  /// Its place in the block.
  public static int ordinal(IpamBlock.Spec block, IpAddress address) {
    return address.value().subtract(block.cidr().address().value()).intValueExact();
  }

  private static Optional<Attribute> attribute(IpamBlock.Spec block, IpAddress address) {
    int index = block.allocations().get(ordinal(block, address));
    return index == IpamBlock.FREE ? Optional.empty() : Optional.of(block.attributes().get(index));
  }

  private static String inUse(IpAddress address, Attribute attribute) {
    String handle = attribute.handleId().isEmpty() ? "<none>" : attribute.handleId();
    StringBuilder text = new StringBuilder();
    text.append("IP ").append(address).append(" is in use\n");
    text.append("Handle ID: ").append(handle).append('\n');
    if (attribute.activeOwner().isEmpty()) {
      text.append("No Active Owner attributes defined\n");
    } else {
      text.append("Active Owner Attributes:\n").append(lines(attribute.activeOwner()));
    }
    if (!attribute.alternateOwner().isEmpty()) {
      text.append("Alternate Owner Attributes:\n").append(lines(attribute.alternateOwner()));
    }
    return text.toString();
  }

  private static String lines(Map<String, String> owner) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(owner)
        .forEach(
            (key, value) -> text.append("  ").append(key).append(": ").append(value).append('\n'));
    return text.toString();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.ipam;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpamBlock.Attribute;
import dev.brindle.ipam.block.Assignment;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Who has an address, in words.
public final class AddressText {

  private AddressText() {}

  /// @param held empty if nobody has it
  public static String of(IpAddress address, Optional<Assignment> held) {
    return held.map(assignment -> inUse(address, assignment.handle(), assignment.holder()))
        .orElse(address + " is not assigned\n");
  }

  private static String inUse(IpAddress address, String handle, Attribute attribute) {
    StringBuilder text = new StringBuilder();
    text.append("IP ").append(address).append(" is in use\n");
    text.append("Handle ID: ").append(handle.isEmpty() ? "<none>" : handle).append('\n');
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

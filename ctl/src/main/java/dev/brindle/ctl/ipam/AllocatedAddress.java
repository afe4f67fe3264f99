// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.ipam;

import dev.brindle.api.net.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// An address that a block records as given out.
///
/// @param attributes what is said of who holds it
/// @param isBorrowed whether another node owns the block
/// @param isCooling whether it was released and rests
/// @param users endpoints and nodes that have the address; none if nobody uses it
public record AllocatedAddress(
    IpAddress address,
    String handle,
    long sequence,
    Map<String, String> attributes,
    boolean isBorrowed,
    boolean isCooling,
    boolean isReserved,
    List<String> users) {

  public AllocatedAddress {
    attributes = Map.copyOf(attributes);
    users = List.copyOf(users);
  }

  /// What nobody looks for: reserved for a system, or for a service that is not asked here.
  public boolean isInUse() {
    return isReserved || !users.isEmpty();
  }

  public boolean isLeaked() {
    return !isInUse() && !isCooling;
  }

  public String node() {
    return attributes.getOrDefault("node", "");
  }

  /// `node=n1 pod=web`, sorted.
  String attributeText() {
    return attributes.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .sorted()
        .collect(Collectors.joining(" "));
  }
}

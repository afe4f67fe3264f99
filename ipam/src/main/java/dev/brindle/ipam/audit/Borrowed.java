// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.audit;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.ipam.block.Assignment;
import java.util.Map;

/// An address that a node uses out of another's block.
///
/// @param type `pod`, `vmi`, or what the holder says it is
/// @param allocatedTo `namespace/name`; empty for what is no pod
public record Borrowed(
    IpAddress address,
    String borrowingNode,
    Cidr block,
    String blockOwner,
    String type,
    String allocatedTo) {

  static Borrowed of(Assignment held, Cidr block, String owner) {
    Map<String, String> attributes = held.holder().activeOwner();
    String vmi = attributes.getOrDefault("vmi-name", "");
    String pod = attributes.getOrDefault("pod", "");
    String name = vmi.isEmpty() ? pod : vmi;
    String type = vmi.isEmpty() ? "pod" : "vmi";
    return new Borrowed(
        held.address(),
        held.node(),
        block,
        owner,
        name.isEmpty() ? attributes.getOrDefault("type", "") : type,
        name.isEmpty() ? "" : attributes.getOrDefault("namespace", "") + "/" + name);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.IpAddress;
import java.util.List;
import java.util.Optional;

/// The field `interface`: a neighbour that is whoever advertises itself as a router there.
final class LinkFields {

  private static final IpAddress ANYBODY = IpAddress.parse("::");

  /// What needs an address.
  private static final List<String> SENSELESS = List.of("address", "range", "sourceAddress");

  private LinkFields() {}

  static PathFields.Place place(Field neighbor) {
    for (String key : SENSELESS) {
      neighbor
          .find(key)
          .ifPresent(
              it -> {
                throw it.wrong("has no place beside interface; leave one of them out");
              });
    }
    if (PathFields.isMultihop(neighbor)) {
      throw neighbor
          .find("multihop")
          .orElseGet(() -> neighbor.get("ttlSecurity"))
          .wrong("a neighbor on an interface is one hop away");
    }
    String link = neighbor.get("interface").read(PathFields::link);
    return new PathFields.Place(ANYBODY, Optional.of(link), PathFields.port(neighbor));
  }
}

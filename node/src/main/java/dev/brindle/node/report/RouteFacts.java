// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.report;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.speaker.RoutePage;
import dev.brindle.linux.model.Route;
import java.util.List;
import java.util.Map;

/// Routes of a node: of the kernel's main table, and what BGP knows.
///
/// @param others routes of the kernel that BGP did not write
/// @param own those that it did, of the prefixes in `known`
/// @param known by BGP, perhaps not all
/// @param isWhole whether all that there is is in it
public record RouteFacts(
    List<Route> others, Map<Cidr, Route> own, List<RoutePage.Entry> known, boolean isWhole) {

  public static final RouteFacts NONE = new RouteFacts(List.of(), Map.of(), List.of(), true);

  public RouteFacts {
    others = List.copyOf(others);
    own = Map.copyOf(own);
    known = List.copyOf(known);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.model;

import dev.brindle.api.net.InterfaceAddress;
import java.util.List;

/// What an interface gets when it is set up.
///
/// @param device its name
/// @param addresses before it is up
/// @param neighbours on this device
/// @param routes by this device
public record LinkSetup(
    String device,
    List<InterfaceAddress> addresses,
    List<Neighbour> neighbours,
    List<Route> routes) {

  /// @throws IllegalArgumentException if something is for another device
  public LinkSetup {
    addresses = List.copyOf(addresses);
    neighbours = List.copyOf(neighbours);
    routes = List.copyOf(routes);
    for (Neighbour neighbour : neighbours) {
      requireOn(device, neighbour.device(), neighbour);
    }
    for (Route route : routes) {
      route.hops().forEach(hop -> requireOn(device, hop.device(), route.destination()));
    }
  }

  private static void requireOn(String device, String other, Object what) {
    if (!other.equals(device)) {
      throw new IllegalArgumentException("%s is on %s, not on %s".formatted(what, other, device));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.route;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpPool;
import dev.brindle.felix.settings.ClusterRouting;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Settings;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The routes to other nodes' addresses that are felix's, and the blackholes of this node's blocks.
///
/// ```
/// VXLAN             <block> via <the node's tunnel address> dev vxlan.calico onlink
/// IPIP              <block> via <the node's address> dev tunl0 onlink
/// same subnet       <block> via <the node's address> dev <the interface towards it> onlink
/// this node's own   blackhole <block>
/// ```
///
/// A borrowed address gets a route of its own. What cannot be reached yet, because its node has not
/// published an address, gets none.
public final class ClusterRoutes {

  private final ClusterView view;
  private final Underlay underlay;
  private final Settings settings;
  private final Map<Cidr, Route> routes = new TreeMap<>();

  private ClusterRoutes(ClusterView view, Underlay underlay, Settings settings) {
    this.view = view;
    this.underlay = underlay;
    this.settings = settings;
  }

  /// @param families that are in use at all
  /// @return at most one for each destination, ordered by it
  public static List<Route> of(
      ClusterView view, Underlay underlay, Settings settings, Collection<IpFamily> families) {
    var routes = new ClusterRoutes(view, underlay, settings);
    BlockOwners owners = BlockOwners.of(view);
    owners.blocks().forEach(routes::block);
    owners.borrowed().forEach((address, node) -> routes.remote(Cidr.host(address), node));
    return routes.routes.values().stream()
        .filter(route -> families.contains(route.destination().family()))
        .toList();
  }

  /// Route protocol of everything here.
  public static RouteOwner owner(Settings settings) {
    int device = settings.get(Parameters.DEVICE_ROUTE_PROTOCOL);
    return device == RouteOwner.BOOT.protocol() ? RouteOwner.FELIX : new RouteOwner(device);
  }

  private void block(Cidr block, String node) {
    if (!node.equals(view.node())) {
      remote(block, node);
    } else if (!block.isHost() && ownedPool(block).isPresent()) {
      put(Route.blackhole(block, owner(settings)));
    }
  }

  private void remote(Cidr destination, String node) {
    if (node.equals(view.node())) {
      return;
    }
    Optional<IpAddress> address =
        view.address(node, destination.family()).map(found -> found.address());
    ownedPool(destination)
        .flatMap(pool -> address.flatMap(via -> route(destination, node, pool, via)))
        .ifPresent(this::put);
  }

  private Optional<IpPool> ownedPool(Cidr destination) {
    ClusterRouting setting = settings.get(Parameters.PROGRAM_CLUSTER_ROUTES);
    return view.pool(destination)
        .filter(pool -> RouteOwnership.of(pool, setting) == RouteOwnership.FELIX);
  }

  private Optional<Route> route(Cidr destination, String node, IpPool pool, IpAddress address) {
    IpFamily family = destination.family();
    Encapsulation encapsulation = Encapsulation.of(pool);
    boolean sameSubnet = view.isInOwnSubnet(address);
    if (!encapsulation.tunnels(sameSubnet)) {
      // without a tunnel only a neighbour is a next hop; the rest is the routers' business
      return sameSubnet
          ? underlay.parent(family).map(parent -> via(destination, address, parent.name()))
          : Optional.empty();
    }
    return switch (encapsulation.kind()) {
      case IPIP -> Optional.of(via(destination, address, TunnelPlan.IPIP_DEVICE));
      case VXLAN ->
          view.vxlanAddress(node, family)
              .map(vtep -> overVxlan(destination, vtep, TunnelPlan.vxlanDevice(family)));
      case NONE -> Optional.empty();
    };
  }

  private Route overVxlan(Cidr destination, IpAddress vtep, String device) {
    return destination.equals(Cidr.host(vtep))
        ? Route.onDevice(destination, owner(settings), device)
        : via(destination, vtep, device);
  }

  private Route via(Cidr destination, IpAddress gateway, String device) {
    return Route.via(destination, owner(settings), gateway, device, true);
  }

  private void put(Route route) {
    int metric =
        route.destination().family() == IpFamily.IPV4
            ? settings.get(Parameters.IPV4_ROUTE_PRIORITY)
            : settings.get(Parameters.IPV6_ROUTE_PRIORITY);
    routes.put(route.destination(), route.withMetric(metric));
  }
}

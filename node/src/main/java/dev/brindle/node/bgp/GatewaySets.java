// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.speaker.LinkGateway;
import dev.brindle.linux.model.Route.Hop;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The BGP next hops that prefixes are reached by: one object for all prefixes with the same ones,
/// so what an interface does is worked out once and not for each prefix.
final class GatewaySets {

  /// Next hops together, and the way there.
  static final class GatewaySet {

    private final Gateways gateways;
    private @Nullable Way way;
    private int users;

    private GatewaySet(Gateways gateways) {
      this.gateways = gateways;
    }

    /// The gateways for people.
    List<String> text() {
      return Stream.concat(
              gateways.addresses().stream().map(IpAddress::toString),
              gateways.links().stream().map(it -> it.address() + "%" + it.link()))
          .toList();
    }

    /// Null if nothing leads there.
    @Nullable Way way() {
      return way;
    }
  }

  /// @param addresses whose interfaces the other routes tell
  /// @param links whose interfaces are known
  /// @param isNowhere packets are dropped
  private record Gateways(List<IpAddress> addresses, List<LinkGateway> links, boolean isNowhere) {}

  private final NextHops hops;
  private final Ways ways;
  private final Map<Gateways, GatewaySet> sets = new HashMap<>();
  private final Set<GatewaySet> doubted = new HashSet<>();

  GatewaySets(NextHops hops, Ways ways) {
    this.hops = hops;
    this.ways = ways;
  }

  /// For one more prefix.
  GatewaySet take(List<IpAddress> addresses, List<LinkGateway> links) {
    return take(new Gateways(addresses, links, false));
  }

  /// For one more prefix, to which packets are dropped.
  GatewaySet takeNowhere() {
    return take(new Gateways(List.of(), List.of(), true));
  }

  private GatewaySet take(Gateways gateways) {
    GatewaySet set = sets.get(gateways);
    if (set == null) {
      set = new GatewaySet(gateways);
      set.way = look(gateways);
      sets.put(gateways, set);
    }
    set.users++;
    return set;
  }

  /// A prefix needs it no more.
  void giveBack(GatewaySet set) {
    set.users--;
    if (set.users == 0) {
      sets.remove(set.gateways);
      doubted.remove(set);
    }
  }

  private @Nullable Way look(Gateways gateways) {
    if (gateways.isNowhere()) {
      return ways.shared(Way.BLACKHOLE);
    }
    Stream<Hop> onLinks =
        gateways.links().stream().map(it -> new Hop(Optional.of(it.address()), it.link(), false));
    List<Hop> found =
        Stream.concat(hops.to(gateways.addresses()).stream(), onLinks).distinct().toList();
    return found.isEmpty() ? null : ways.shared(Way.through(found));
  }

  /// Some next hops are reached by way of gateways.
  void reach(Map<IpAddress, IpAddress> reachableBy) {
    hops.reach(reachableBy);
    doubtAll();
  }

  /// The way to a next hop now; null if there is none.
  @Nullable Way wayTo(IpAddress nextHop) {
    return look(new Gateways(List.of(nextHop), List.of(), false));
  }

  /// Some foreign route to the destination changed.
  void doubt(Cidr destination) {
    for (GatewaySet set : sets.values()) {
      if (set.gateways.addresses().stream().anyMatch(it -> hops.dependsOn(destination, it))) {
        doubted.add(set);
      }
    }
  }

  /// All there are.
  List<Way> ways() {
    return sets.values().stream().flatMap(set -> Stream.ofNullable(set.way)).toList();
  }

  void doubtAll() {
    doubted.addAll(sets.values());
  }

  /// Looks again at those that are in doubt.
  ///
  /// @return those that have another way now
  Collection<GatewaySet> settle() {
    Set<GatewaySet> changed = new HashSet<>();
    for (GatewaySet set : doubted) {
      Way now = look(set.gateways);
      boolean isSame = now == null ? set.way == null : now.equals(set.way);
      if (!isSame) {
        set.way = now;
        changed.add(set);
      }
    }
    doubted.clear();
    return changed;
  }
}

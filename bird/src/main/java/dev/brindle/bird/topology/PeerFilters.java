// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BgpFilter;
import dev.brindle.api.resource.BgpFilter.Rule;
import dev.brindle.bird.filter.CalicoExport;
import dev.brindle.bird.filter.CalicoImport;
import dev.brindle.bird.filter.FilterChain;
import dev.brindle.bird.filter.FilterRule;
import dev.brindle.bird.filter.OutgoingWays;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.filter.RoutePriorities;
import dev.brindle.bird.rib.NextHopMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Puts the BGPFilters that BGPPeers name before Calico's own filters.
///
/// @param outward the same for peers outside that are told our next hop
/// @param ownInterfaces where addresses are that are told one by one
/// @param workloadInterfaces where pods are that peer with this node
record PeerFilters(
    BgpResources resources,
    CalicoImport imports,
    CalicoExport exports,
    CalicoExport outward,
    Map<Cidr, String> ownInterfaces,
    Map<Cidr, String> workloadInterfaces) {

  /// The same peer with its filters; refused if one cannot be understood, because more might pass
  /// than is meant to. What is not there is left out, as with Calico.
  PeerConfig apply(PeerConfig peer, List<String> names) {
    List<BgpFilter> named =
        names.stream().flatMap(name -> resources.filter(name).stream()).toList();
    try {
      PeerRouting routing = peer.routing();
      Optional<RouteFilter> in = importFilter(named, peer);
      Optional<RouteFilter> out = exportFilter(named, peer);
      if (in.isPresent()) {
        routing = routing.withImportFilter(in.get());
      }
      if (out.isPresent()) {
        routing = routing.withExportFilter(out.get());
      }
      return peer.withRouting(routing);
    } catch (IllegalArgumentException e) {
      return peer.refusedBecause(String.valueOf(e.getMessage()));
    }
  }

  /// What is to be said about names that no filter has.
  List<String> missing(List<String> names) {
    return names.stream()
        .filter(name -> resources.filter(name).isEmpty())
        .map("there is no BGPFilter %s: routes pass as if it were not named"::formatted)
        .toList();
  }

  private Optional<RouteFilter> importFilter(List<BgpFilter> named, PeerConfig peer) {
    BgpFilterRules rules = new BgpFilterRules(peer.isInternal(), Optional.empty(), ways(Map.of()));
    List<FilterRule> all = new ArrayList<>();
    for (BgpFilter filter : named) {
      all.addAll(rules(rules, filter, "importV4", BgpFilter.Spec::importV4, IpFamily.IPV4));
      all.addAll(rules(rules, filter, "importV6", BgpFilter.Spec::importV6, IpFamily.IPV6));
    }
    return chain(named, all, imports);
  }

  private Optional<RouteFilter> exportFilter(List<BgpFilter> named, PeerConfig peer) {
    Optional<AsNumber> ours = peer.isInternal() ? Optional.empty() : Optional.of(peer.localAs());
    BgpFilterRules rules = new BgpFilterRules(peer.isInternal(), ours, ways(ownInterfaces));
    List<FilterRule> all = new ArrayList<>();
    for (BgpFilter filter : named) {
      all.addAll(rules(rules, filter, "exportV4", BgpFilter.Spec::exportV4, IpFamily.IPV4));
      all.addAll(rules(rules, filter, "exportV6", BgpFilter.Spec::exportV6, IpFamily.IPV6));
    }
    boolean isOutward = !peer.isInternal() && peer.routing().nextHopMode() != NextHopMode.KEEP;
    CalicoExport usual = isOutward ? outward : exports;
    Optional<RouteFilter> chain = chain(named, all, usual);
    return chain.isPresent() || usual.equals(exports) ? chain : Optional.of(usual);
  }

  private OutgoingWays ways(Map<Cidr, String> more) {
    return resources.asksForWays()
        ? resources.ways().with(workloadInterfaces).with(more)
        : OutgoingWays.NONE;
  }

  private static List<FilterRule> rules(
      BgpFilterRules rules,
      BgpFilter filter,
      String list,
      Function<BgpFilter.Spec, List<Rule>> which,
      IpFamily family) {
    String where = "BGPFilter %s, %s".formatted(filter.metadata().name(), list);
    return rules.of(where, which.apply(filter.spec()), family);
  }

  private Optional<RouteFilter> chain(
      List<BgpFilter> named, List<FilterRule> rules, RouteFilter otherwise) {
    if (rules.isEmpty()) {
      return Optional.empty();
    }
    List<String> names = named.stream().map(filter -> filter.metadata().name()).toList();
    RoutePriorities normal = exports.normal();
    return Optional.of(
        new FilterChain("BGPFilter " + String.join(", ", names), rules, otherwise, normal));
  }
}

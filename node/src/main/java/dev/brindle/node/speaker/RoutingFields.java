// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.topology.AddPath;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.topology.PrefixLimit;
import dev.brindle.bird.wire.Family;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// What passes between us and a neighbor, of all that its section says.
final class RoutingFields {

  private static final int MOST_OWN_AS = 255;

  private final boolean isPolicyRequired;
  private final Map<String, RuleFilter> filters;

  /// @param isPolicyRequired nothing passes an external neighbour if nothing is said (RFC 8212)
  RoutingFields(boolean isPolicyRequired, Map<String, RuleFilter> filters) {
    this.isPolicyRequired = isPolicyRequired;
    this.filters = filters;
  }

  PeerRouting of(Field field, PeerConfig peer) {
    PeerRouting routing =
        PeerRouting.of(families(field, peer))
            .withExtendedNextHop(
                field.find("extendedNextHop").map(Field::isTrue).orElse(peer.isUnnumbered()))
            .withReflectorClient(field.flag("routeReflectorClient"))
            .withHeedsBlackhole(field.flag("blackhole"))
            .withHeedsShutdown(field.find("gracefulShutdown").map(Field::isTrue).orElse(true))
            .withAddPath(field.find("addPath").map(AddPathFields::of).orElse(AddPath.OFF))
            .withClusterId(clusterId(field))
            .withRouteServerClient(isRouteServerClient(field, peer))
            .withEnforceFirstAs(field.find("enforceFirstAs").map(Field::isTrue).orElse(true))
            .withAllowedOwnAs(
                field.find("allowOwnAs").map(it -> (int) it.number(0, MOST_OWN_AS)).orElse(0))
            .withNextHop(nextHop(field))
            .withLimit(field.find("maxPrefixes").map(LimitFields::of).orElse(PrefixLimit.DEFAULT));
    PeerRouting withRole = RoleFields.role(field).map(routing::withRole).orElse(routing);
    PeerRouting decided = exported(imported(withRole, field.find("import")), field.find("export"));
    return isPolicyRequired && peer.isOutside() ? closed(decided, field) : decided;
  }

  /// RFC 8212.
  private static PeerRouting closed(PeerRouting routing, Field field) {
    return routing
        .withImports(routing.imports() && field.find("import").isPresent())
        .withExports(routing.exports() && field.find("export").isPresent());
  }

  private static Optional<IpAddress> clusterId(Field field) {
    return field
        .find("clusterId")
        .map(
            it -> {
              if (!field.flag("routeReflectorClient")) {
                throw it.wrong("is for neighbors with routeReflectorClient: true");
              }
              return it.read(SpeakerPlan::identifier);
            });
  }

  private static boolean isRouteServerClient(Field field, PeerConfig peer) {
    Optional<Field> found = field.find("routeServerClient").filter(Field::isTrue);
    if (found.isPresent() && !peer.isOutside()) {
      throw found
          .get()
          .wrong(
              "is for external neighbors, and this one is %s; leave it out"
                  .formatted(peer.isInternal() ? "internal" : "in our confederation"));
    }
    return found.isPresent();
  }

  /// `nextHop: self`, `keep` or `auto`; `nextHopSelf: true` is short for the first.
  private static NextHopMode nextHop(Field field) {
    boolean isSelf = field.flag("nextHopSelf");
    Optional<Field> mode = field.find("nextHop");
    if (mode.isPresent() && field.find("nextHopSelf").isPresent()) {
      throw mode.get().wrong("nextHopSelf is there too; say one of them");
    }
    return mode.map(
            it ->
                it.oneOf(
                    Map.of(
                        "self",
                        NextHopMode.SELF,
                        "keep",
                        NextHopMode.KEEP,
                        "auto",
                        NextHopMode.AUTO)))
        .orElse(isSelf ? NextHopMode.SELF : NextHopMode.AUTO);
  }

  private static Family[] families(Field field, PeerConfig peer) {
    Family[] usual =
        peer.isUnnumbered() ? Family.values() : new Family[] {Family.of(peer.address().family())};
    Map<String, Family> known = new TreeMap<>();
    for (Family family : Family.values()) {
      known.put(family.toString(), family);
    }
    return field
        .find("families")
        .map(it -> it.oneOrMore(known.size()).stream().map(each -> each.oneOf(known)))
        .map(families -> families.toArray(Family[]::new))
        .orElse(usual);
  }

  /// What is not said is accepted.
  private PeerRouting imported(PeerRouting routing, Optional<Field> field) {
    if (field.isEmpty()) {
      return routing;
    }
    return switch (field.get().text()) {
      case "accept" -> routing;
      case "reject" -> routing.withImports(false);
      default -> routing.withImportFilter(importFilter(field.get()));
    };
  }

  private PeerRouting exported(PeerRouting routing, Optional<Field> field) {
    if (field.isEmpty()) {
      return routing;
    }
    return switch (field.get().text()) {
      case "accept" -> routing;
      case "reject" -> routing.withExports(false);
      default -> routing.withExportFilter(exportFilter(field.get()));
    };
  }

  private RuleFilter importFilter(Field field) {
    RuleFilter filter = filter(field);
    if (filter.isForExport()) {
      throw field.wrong(
          "filter '%s' sets nextHop to self or unchanged, which is for export; give an address"
              .formatted(filter.name()));
    }
    return filter;
  }

  private RuleFilter exportFilter(Field field) {
    RuleFilter filter = filter(field);
    if (filter.dependsOnRpki()) {
      throw field.wrong(
          "filter '%s' asks for rpki, which is for import; tag routes there with a community"
              .formatted(filter.name()));
    }
    return filter;
  }

  private RuleFilter filter(Field field) {
    RuleFilter found = filters.get(field.text());
    if (found == null) {
      throw field.wrong(
          "'%s' is no filter; expected accept, reject%s"
              .formatted(
                  field.text(),
                  filters.isEmpty()
                      ? " or the name of one under filters"
                      : " or one of " + new TreeSet<>(filters.keySet())));
    }
    return found;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bfd.BfdSettings;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.session.AcceptedAs;
import dev.brindle.bird.topology.AddPath;
import dev.brindle.bird.topology.Confederation;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRange;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.topology.PeerTiming;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.PrefixLimit;
import dev.brindle.bird.wire.Family;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The section `neighbors`.
final class NeighborFields {

  private static final Set<String> KNOWN =
      Set.of(
          "address",
          "range",
          "interface",
          "asn",
          "port",
          "passive",
          "multihop",
          "families",
          "import",
          "export",
          "routeReflectorClient",
          "routeServerClient",
          "nextHopSelf",
          "holdTime",
          "password",
          "tcpAo",
          "bfd",
          "gracefulRestart",
          "gracefulShutdown",
          "addPath",
          "maxPrefixes",
          "role",
          "roleStrict",
          "extendedNextHop",
          "localAsn",
          "sourceAddress",
          "ttlSecurity",
          "clusterId",
          "nextHop",
          "allowOwnAs",
          "enforceFirstAs",
          "description",
          "blackhole",
          "limit");
  private static final int MAX_NEIGHBORS = 100_000;
  private static final int MOST_OWN_AS = 255;
  private static final int LONGEST_DESCRIPTION = 255;
  private static final int MAX_MULTIPLIER = 255;
  private static final String DEFAULT_RESTART = "120s";

  private final AsNumber as;
  private final Optional<Confederation> confederation;
  private final AsFields numbers;
  private final boolean isPolicyRequired;
  private final Map<String, RuleFilter> filters;
  private final PasswordSource passwords;
  private final List<String> open = new ArrayList<>();
  private final List<PeerRange> ranges = new ArrayList<>();

  /// @param as ours
  /// @param confederation that we are in, if we are in one
  /// @param isPolicyRequired nothing passes an external neighbour if nothing is said (RFC 8212)
  NeighborFields(
      AsNumber as,
      Optional<Confederation> confederation,
      boolean isPolicyRequired,
      Map<String, RuleFilter> filters,
      PasswordSource passwords) {
    this.as = as;
    this.confederation = confederation;
    this.numbers = new AsFields(as);
    this.isPolicyRequired = isPolicyRequired;
    this.filters = filters;
    this.passwords = passwords;
  }

  List<PeerConfig> peers(Field section) {
    List<PeerConfig> peers = new ArrayList<>();
    Distinction seen = new Distinction();
    for (Field neighbor : section.items(MAX_NEIGHBORS)) {
      PeerConfig peer = peer(neighbor);
      if (neighbor.find("range").isPresent()) {
        PeerRange range = RangeFields.range(neighbor, peer);
        seen.add(range, neighbor);
        ranges.add(range);
      } else {
        seen.add(peer, neighbor);
        peers.add(peer);
      }
      boolean isDecided =
          neighbor.find("import").isPresent() && neighbor.find("export").isPresent();
      if (peer.isOutside() && !isDecided) {
        open.add(
            neighbor
                .find("range")
                .or(() -> neighbor.find("interface"))
                .orElseGet(() -> neighbor.get("address"))
                .text());
      }
    }
    seen.checkSigned();
    return peers;
  }

  /// External neighbours of whose routes nothing is said, in one direction at least.
  List<String> open() {
    return List.copyOf(open);
  }

  /// Those that `peers` met.
  List<PeerRange> ranges() {
    return List.copyOf(ranges);
  }

  private PeerConfig peer(Field field) {
    field.entries(KNOWN);
    boolean isRange = field.find("range").isPresent();
    PathFields.Place place = place(field);
    if (!isRange && field.find("limit").isPresent()) {
      throw field.get("limit").wrong("is for neighbors with a range; maxPrefixes limits routes");
    }
    AsFields.Ours ours = numbers.ours(field);
    AcceptedAs theirs = numbers.theirs(field, ours);
    PeerConfig alone =
        PeerConfig.of(
                isRange ? RangeFields.name(field) : PathFields.name(place),
                PeerType.NODE,
                place.address(),
                ours.as(),
                ours.as())
            .withAccepted(theirs)
            .withLocalAsMode(ours.mode())
            .withPort(place.port())
            .withZone(place.zone())
            .withPassive(isRange || isTrue(field, "passive"))
            .withTiming(timing(field))
            .withBfd(field.find("bfd").map(it -> bfd(it, field, place.zone().isPresent())))
            .withDescription(field.find("description").map(NeighborFields::description).orElse(""));
    PeerConfig peer =
        confederation.map(it -> ConfederationFields.applied(it, alone, field, as)).orElse(alone);
    RoleFields.check(field, peer);
    PeerConfig reached = PathFields.withPath(peer.withRouting(routing(field, peer)), field);
    if (field.find("tcpAo").isPresent()) {
      return AoFields.withKeys(reached, field, passwords);
    }
    return field.find("password").map(it -> withPassword(reached, it)).orElse(reached);
  }

  private static PathFields.Place place(Field field) {
    if (field.find("interface").isPresent()) {
      return LinkFields.place(field);
    }
    return field.find("range").isPresent() ? RangeFields.place(field) : PathFields.place(field);
  }

  private static String description(Field field) {
    return field.read(
        text -> {
          if (text.length() > LONGEST_DESCRIPTION
              || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                "is longer than %d characters, or more than a line".formatted(LONGEST_DESCRIPTION));
          }
          return text;
        });
  }

  private static boolean isTrue(Field field, String key) {
    return field.find(key).map(Field::isTrue).orElse(false);
  }

  /// Without its password there is no session, never one with an empty password.
  private PeerConfig withPassword(PeerConfig peer, Field field) {
    field.entries(Set.of("file"));
    String file = field.get("file").text();
    return switch (field.checked(() -> passwords.read(file))) {
      case PasswordSource.Answer.Found(var password) -> peer.withPassword(password);
      case PasswordSource.Answer.Missing(var reason) -> peer.refusedBecause(reason);
    };
  }

  // ---- what passes

  private PeerRouting routing(Field field, PeerConfig peer) {
    PeerRouting routing =
        PeerRouting.of(families(field, peer))
            .withExtendedNextHop(
                field.find("extendedNextHop").map(Field::isTrue).orElse(peer.isUnnumbered()))
            .withReflectorClient(isTrue(field, "routeReflectorClient"))
            .withHeedsBlackhole(isTrue(field, "blackhole"))
            .withHeedsShutdown(field.find("gracefulShutdown").map(Field::isTrue).orElse(true))
            .withAddPath(field.find("addPath").map(AddPathFields::of).orElse(AddPath.OFF))
            .withClusterId(clusterId(field))
            .withRouteServerClient(isRouteServerClient(field, peer))
            .withEnforceFirstAs(field.find("enforceFirstAs").map(Field::isTrue).orElse(true))
            .withAllowedOwnAs(
                field.find("allowOwnAs").map(it -> (int) it.number(0, MOST_OWN_AS)).orElse(0))
            .withNextHop(nextHop(field))
            .withLimit(
                field.find("maxPrefixes").map(NeighborFields::limit).orElse(PrefixLimit.DEFAULT));
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
              if (!isTrue(field, "routeReflectorClient")) {
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
    boolean isSelf = isTrue(field, "nextHopSelf");
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
          "'%s' is no filter; expected accept, reject or one of %s"
              .formatted(field.text(), new TreeSet<>(filters.keySet())));
    }
    return found;
  }

  /// A number, or `{limit: N, warning: 80, action: drop, restart: 5m}`.
  private static PrefixLimit limit(Field field) {
    if (field.content() instanceof Field.Content.Text) {
      return PrefixLimit.of((int) field.number(1, Integer.MAX_VALUE));
    }
    field.entries(Set.of("limit", "warning", "action", "restart"));
    PrefixLimit usual = PrefixLimit.of((int) field.get("limit").number(1, Integer.MAX_VALUE));
    PrefixLimit.Excess excess =
        field
            .find("action")
            .map(
                it ->
                    it.oneOf(
                        Map.of("drop", PrefixLimit.Excess.DROP, "warn", PrefixLimit.Excess.WARN)))
            .orElse(usual.excess());
    Optional<Field> restart = field.find("restart");
    if (restart.isPresent() && excess == PrefixLimit.Excess.WARN) {
      throw restart.get().wrong("with action warn no session ends; leave it out");
    }
    int warning = field.find("warning").map(it -> (int) it.number(1, 100)).orElse(usual.warning());
    return restart
        .orElse(field)
        .checked(
            () ->
                new PrefixLimit(
                    usual.prefixes(),
                    warning,
                    excess,
                    restart.map(it -> it.read(Durations::parse))));
  }

  // ---- the path

  /// `{interval: 300ms, multiplier: 3, strict: false}`, each with a default; multihop if the
  /// neighbour is.
  private static BfdSettings bfd(Field field, Field neighbor, boolean isLinkLocal) {
    if (isLinkLocal) {
      throw field.wrong("BFD with a link-local address is not in this version; leave it out");
    }
    boolean isMultihop = PathFields.isMultihop(neighbor);
    field.entries(Set.of("interval", "multiplier", "strict"));
    Duration interval =
        field
            .find("interval")
            .map(it -> it.read(Durations::parse))
            .orElse(BfdSettings.DEFAULT_INTERVAL);
    int multiplier =
        field
            .find("multiplier")
            .map(it -> (int) it.number(1, MAX_MULTIPLIER))
            .orElse(BfdSettings.DEFAULT_MULTIPLIER);
    return field
        .find("interval")
        .orElse(field)
        .checked(() -> new BfdSettings(interval, multiplier, isMultihop, isTrue(field, "strict")));
  }

  // ---- times

  private static PeerTiming timing(Field field) {
    PeerTiming usual = PeerTiming.CALICO;
    PeerTiming held =
        field
            .find("holdTime")
            .map(it -> it.read(text -> usual.withHoldTime(Durations.parse(text))))
            .orElse(usual);
    return field.find("gracefulRestart").map(it -> withRestart(held, it)).orElse(held);
  }

  private static PeerTiming withRestart(PeerTiming timing, Field field) {
    field.entries(Set.of("time", "longLived"));
    PeerTiming restarting =
        field
            .find("time")
            .map(it -> it.read(text -> timing.withRestart(Durations.parse(text))))
            .orElseGet(() -> timing.withRestart(Durations.parse(DEFAULT_RESTART)));
    return field
        .find("longLived")
        .map(it -> it.read(text -> restarting.withLongLived(Durations.parse(text))))
        .orElse(restarting);
  }
}

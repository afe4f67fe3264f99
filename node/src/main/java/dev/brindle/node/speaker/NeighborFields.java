// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bfd.BfdSettings;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.topology.AddPath;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.topology.PeerTiming;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.PrefixLimit;
import dev.brindle.bird.wire.Family;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
          "bfd",
          "gracefulRestart",
          "gracefulShutdown",
          "addPath",
          "maxPrefixes",
          "role",
          "roleStrict",
          "extendedNextHop");
  private static final int MAX_NEIGHBORS = 100_000;
  private static final int MAX_PORT = 65_535;
  private static final int MAX_HOPS = 255;
  private static final int MAX_MULTIPLIER = 255;
  private static final String DEFAULT_RESTART = "120s";

  private final AsNumber as;
  private final Map<String, RuleFilter> filters;
  private final PasswordSource passwords;
  private final List<IpAddress> open = new ArrayList<>();

  /// @param as ours
  NeighborFields(AsNumber as, Map<String, RuleFilter> filters, PasswordSource passwords) {
    this.as = as;
    this.filters = filters;
    this.passwords = passwords;
  }

  List<PeerConfig> peers(Field section) {
    List<PeerConfig> peers = new ArrayList<>();
    Map<IpAddress, Field> seen = new HashMap<>();
    for (Field neighbor : section.items(MAX_NEIGHBORS)) {
      PeerConfig peer = peer(neighbor);
      Field first = seen.putIfAbsent(peer.address(), neighbor);
      if (first != null) {
        throw neighbor
            .get("address")
            .wrong(
                "%s is the address of %s in line %d too; one session an address, in this version"
                    .formatted(peer.address(), first.name(), first.line()));
      }
      peers.add(peer);
      boolean isDecided =
          neighbor.find("import").isPresent() && neighbor.find("export").isPresent();
      if (!peer.isInternal() && !isDecided) {
        open.add(peer.address());
      }
    }
    return peers;
  }

  /// External neighbours of whose routes nothing is said, in one direction at least.
  List<IpAddress> open() {
    return List.copyOf(open);
  }

  private PeerConfig peer(Field field) {
    field.entries(KNOWN);
    field.refuse("range");
    field.refuse("interface");
    field
        .find("routeServerClient")
        .filter(Field::isTrue)
        .ifPresent(_ -> field.refuse("routeServerClient"));
    field.find("multihop").ifPresent(it -> it.number(1, MAX_HOPS));
    IpAddress address = field.get("address").read(IpAddress::parse);
    PeerConfig peer =
        PeerConfig.of(
                "Peer_" + address.toString().replace('.', '_').replace(':', '_'),
                PeerType.NODE,
                address,
                as,
                field.get("asn").read(this::peerAs))
            .withPassive(isTrue(field, "passive"))
            .withRouting(routing(field, address))
            .withTiming(timing(field))
            .withBfd(field.find("bfd").map(it -> bfd(it, isMultihop(field))));
    RoleFields.check(field, peer);
    PeerConfig called =
        field.find("port").map(it -> peer.withPort((int) it.number(1, MAX_PORT))).orElse(peer);
    return field.find("password").map(it -> withPassword(called, it)).orElse(called);
  }

  private static boolean isTrue(Field field, String key) {
    return field.find(key).map(Field::isTrue).orElse(false);
  }

  private AsNumber peerAs(String text) {
    return switch (text) {
      case "internal" -> as;
      case "external" ->
          throw new IllegalArgumentException(
              "'external' is not in this version; give the number of the AS");
      default -> AsNumber.parse(text);
    };
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

  private PeerRouting routing(Field field, IpAddress address) {
    PeerRouting routing =
        PeerRouting.of(families(field, address))
            .withExtendedNextHop(isTrue(field, "extendedNextHop"))
            .withReflectorClient(isTrue(field, "routeReflectorClient"))
            .withHeedsShutdown(field.find("gracefulShutdown").map(Field::isTrue).orElse(true))
            .withNextHop(isTrue(field, "nextHopSelf") ? NextHopMode.SELF : NextHopMode.AUTO)
            .withAddPath(field.find("addPath").map(AddPathFields::of).orElse(AddPath.OFF))
            .withLimit(
                field.find("maxPrefixes").map(NeighborFields::limit).orElse(PrefixLimit.DEFAULT));
    PeerRouting withRole = RoleFields.role(field).map(routing::withRole).orElse(routing);
    return exported(imported(withRole, field.find("import")), field.find("export"));
  }

  private static Family[] families(Field field, IpAddress address) {
    Map<String, Family> known = new TreeMap<>();
    for (Family family : Family.values()) {
      known.put(family.toString(), family);
    }
    return field
        .find("families")
        .map(it -> it.oneOrMore(known.size()).stream().map(each -> each.oneOf(known)))
        .map(families -> families.toArray(Family[]::new))
        .orElseGet(() -> new Family[] {Family.of(address.family())});
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
      default -> routing.withExportFilter(filter(field.get()));
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

  private static boolean isMultihop(Field field) {
    return field.find("multihop").map(it -> it.number(1, MAX_HOPS) > 1).orElse(false);
  }

  /// `{interval: 300ms, multiplier: 3, strict: false}`, each with a default; multihop if the
  /// neighbour is.
  private static BfdSettings bfd(Field field, boolean isMultihop) {
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

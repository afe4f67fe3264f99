// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bfd.BfdSettings;
import dev.brindle.bird.bmp.BmpTarget;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.mrt.MrtSchedule;
import dev.brindle.bird.mrt.MrtSettings;
import dev.brindle.bird.rpki.RtrTiming;
import dev.brindle.bird.topology.AddPath;
import dev.brindle.bird.topology.AoKey;
import dev.brindle.bird.topology.Confederation;
import dev.brindle.bird.topology.Membership;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRange;
import dev.brindle.bird.topology.PeerRole;
import dev.brindle.bird.topology.PrefixLimit;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Capability.AddPathFamily;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// What a new `speaker.yaml` changes, a line each: `+` comes, `-` goes, `~` becomes another.
final class SpeakerDiff {

  private final List<String> lines = new ArrayList<>();

  private SpeakerDiff() {}

  static List<String> between(SpeakerPlan before, SpeakerPlan after) {
    SpeakerDiff diff = new SpeakerDiff();
    diff.speaker(before.config(), after.config());
    changed("confederation", text(before), text(after)).ifPresent(diff.lines::add);
    diff.filters(before.filters(), after.filters());
    diff.neighbors(before.config(), after.config());
    diff.limits(before.config(), after.config());
    return List.copyOf(diff.lines);
  }

  private void speaker(SpeakerConfig before, SpeakerConfig after) {
    changed("asn", before.as(), after.as()).ifPresent(lines::add);
    changed("routerId", before.identifier(), after.identifier()).ifPresent(lines::add);
    changed("clusterId", text(before.clusterId()), text(after.clusterId())).ifPresent(lines::add);
    changed("multipath", before.multipath(), after.multipath()).ifPresent(lines::add);
    changed("preferOlder", before.preferOlder(), after.preferOlder()).ifPresent(lines::add);
    set("listen", before.listen(), after.listen());
    set("announce", before.announce(), after.announce());
    stations(before.bmp(), after.bmp());
    changed("mrt tables", tables(before.mrt()), tables(after.mrt())).ifPresent(lines::add);
    changed("mrt messages", messages(before.mrt()), messages(after.mrt())).ifPresent(lines::add);
    set("rpki cache", before.rpki().caches(), after.rpki().caches());
    changed("rpki", times(before.rpki().timing()), times(after.rpki().timing()))
        .ifPresent(lines::add);
    if (new HashSet<>(before.rpki().caches()).equals(new HashSet<>(after.rpki().caches()))) {
      changed("rpki caches", before.rpki().caches(), after.rpki().caches()).ifPresent(lines::add);
    }
  }

  private <T> void set(String name, Collection<T> before, Collection<T> after) {
    before.stream()
        .filter(it -> !after.contains(it))
        .map(Object::toString)
        .sorted()
        .forEach(it -> lines.add("- %s %s".formatted(name, it)));
    after.stream()
        .filter(it -> !before.contains(it))
        .map(Object::toString)
        .sorted()
        .forEach(it -> lines.add("+ %s %s".formatted(name, it)));
  }

  private void stations(List<BmpTarget> before, List<BmpTarget> after) {
    set("bmp station", texts(before), texts(after));
  }

  private static String tables(MrtSettings mrt) {
    return mrt.tables().map(SpeakerDiff::text).orElse("none");
  }

  private static String messages(MrtSettings mrt) {
    return mrt.messages()
        .map(
            it ->
                "%s, at most %d octets%s"
                    .formatted(text(it.schedule()), it.most(), it.sent() ? ", sent too" : ""))
        .orElse("none");
  }

  private static String text(MrtSchedule schedule) {
    return "%s each %ds, keep %d"
        .formatted(schedule.files(), schedule.interval().toSeconds(), schedule.keep());
  }

  private static List<String> texts(List<BmpTarget> targets) {
    return targets.stream()
        .map(
            it ->
                "%s %s stats %ds".formatted(it, new TreeSet<>(it.views()), it.stats().toSeconds()))
        .toList();
  }

  private void filters(Map<String, RuleFilter> before, Map<String, RuleFilter> after) {
    set("filter", before.keySet(), after.keySet());
    for (String name : new TreeSet<>(after.keySet())) {
      RuleFilter was = before.get(name);
      RuleFilter is = after.get(name);
      if (was != null && is != null && !was.equals(is)) {
        lines.add(
            "~ filter %s: %d rules, default %s (was %d, %s)"
                .formatted(name, is.rules().size(), end(is), was.rules().size(), end(was)));
      }
    }
  }

  private static String end(RuleFilter filter) {
    return filter.accepts() ? "accept" : "reject";
  }

  // ---- neighbours

  private void neighbors(SpeakerConfig before, SpeakerConfig after) {
    Map<String, PeerConfig> was = byPlace(before);
    Map<String, PeerConfig> is = byPlace(after);
    was.forEach(
        (name, peer) -> {
          if (!is.containsKey(name)) {
            lines.add("- " + text(name, peer));
          }
        });
    is.forEach(
        (name, peer) -> {
          PeerConfig old = was.get(name);
          if (old == null) {
            lines.add("+ " + text(name, peer));
          } else if (!old.equals(peer)) {
            neighbor(name, old, peer);
          }
        });
  }

  private void limits(SpeakerConfig before, SpeakerConfig after) {
    for (PeerRange range : after.ranges()) {
      before.ranges().stream()
          .filter(was -> was.range().equals(range.range()))
          .flatMap(was -> changed("limit of " + range.range(), was.limit(), range.limit()).stream())
          .forEach(lines::add);
    }
  }

  private static Map<String, PeerConfig> byPlace(SpeakerConfig config) {
    Map<String, PeerConfig> peers = new LinkedHashMap<>();
    config.peers().forEach(peer -> peers.put(PathFields.Place.text(peer), peer));
    config.ranges().forEach(range -> peers.put(range.range().toString(), range.template()));
    return peers;
  }

  private static String text(String place, PeerConfig peer) {
    return "neighbor %s (AS %s)".formatted(place, peer.accepted());
  }

  private void neighbor(String place, PeerConfig before, PeerConfig after) {
    List<String> changes = new ArrayList<>();
    Map<String, String> was = settings(before);
    settings(after)
        .forEach(
            (name, value) -> {
              String old = was.getOrDefault(name, "");
              if (!old.equals(value)) {
                changes.add("%s %s -> %s".formatted(name, old, value));
              }
            });
    if (!before.password().equals(after.password())) {
      changes.add("password");
    }
    if (!before.aoKeys().equals(after.aoKeys())) {
      changes.add("keys of tcpAo %s -> %s".formatted(ids(before), ids(after)));
    }
    boolean stays = before.meansSameSession(after);
    boolean hasNewRules = changes.isEmpty();
    lines.add(
        "~ neighbor %s: %s; the session %s"
            .formatted(
                place,
                hasNewRules ? "rules of its filters" : String.join(", ", changes),
                stays ? "stays" : "starts anew"));
  }

  private static List<Integer> ids(PeerConfig peer) {
    return peer.aoKeys().stream().map(AoKey::id).toList();
  }

  private static String times(RtrTiming timing) {
    return "refresh %ds, retry %ds, expire %ds"
        .formatted(
            timing.refresh().toSeconds(), timing.retry().toSeconds(), timing.expire().toSeconds());
  }

  private static String bfd(BfdSettings bfd) {
    return "%d ms x %d%s"
        .formatted(bfd.interval().toMillis(), bfd.multiplier(), bfd.isStrict() ? " strict" : "");
  }

  private static Map<String, String> settings(PeerConfig peer) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("asn", peer.accepted().toString());
    all.put("local asn", localAs(peer));
    all.put("confederation", peer.membership().map(SpeakerDiff::membership).orElse("none"));
    all.put("sourceAddress", text(peer.source()));
    all.put("multihop", Integer.toString(peer.multihop()));
    all.put("ttlSecurity", Integer.toString(peer.ttlSecurity()));
    all.put("description", "'%s'".formatted(peer.description()));
    all.put("port", Integer.toString(peer.port()));
    all.put("passive", Boolean.toString(peer.passive()));
    all.put("families", new TreeSet<>(peer.routing().families()).toString());
    all.put("import", filter(peer.routing().imports(), peer.routing().importFilter()));
    all.put("export", filter(peer.routing().exports(), peer.routing().exportFilter()));
    all.put("routeReflectorClient", Boolean.toString(peer.routing().reflectorClient()));
    all.put("role", peer.routing().role().map(SpeakerDiff::role).orElse("none"));
    all.put("extendedNextHop", Boolean.toString(peer.routing().extendedNextHop()));
    all.put("clusterId", text(peer.routing().clusterId()));
    all.put("routeServerClient", Boolean.toString(peer.routing().routeServerClient()));
    all.put("enforceFirstAs", Boolean.toString(peer.routing().enforceFirstAs()));
    all.put("allowOwnAs", Integer.toString(peer.routing().allowedOwnAs()));
    all.put("next hop", peer.routing().nextHopMode().toString());
    all.put("addPath", addPath(peer.routing().addPath()));
    all.put("maxPrefixes", limit(peer.routing().limit()));
    all.put("holdTime", peer.timing().holdTime().toSeconds() + "s");
    all.put("gracefulRestart", peer.timing().restart().toSeconds() + "s");
    all.put("long-lived restart", peer.timing().longLived().toSeconds() + "s");
    all.put("blackhole", Boolean.toString(peer.routing().heedsBlackhole()));
    all.put("gracefulShutdown", Boolean.toString(peer.routing().heedsShutdown()));
    all.put("bfd", peer.bfd().map(SpeakerDiff::bfd).orElse("no"));
    all.put("session", peer.refusal().map(why -> "none: " + why).orElse("yes"));
    return all;
  }

  private static String role(PeerRole role) {
    return role.ours() + (role.isStrict() ? " strict" : "");
  }

  private static String membership(Membership membership) {
    return membership.confederation() + (membership.shared() ? " shared" : "");
  }

  private static String localAs(PeerConfig peer) {
    return "%s%s%s"
        .formatted(
            peer.localAs(),
            peer.localAsMode().noPrepend() ? "" : " prepended",
            peer.localAsMode().replaceAs() ? "" : " before ours");
  }

  private static String filter(boolean passes, Optional<RouteFilter> filter) {
    if (!passes) {
      return "reject";
    }
    return filter
        .filter(RuleFilter.class::isInstance)
        .map(RuleFilter.class::cast)
        .map(RuleFilter::name)
        .orElse("accept");
  }

  private static String addPath(AddPath addPath) {
    return switch (addPath.mode()) {
      case AddPathFamily.RECEIVE -> "receive";
      case AddPathFamily.SEND -> "send, %d paths".formatted(addPath.paths());
      case AddPathFamily.BOTH -> "both, %d paths".formatted(addPath.paths());
      default -> "off";
    };
  }

  private static String limit(PrefixLimit limit) {
    return "%d, warning %d%%, %s%s"
        .formatted(
            limit.prefixes(),
            limit.warning(),
            limit.excess() == PrefixLimit.Excess.DROP ? "drop" : "warn",
            limit.restart().map(it -> ", restart %ds".formatted(it.toSeconds())).orElse(""));
  }

  private static String text(SpeakerPlan plan) {
    return plan.confederation().map(Confederation::toString).orElse("none");
  }

  private static String text(Optional<IpAddress> address) {
    return address.map(IpAddress::toString).orElse("none");
  }

  private static Optional<String> changed(String name, Object before, Object after) {
    return before.equals(after)
        ? Optional.empty()
        : Optional.of("~ %s: %s -> %s".formatted(name, before, after));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bmp.BmpTarget;
import dev.brindle.bird.bmp.BmpView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The section `bmp`: `[{address: 192.0.2.9, port: 11019, monitor: [pre-policy, post-policy,
/// adj-out, loc-rib], stats: 60s}]`.
final class BmpFields {

  private static final int MAX_STATIONS = 16;
  private static final int MAX_PORT = 65_535;
  private static final Set<String> KNOWN = Set.of("address", "port", "monitor", "stats");

  private BmpFields() {}

  static List<BmpTarget> targets(Field section) {
    List<BmpTarget> targets = new ArrayList<>();
    for (Field each : section.items(MAX_STATIONS)) {
      BmpTarget target = target(each);
      if (targets.stream().anyMatch(target::isSameStation)) {
        throw each.wrong("%s is there already".formatted(target));
      }
      targets.add(target);
    }
    return targets;
  }

  private static BmpTarget target(Field field) {
    field.entries(KNOWN);
    IpAddress address = field.get("address").read(IpAddress::parse);
    int port = field.find("port").map(it -> (int) it.number(1, MAX_PORT)).orElse(BmpTarget.PORT);
    Set<BmpView> views = field.find("monitor").map(BmpFields::views).orElse(Set.of());
    Duration stats = field.find("stats").map(it -> it.read(Durations::parse)).orElse(Duration.ZERO);
    return field.checked(
        () -> new BmpTarget(address, port, views.isEmpty() ? usual() : views, stats));
  }

  private static Set<BmpView> usual() {
    return Set.of(BmpView.PRE_POLICY);
  }

  private static Set<BmpView> views(Field field) {
    Map<String, BmpView> known = new TreeMap<>();
    for (BmpView view : BmpView.values()) {
      known.put(view.toString(), view);
    }
    Set<BmpView> views = new HashSet<>();
    field.oneOrMore(known.size()).forEach(it -> views.add(it.oneOf(known)));
    return views;
  }
}

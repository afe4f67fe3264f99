// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rpki.RpkiCache;
import dev.brindle.bird.rpki.RpkiSettings;
import dev.brindle.bird.rpki.RtrTiming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The section `rpki`: `{caches: [{address: 127.0.0.1, port: 323}], refresh: 1h, retry: 10m,
/// expire: 2h}`.
final class RpkiFields {

  private static final int MAX_CACHES = 16;
  private static final int MAX_PORT = 65_535;

  private RpkiFields() {}

  static RpkiSettings settings(Field field) {
    field.entries(Set.of("caches", "refresh", "retry", "expire"));
    List<RpkiCache> caches = new ArrayList<>();
    for (Field each : field.get("caches").items(MAX_CACHES)) {
      RpkiCache cache = cache(each);
      if (caches.contains(cache)) {
        throw each.wrong("%s is there already".formatted(cache));
      }
      caches.add(cache);
    }
    RtrTiming usual = RtrTiming.DEFAULT;
    Duration refresh = time(field, "refresh", usual.refresh());
    Duration retry = time(field, "retry", usual.retry());
    Duration expire = time(field, "expire", usual.expire());
    return new RpkiSettings(caches, field.checked(() -> new RtrTiming(refresh, retry, expire)));
  }

  private static RpkiCache cache(Field field) {
    field.entries(Set.of("address", "port"));
    IpAddress address = field.get("address").read(IpAddress::parse);
    int port = field.find("port").map(it -> (int) it.number(1, MAX_PORT)).orElse(RpkiCache.PORT);
    return new RpkiCache(address, port);
  }

  private static Duration time(Field field, String key, Duration usual) {
    return field.find(key).map(it -> it.read(Durations::parse)).orElse(usual);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import dev.brindle.bird.wire.Capability.GracefulRestart;
import dev.brindle.bird.wire.Capability.LongLivedFamily;
import dev.brindle.bird.wire.Family;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// What stays of a peer's routes when its session ends, until it is back: as they are (RFC 4724
/// §4.2), and then as a last resort (RFC 9494 §4.2).
///
/// @param restart how long it stays as it is
/// @param families of whose routes that is true
/// @param longLived how long it stays as a last resort after that, or at once where it does not
///     stay as it is
public record Retention(Duration restart, Set<Family> families, Map<Family, Duration> longLived) {

  public static final Retention NOTHING = new Retention(Duration.ZERO, Set.of(), Map.of());

  public Retention {
    families = Set.copyOf(families);
    longLived = Map.copyOf(longLived);
  }

  /// Of the families that passed, those of which the peer had said that it goes on forwarding.
  public static Retention of(Agreement agreed) {
    Optional<GracefulRestart> offer = agreed.terms().gracefulRestart();
    int seconds = offer.map(GracefulRestart::seconds).orElse(0);
    Set<Family> kept = EnumSet.noneOf(Family.class);
    Map<Family, Duration> longLived = new EnumMap<>(Family.class);
    for (Family family : agreed.terms().families()) {
      if (seconds > 0 && offer.filter(it -> it.covers(family)).isPresent()) {
        kept.add(family);
      }
      int longer =
          agreed.longLived().flatMap(it -> it.of(family)).map(LongLivedFamily::seconds).orElse(0);
      if (longer > 0) {
        longLived.put(family, Duration.ofSeconds(longer));
      }
    }
    return new Retention(
        kept.isEmpty() ? Duration.ZERO : Duration.ofSeconds(seconds), kept, longLived);
  }

  public boolean keeps(Family family) {
    return families.contains(family) || longLived.containsKey(family);
  }

  /// What becomes of the routes, for the log.
  @Override
  public String toString() {
    if (families.isEmpty() && longLived.isEmpty()) {
      return "are withdrawn";
    }
    String first =
        families.isEmpty()
            ? "stay"
            : "of %s stay for %d s".formatted(new TreeSet<>(families), restart.toSeconds());
    return longLived.isEmpty()
        ? first
        : "%s, then as a last resort for %s".formatted(first, new TreeMap<>(longLived));
  }
}

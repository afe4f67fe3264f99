// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.leak;

import dev.brindle.ipam.Holding;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Addresses that nobody seemed to use, and since when.
public record Suspects(Map<Holding, Instant> since) {

  public static final Suspects NONE = new Suspects(Map.of());

  public Suspects {
    since = Map.copyOf(since);
  }

  Optional<Instant> since(Holding holding) {
    return Optional.ofNullable(since.get(holding));
  }

  /// Gathers those of the next time.
  static final class Gathering {

    private final Map<Holding, Instant> since = new HashMap<>();

    void add(Holding holding, Instant when) {
      since.put(holding, when);
    }

    Suspects done() {
      return new Suspects(since);
    }
  }
}

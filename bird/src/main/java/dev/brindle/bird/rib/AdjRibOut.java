// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.PathAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What one peer has been told, and what it is still to be told. A peer that reads slowly costs one
/// entry for each prefix that changed, however often it did. One owner.
public final class AdjRibOut {

  private final Map<Cidr, PathAttributes> told = new HashMap<>();
  private final Map<Cidr, Optional<PathAttributes>> pending = new LinkedHashMap<>();

  /// @param attributes empty: the peer must not have it
  public void want(Cidr prefix, Optional<PathAttributes> attributes) {
    if (Optional.ofNullable(told.get(prefix)).equals(attributes)) {
      pending.remove(prefix);
    } else {
      pending.put(prefix, attributes);
    }
  }

  public boolean hasNews() {
    return !pending.isEmpty();
  }

  /// The oldest news, at most `limit` prefixes; they count as told from now on.
  public News take(int limit) {
    List<Cidr> withdrawn = new ArrayList<>();
    Map<PathAttributes, List<Cidr>> announced = new LinkedHashMap<>();
    Iterator<Map.Entry<Cidr, Optional<PathAttributes>>> entries = pending.entrySet().iterator();
    for (int i = 0; i < limit && entries.hasNext(); i++) {
      Map.Entry<Cidr, Optional<PathAttributes>> entry = entries.next();
      Cidr prefix = entry.getKey();
      if (entry.getValue().isPresent()) {
        PathAttributes attributes = entry.getValue().get();
        told.put(prefix, attributes);
        announced.computeIfAbsent(attributes, _ -> new ArrayList<>()).add(prefix);
      } else {
        told.remove(prefix);
        withdrawn.add(prefix);
      }
      entries.remove();
    }
    return new News(withdrawn, announced);
  }

  /// The session is new: the peer knows nothing.
  public void forget() {
    told.clear();
    pending.clear();
  }

  /// The peer asks for everything again (RFC 2918).
  public void repeat() {
    told.forEach((prefix, attributes) -> pending.putIfAbsent(prefix, Optional.of(attributes)));
  }

  public List<Cidr> toldPrefixes() {
    return new ArrayList<>(told.keySet());
  }

  /// How many prefixes the peer has of us.
  public int size() {
    return told.size();
  }

  public Map<Cidr, PathAttributes> told() {
    return Map.copyOf(told);
  }

  /// @param announced prefixes by the attributes they share
  public record News(List<Cidr> withdrawn, Map<PathAttributes, List<Cidr>> announced) {}
}

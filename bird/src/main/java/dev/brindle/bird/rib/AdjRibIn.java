// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What one peer told and we accepted. Knows which of it is stale: told before the peer restarted,
/// not again yet (RFC 4724). One owner.
public final class AdjRibIn {

  private final Map<Cidr, Path> paths = new LinkedHashMap<>();
  private final Set<Cidr> stale = new HashSet<>();

  /// True if this is news.
  public boolean put(Cidr prefix, Path path) {
    stale.remove(prefix);
    return !path.equals(paths.put(prefix, path));
  }

  /// True if it was there.
  public boolean remove(Cidr prefix) {
    stale.remove(prefix);
    return paths.remove(prefix) != null;
  }

  /// All of it may stay until the peer is back. What was stale already has had its chance and goes
  /// (RFC 4724 §4.2): the caller removes what is given back.
  public List<Cidr> markStale() {
    List<Cidr> twiceStale = sweep();
    stale.addAll(paths.keySet());
    return twiceStale;
  }

  /// Removes what is still stale, and says what.
  public List<Cidr> sweep() {
    return drop(List.copyOf(stale));
  }

  public List<Cidr> sweep(IpFamily family) {
    return drop(stale.stream().filter(prefix -> prefix.family() == family).toList());
  }

  /// Removes everything, and says what.
  public List<Cidr> clear() {
    return drop(List.copyOf(paths.keySet()));
  }

  private List<Cidr> drop(List<Cidr> prefixes) {
    prefixes.forEach(this::remove);
    return prefixes;
  }

  public boolean hasStale() {
    return !stale.isEmpty();
  }

  public int size() {
    return paths.size();
  }

  public Map<Cidr, Path> paths() {
    return Map.copyOf(paths);
  }

  /// In the order they came.
  public List<Cidr> prefixes() {
    return new ArrayList<>(paths.keySet());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.route;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.LinkAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What this host's own interfaces say that tunnels and routes depend on.
///
/// @param parents by family, the interface that holds this node's address; missing if none does
/// @param mtu the smallest of the host's interfaces; empty if none fits the pattern
public record Underlay(Map<IpFamily, Parent> parents, OptionalInt mtu) {

  /// Calico's guess where no interface fits.
  private static final int FALLBACK_MTU = 1460;

  public Underlay {
    parents = Map.copyOf(parents);
  }

  public record Parent(int index, String name) {}

  public static Underlay of(
      ClusterView view, Collection<Link> links, List<LinkAddress> addresses, String mtuPattern) {
    Map<IpFamily, Parent> parents = new TreeMap<>();
    for (IpFamily family : IpFamily.values()) {
      view.address(view.node(), family)
          .flatMap(own -> parent(own.address(), links, addresses))
          .ifPresent(parent -> parents.put(family, parent));
    }
    Pattern pattern = Pattern.compile(mtuPattern);
    OptionalInt mtu =
        links.stream()
            .filter(link -> link.isUp() && pattern.matcher(link.name()).matches())
            .mapToInt(Link::mtu)
            .min();
    return new Underlay(parents, mtu);
  }

  private static Optional<Parent> parent(
      IpAddress own, Collection<Link> links, List<LinkAddress> addresses) {
    return addresses.stream()
        .filter(found -> found.address().address().equals(own))
        .flatMap(found -> links.stream().filter(link -> link.index() == found.link()))
        .findFirst()
        .map(link -> new Parent(link.index(), link.name()));
  }

  Optional<Parent> parent(IpFamily family) {
    return Optional.ofNullable(parents.get(family));
  }

  int mtuOrFallback() {
    return mtu.orElse(FALLBACK_MTU);
  }
}

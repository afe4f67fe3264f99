// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/// Prefixes of one family, and those of them that lie in no other: interval sets take no overlaps.
/// Kept up incrementally, since a set may have a hundred thousand members and changes one by one.
final class PrefixCover {

  private final NavigableSet<Cidr> all = new TreeSet<>();
  private final NavigableSet<Cidr> outermost = new TreeSet<>();

  /// The outermost of some prefixes, in order.
  static List<Cidr> of(Collection<Cidr> prefixes) {
    var cover = new PrefixCover();
    prefixes.forEach(cover::add);
    return List.copyOf(cover.outermost);
  }

  Set<Cidr> all() {
    return Set.copyOf(all);
  }

  Set<Cidr> outermost() {
    return Set.copyOf(outermost);
  }

  /// @return prefixes that became outermost, or are so no longer
  Set<Cidr> add(Cidr prefix) {
    if (!all.add(prefix) || isCovered(prefix)) {
      return Set.of();
    }
    Set<Cidr> touched = new HashSet<>(inside(outermost, prefix));
    outermost.removeAll(touched);
    outermost.add(prefix);
    touched.add(prefix);
    return touched;
  }

  /// @return prefixes that became outermost, or are so no longer
  Set<Cidr> remove(Cidr prefix) {
    all.remove(prefix);
    if (!outermost.remove(prefix)) {
      return Set.of();
    }
    Set<Cidr> touched = new HashSet<>(Set.of(prefix));
    for (Cidr uncovered : inside(all, prefix)) {
      if (!isCovered(uncovered)) {
        outermost.add(uncovered);
        touched.add(uncovered);
      }
    }
    return touched;
  }

  boolean isOutermost(Cidr prefix) {
    return outermost.contains(prefix);
  }

  /// Outermost prefixes do not overlap, so only the last one that begins no later can cover.
  private boolean isCovered(Cidr prefix) {
    Cidr before = outermost.floor(prefix);
    return before != null && before.contains(prefix);
  }

  private static Set<Cidr> inside(NavigableSet<Cidr> prefixes, Cidr prefix) {
    IpAddress last = prefix.last();
    Cidr end = new Cidr(last, last.family().bits());
    return new TreeSet<>(prefixes.subSet(prefix, true, end, true));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import dev.brindle.api.net.Cidr;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;

/// The prefixes that are not inside another: they do not overlap and cover the same addresses.
public final class PrefixCover {

  private PrefixCover() {}

  /// `10.0.0.0/8, 10.1.0.0/16, 192.0.2.0/24` becomes `10.0.0.0/8, 192.0.2.0/24`, in order.
  public static Set<Cidr> of(Collection<Cidr> prefixes) {
    var cover = new LinkedHashSet<Cidr>();
    Cidr last = null;
    for (Cidr prefix : new TreeSet<>(prefixes)) {
      if (last == null || !last.contains(prefix)) { // in order, only the last can contain it
        cover.add(prefix);
        last = prefix;
      }
    }
    return cover;
  }

  /// What the kernel holds of a set: for `PREFIX` the cover, else the elements themselves.
  public static Set<NftElement> installed(NftSet set) {
    if (set.key() != NftSet.Key.PREFIX) {
      return set.elements();
    }
    var prefixes = new TreeSet<Cidr>();
    for (NftElement element : set.elements()) {
      switch (element) {
        case NftElement.Net(Cidr cidr) -> prefixes.add(cidr);
        case NftElement.Endpoint _, NftElement.GoTo _ ->
            throw new IllegalArgumentException(
                "set %s of prefixes has the element %s".formatted(set.name(), element));
      }
    }
    var elements = new LinkedHashSet<NftElement>();
    of(prefixes).forEach(cidr -> elements.add(new NftElement.Net(cidr)));
    return elements;
  }
}

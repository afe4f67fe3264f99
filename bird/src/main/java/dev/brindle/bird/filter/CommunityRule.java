// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.LargeCommunity;
import dev.brindle.bird.wire.PathAttribute.Communities;
import dev.brindle.bird.wire.PathAttribute.LargeCommunities;
import dev.brindle.bird.wire.PathAttributes;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// Communities for what lies inside a prefix (`prefixAdvertisements`).
public record CommunityRule(
    Cidr inside, List<Community> communities, List<LargeCommunity> largeCommunities) {

  public CommunityRule {
    communities = List.copyOf(communities);
    largeCommunities = List.copyOf(largeCommunities);
  }

  PathAttributes apply(Cidr prefix, PathAttributes attributes) {
    if (!inside.contains(prefix)) {
      return attributes;
    }
    PathAttributes tagged = attributes;
    if (!communities.isEmpty()) {
      tagged = tagged.with(new Communities(union(tagged.communities(), communities)));
    }
    if (!largeCommunities.isEmpty()) {
      tagged =
          tagged.with(new LargeCommunities(union(tagged.largeCommunities(), largeCommunities)));
    }
    return tagged;
  }

  private static <C extends Comparable<C>> List<C> union(Collection<C> some, Collection<C> more) {
    TreeSet<C> all = new TreeSet<>(some);
    all.addAll(more);
    return List.copyOf(all);
  }
}

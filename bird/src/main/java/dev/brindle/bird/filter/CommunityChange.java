// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.bird.filter.CommunityPattern.Extended;
import dev.brindle.bird.filter.CommunityPattern.Large;
import dev.brindle.bird.filter.CommunityPattern.Standard;
import dev.brindle.bird.wire.AttributeType;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.ExtendedCommunity;
import dev.brindle.bird.wire.LargeCommunity;
import dev.brindle.bird.wire.PathAttribute.Communities;
import dev.brindle.bird.wire.PathAttribute.ExtendedCommunities;
import dev.brindle.bird.wire.PathAttribute.LargeCommunities;
import dev.brindle.bird.wire.PathAttributes;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Takes communities away, then adds some. All kinds; an attribute that becomes empty goes.
///
/// @param adds without `*`
public record CommunityChange(List<CommunityPattern> removes, List<CommunityPattern> adds) {

  /// @throws IllegalArgumentException if one to add stands for many
  public CommunityChange {
    removes = List.copyOf(removes);
    adds = List.copyOf(adds);
    if (!adds.stream().allMatch(CommunityPattern::isExact)) {
      throw new IllegalArgumentException("a community with * cannot be added");
    }
  }

  PathAttributes apply(PathAttributes attributes) {
    PathAttributes changed = attributes;
    if (concerns(Standard.class)) {
      changed = standard(changed);
    }
    if (concerns(Extended.class)) {
      changed = extended(changed);
    }
    return concerns(Large.class) ? large(changed) : changed;
  }

  private boolean concerns(Class<? extends CommunityPattern> kind) {
    return removes.stream().anyMatch(kind::isInstance) || adds.stream().anyMatch(kind::isInstance);
  }

  private PathAttributes standard(PathAttributes attributes) {
    Set<Community> all = new TreeSet<>(attributes.communities());
    of(Standard.class, removes).forEach(pattern -> all.removeIf(pattern::fits));
    of(Standard.class, adds).forEach(it -> all.add(new Community(it.value())));
    return all.isEmpty()
        ? attributes.without(AttributeType.COMMUNITIES)
        : attributes.with(new Communities(List.copyOf(all)));
  }

  private PathAttributes large(PathAttributes attributes) {
    Set<LargeCommunity> all = new TreeSet<>(attributes.largeCommunities());
    of(Large.class, removes).forEach(pattern -> all.removeIf(pattern::fits));
    of(Large.class, adds).forEach(it -> all.add(it.value()));
    return all.isEmpty()
        ? attributes.without(AttributeType.LARGE_COMMUNITIES)
        : attributes.with(new LargeCommunities(List.copyOf(all)));
  }

  private PathAttributes extended(PathAttributes attributes) {
    Set<ExtendedCommunity> all = new LinkedHashSet<>();
    attributes.find(ExtendedCommunities.class).ifPresent(it -> all.addAll(it.values()));
    of(Extended.class, removes).forEach(pattern -> all.removeIf(pattern::fits));
    of(Extended.class, adds)
        .forEach(it -> all.add(new ExtendedCommunity(it.any().getFirst().value())));
    return attributes.withExtended(List.copyOf(all));
  }

  private static <P extends CommunityPattern> List<P> of(
      Class<P> kind, Collection<CommunityPattern> patterns) {
    return patterns.stream().filter(kind::isInstance).map(kind::cast).toList();
  }
}

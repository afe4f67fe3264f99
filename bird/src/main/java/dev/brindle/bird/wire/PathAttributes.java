// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.PathAttribute.ClusterList;
import dev.brindle.bird.wire.PathAttribute.Communities;
import dev.brindle.bird.wire.PathAttribute.ExtendedCommunities;
import dev.brindle.bird.wire.PathAttribute.LargeCommunities;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.OnlyToCustomer;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttribute.OriginatorId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// All that is said about a path, next hop included; in order of type codes, each at most once.
///
/// @param partial the codes of those that somebody on the way passed on without knowing them, a bit
///     each: they stay marked, whatever becomes of their values (RFC 4271 §5)
public record PathAttributes(List<PathAttribute> list, long partial) {

  public static final PathAttributes NONE = new PathAttributes(List.of());

  private static final Comparator<PathAttribute> ORDER =
      Comparator.comparingInt(PathAttribute::code);

  /// Brings them into order.
  public PathAttributes {
    List<PathAttribute> sorted = new ArrayList<>(list);
    sorted.sort(ORDER);
    list = List.copyOf(sorted);
  }

  public PathAttributes(List<PathAttribute> list) {
    this(list, 0);
  }

  public static PathAttributes of(PathAttribute... attributes) {
    return new PathAttributes(List.of(attributes));
  }

  public static PathAttributes of(Collection<PathAttribute> attributes) {
    return new PathAttributes(List.copyOf(attributes));
  }

  public Origin.Source origin() {
    return find(Origin.class).map(Origin::source).orElse(Origin.Source.INCOMPLETE);
  }

  public AsPath asPath() {
    return find(AsPath.class).orElse(AsPath.EMPTY);
  }

  public Optional<NextHop> nextHop() {
    return find(NextHop.class);
  }

  public OptionalLong localPref() {
    LocalPref found = get(LocalPref.class);
    return found == null ? OptionalLong.empty() : OptionalLong.of(found.value());
  }

  public OptionalLong multiExitDisc() {
    MultiExitDisc found = get(MultiExitDisc.class);
    return found == null ? OptionalLong.empty() : OptionalLong.of(found.value());
  }

  public List<Community> communities() {
    return find(Communities.class).map(Communities::values).orElse(List.of());
  }

  public List<LargeCommunity> largeCommunities() {
    return find(LargeCommunities.class).map(LargeCommunities::values).orElse(List.of());
  }

  public Optional<IpAddress> originatorId() {
    return find(OriginatorId.class).map(OriginatorId::identifier);
  }

  public List<IpAddress> clusterList() {
    return find(ClusterList.class).map(ClusterList::clusters).orElse(List.of());
  }

  /// The AS that marked the route (RFC 9234).
  public Optional<AsNumber> onlyToCustomer() {
    return find(OnlyToCustomer.class).map(OnlyToCustomer::as);
  }

  /// In place of what had the same code, if anything.
  public PathAttributes with(PathAttribute attribute) {
    List<PathAttribute> changed = new ArrayList<>(list);
    changed.removeIf(other -> other.code() == attribute.code());
    changed.add(attribute);
    return new PathAttributes(changed, partial);
  }

  public PathAttributes without(AttributeType... types) {
    List<PathAttribute> changed = new ArrayList<>(list);
    long marked = partial;
    for (AttributeType type : types) {
      changed.removeIf(attribute -> attribute.code() == type.code());
      marked &= ~bit(type.code());
    }
    return new PathAttributes(changed, marked);
  }

  /// @param codes as `partial`, of attributes that are there
  public PathAttributes withPartial(long codes) {
    return new PathAttributes(list, codes);
  }

  boolean isPartial(int code) {
    return (partial & bit(code)) != 0;
  }

  /// For `partial`. Those that we know and others may not know have codes below 64.
  static long bit(int code) {
    return code < Long.SIZE ? 1L << code : 0;
  }

  /// With this community too; the others stay as they are.
  public PathAttributes withCommunity(Community community) {
    List<Community> all = new ArrayList<>(communities());
    if (all.contains(community)) {
      return this;
    }
    all.add(community);
    return with(new Communities(all));
  }

  /// Without the attribute if there are none.
  public PathAttributes withExtended(List<ExtendedCommunity> communities) {
    return communities.isEmpty()
        ? without(AttributeType.EXTENDED_COMMUNITIES)
        : with(new ExtendedCommunities(communities));
  }

  public <A extends PathAttribute> Optional<A> find(Class<A> type) {
    return Optional.ofNullable(get(type));
  }

  private <A extends PathAttribute> @Nullable A get(Class<A> type) {
    for (PathAttribute attribute : list) {
      if (type.isInstance(attribute)) {
        return type.cast(attribute);
      }
    }
    return null;
  }
}

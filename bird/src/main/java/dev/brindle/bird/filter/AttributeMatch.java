// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.AsPath.Segment;
import dev.brindle.bird.wire.AsPath.SegmentType;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A condition on what is said about a path.
public sealed interface AttributeMatch {

  boolean matches(PathAttributes attributes);

  /// Any of the patterns.
  record Path(List<AsPathPattern> patterns) implements AttributeMatch {

    public Path {
      patterns = List.copyOf(patterns);
    }

    @Override
    public boolean matches(PathAttributes attributes) {
      return patterns.stream().anyMatch(pattern -> pattern.matches(attributes.asPath()));
    }
  }

  /// Any of them stands somewhere in the path.
  record PathContains(Set<AsNumber> systems) implements AttributeMatch {

    public PathContains {
      systems = Set.copyOf(systems);
    }

    @Override
    public boolean matches(PathAttributes attributes) {
      return attributes.asPath().segments().stream()
          .anyMatch(segment -> segment.numbers().stream().anyMatch(systems::contains));
    }
  }

  /// The path ends with one of them; a path that ends with a set has no one origin.
  record PathOrigin(Set<AsNumber> systems) implements AttributeMatch {

    public PathOrigin {
      systems = Set.copyOf(systems);
    }

    @Override
    public boolean matches(PathAttributes attributes) {
      List<Segment> segments = attributes.asPath().segments();
      return !segments.isEmpty()
          && segments.getLast().type() == SegmentType.SEQUENCE
          && systems.contains(segments.getLast().numbers().getLast());
    }
  }

  /// The path begins with one of them.
  record PathNeighbour(Set<AsNumber> systems) implements AttributeMatch {

    public PathNeighbour {
      systems = Set.copyOf(systems);
    }

    @Override
    public boolean matches(PathAttributes attributes) {
      return attributes.asPath().first().filter(systems::contains).isPresent();
    }
  }

  /// The path begins with these, one after the other.
  ///
  /// @param ours what will stand before it when it is told outside; it may be meant too
  record PathBegins(List<AsNumber> systems, Optional<AsNumber> ours) implements AttributeMatch {

    public PathBegins {
      systems = List.copyOf(systems);
    }

    @Override
    public boolean matches(PathAttributes attributes) {
      AsPath path = attributes.asPath();
      boolean isOursFirst = !systems.isEmpty() && ours.equals(Optional.of(systems.getFirst()));
      return begins(path, systems)
          || (isOursFirst && begins(path, systems.subList(1, systems.size())));
    }

    private static boolean begins(AsPath path, List<AsNumber> with) {
      return path.segments().stream()
          .flatMap(segment -> segment.numbers().stream())
          .limit(with.size())
          .toList()
          .equals(with);
    }
  }

  /// As the decision counts: a set is one.
  record PathLength(NumberRange range) implements AttributeMatch {

    @Override
    public boolean matches(PathAttributes attributes) {
      AsPath path = attributes.asPath();
      return range.contains(path.length());
    }
  }

  /// Has a community, of whatever kind, that fits any of the patterns.
  record Tagged(List<CommunityPattern> patterns) implements AttributeMatch {

    public Tagged {
      patterns = List.copyOf(patterns);
    }

    @Override
    public boolean matches(PathAttributes attributes) {
      return patterns.stream().anyMatch(pattern -> pattern.matches(attributes));
    }
  }

  /// The next hop as it was told: inside any of the ranges, as an address.
  record NextHopIn(PrefixList list) implements AttributeMatch {

    @Override
    public boolean matches(PathAttributes attributes) {
      return attributes.nextHop().filter(hop -> list.contains(hop.address())).isPresent();
    }
  }

  record OriginIn(Set<Origin.Source> origins) implements AttributeMatch {

    public OriginIn {
      origins = Set.copyOf(origins);
    }

    @Override
    public boolean matches(PathAttributes attributes) {
      return origins.contains(attributes.origin());
    }
  }

  /// None counts as 0, as in the decision.
  record MedIn(NumberRange range) implements AttributeMatch {

    @Override
    public boolean matches(PathAttributes attributes) {
      return range.contains(attributes.multiExitDisc().orElse(0));
    }
  }

  /// None counts as 100, as in the decision.
  record LocalPrefIn(NumberRange range) implements AttributeMatch {

    private static final long DEFAULT_LOCAL_PREF = 100;

    @Override
    public boolean matches(PathAttributes attributes) {
      return range.contains(attributes.localPref().orElse(DEFAULT_LOCAL_PREF));
    }
  }
}

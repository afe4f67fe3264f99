// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import dev.brindle.api.net.AsNumber;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Which AS a peer may be of. What its OPEN says must fit.
public sealed interface AcceptedAs {

  /// This one: ours for an internal peer.
  record One(AsNumber as) implements AcceptedAs {

    @Override
    public String toString() {
      return as.toString();
    }
  }

  /// Any other than ours.
  record External() implements AcceptedAs {

    @Override
    public String toString() {
      return "external";
    }
  }

  /// Any other than ours, and outside of our confederation.
  ///
  /// @param members of the confederation
  record Outside(Set<AsNumber> members) implements AcceptedAs {

    public Outside {
      members = Set.copyOf(members);
    }

    @Override
    public String toString() {
      return "external";
    }
  }

  /// One of these.
  record AnyOf(List<Range> ranges) implements AcceptedAs {

    public AnyOf {
      ranges = List.copyOf(ranges);
    }

    @Override
    public String toString() {
      return ranges.stream().map(Range::toString).collect(Collectors.joining(", "));
    }
  }

  /// Both ends included.
  record Range(AsNumber first, AsNumber last) {

    /// @throws IllegalArgumentException if it would be empty
    public Range {
      if (last.compareTo(first) < 0) {
        throw new IllegalArgumentException(
            "%s-%s is no range of AS numbers".formatted(first, last));
      }
    }

    public long size() {
      return last.value() - first.value() + 1;
    }

    public boolean contains(AsNumber as) {
      return first.compareTo(as) <= 0 && as.compareTo(last) <= 0;
    }

    @Override
    public String toString() {
      return first.equals(last) ? first.toString() : first + "-" + last;
    }
  }

  /// @param ours as the peer knows us
  default boolean accepts(AsNumber theirs, AsNumber ours) {
    return theirs.value() != 0
        && switch (this) {
          case One(var as) -> as.equals(theirs);
          case External() -> !theirs.equals(ours);
          case Outside(var members) -> !theirs.equals(ours) && !members.contains(theirs);
          case AnyOf(var ranges) -> ranges.stream().anyMatch(range -> range.contains(theirs));
        };
  }

  /// Empty if only the OPEN can tell.
  default Optional<AsNumber> known() {
    return switch (this) {
      case One(var as) -> Optional.of(as);
      case External() -> Optional.empty();
      case Outside _ -> Optional.empty();
      case AnyOf _ -> Optional.empty();
    };
  }
}

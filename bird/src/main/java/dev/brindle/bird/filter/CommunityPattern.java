// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.ExtendedCommunity;
import dev.brindle.bird.wire.LargeCommunity;
import dev.brindle.bird.wire.PathAttribute.ExtendedCommunities;
import dev.brindle.bird.wire.PathAttributes;
import java.util.List;

/// Communities of one kind: one, or all that agree with it where the mask has ones.
public sealed interface CommunityPattern {

  /// Reads `64512:100`, `no-export`, `64512:1:2`, `rt:64512:100`, `soo:192.0.2.1:5`, or the 16
  /// hexadecimal digits of an extended community; each number or digit may be `*`.
  ///
  /// @throws IllegalArgumentException if `text` is anything else
  static CommunityPattern parse(String text) {
    return CommunityText.parse(text);
  }

  boolean matches(PathAttributes attributes);

  /// It has no `*`, so it can be added.
  boolean isExact();

  record Standard(int value, int mask) implements CommunityPattern {

    @Override
    public boolean matches(PathAttributes attributes) {
      return attributes.communities().stream().anyMatch(this::fits);
    }

    boolean fits(Community community) {
      return (community.value() & mask) == value;
    }

    @Override
    public boolean isExact() {
      return mask == -1;
    }
  }

  /// @param mask each number all ones or 0
  record Large(LargeCommunity value, LargeCommunity mask) implements CommunityPattern {

    @Override
    public boolean matches(PathAttributes attributes) {
      return attributes.largeCommunities().stream().anyMatch(this::fits);
    }

    boolean fits(LargeCommunity community) {
      return (community.administrator() & mask.administrator()) == value.administrator()
          && (community.first() & mask.first()) == value.first()
          && (community.second() & mask.second()) == value.second();
    }

    @Override
    public boolean isExact() {
      return mask.equals(new LargeCommunity(-1, -1, -1));
    }
  }

  /// Any of several: a number may be written in more than one way (RFC 4360 §3, RFC 5668).
  record Extended(List<Masked> any) implements CommunityPattern {

    record Masked(long value, long mask) {}

    public Extended {
      any = List.copyOf(any);
    }

    @Override
    public boolean matches(PathAttributes attributes) {
      return attributes
          .find(ExtendedCommunities.class)
          .filter(found -> found.values().stream().anyMatch(this::fits))
          .isPresent();
    }

    boolean fits(ExtendedCommunity community) {
      return any.stream().anyMatch(it -> (community.value() & it.mask()) == it.value());
    }

    @Override
    public boolean isExact() {
      return any.size() == 1 && any.getFirst().mask() == -1;
    }
  }
}

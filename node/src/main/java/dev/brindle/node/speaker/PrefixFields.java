// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.filter.NumberRange;
import dev.brindle.bird.filter.PrefixList;
import dev.brindle.bird.filter.PrefixRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Prefixes with their lengths: `10.0.0.0/8` is that one alone, `10.0.0.0/8+` it and all inside it,
/// `10.0.0.0/8 16-24` those inside of these lengths. `length` stands for those without their own.
final class PrefixFields {

  private static final int MAX_PREFIXES = 1_000_000;

  private PrefixFields() {}

  static PrefixList ranges(Field field, Optional<Field> length) {
    Optional<NumberRange> lengths = length.map(PrefixFields::lengths);
    List<PrefixRange> ranges = new ArrayList<>();
    for (Field prefix : field.oneOrMore(MAX_PREFIXES)) {
      ranges.add(prefix.read(text -> range(text, lengths)));
    }
    return PrefixList.of(ranges);
  }

  /// Of either family.
  static PrefixList anyOfLength(Field field) {
    NumberRange lengths = lengths(field);
    List<PrefixRange> ranges = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      if (lengths.min() <= family.bits()) {
        String all = family == IpFamily.IPV4 ? "0.0.0.0/0" : "::/0";
        ranges.add(inside(Cidr.parse(all), lengths));
      }
    }
    return PrefixList.of(ranges);
  }

  private static NumberRange lengths(Field field) {
    return field.read(text -> Ranges.parse(text, IpFamily.IPV6.bits()));
  }

  private static PrefixRange range(String text, Optional<NumberRange> lengths) {
    if (text.endsWith("+")) {
      return PrefixRange.orLonger(prefix(text.substring(0, text.length() - 1)));
    }
    int space = text.indexOf(' ');
    if (space > 0) {
      Cidr prefix = prefix(text.substring(0, space));
      return inside(prefix, Ranges.parse(text.substring(space + 1), prefix.family().bits()));
    }
    Cidr prefix = prefix(text);
    return lengths.map(it -> inside(prefix, it)).orElseGet(() -> PrefixRange.exactly(prefix));
  }

  /// Refuses bits beyond the length: they are a slip more often than not.
  static Cidr prefix(String text) {
    Cidr prefix = Cidr.parse(text);
    if (!text.contains("/")) {
      throw new IllegalArgumentException(
          "'%s' has no length; expected a prefix such as %s".formatted(text, prefix));
    }
    int slash = text.indexOf('/');
    if (!Cidr.parse(text.substring(0, slash)).address().equals(prefix.address())) {
      throw new IllegalArgumentException(
          "'%s' has bits beyond its length; expected %s".formatted(text, prefix));
    }
    return prefix;
  }

  /// Lengths no prefix inside can have are left out; none left is an error.
  private static PrefixRange inside(Cidr prefix, NumberRange lengths) {
    int min = Math.max((int) lengths.min(), prefix.length());
    int max = Math.min((int) lengths.max(), prefix.family().bits());
    if (max < min) {
      throw new IllegalArgumentException(
          "nothing inside %s has a length of %d-%d"
              .formatted(prefix, lengths.min(), lengths.max()));
    }
    return new PrefixRange(prefix, min, max);
  }
}

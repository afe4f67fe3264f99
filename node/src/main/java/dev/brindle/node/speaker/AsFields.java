// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.bird.session.AcceptedAs;
import dev.brindle.bird.topology.LocalAsMode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The fields `asn` and `localAsn` of a neighbour.
///
/// @param as ours, for all who are told no other
record AsFields(AsNumber as) {

  private static final int MAX_RANGES = 1_000;
  private static final String NUMBER = "1 to 4294967295 or 1.10";
  private static final String WHO =
      NUMBER + ", external, internal, a range such as 65001-65010, or a list";

  /// Who we are for this neighbour.
  ///
  /// @param isChanged there is a `localAsn`
  record Ours(AsNumber as, LocalAsMode mode, boolean isChanged) {}

  /// `localAsn: 65010` or `{asn: 65010, noPrepend: true, replaceAs: true}`.
  Ours ours(Field neighbor) {
    Optional<Field> found = neighbor.find("localAsn");
    if (found.isEmpty()) {
      return new Ours(as, LocalAsMode.REPLACED, false);
    }
    Field field = found.get();
    if (field.content() instanceof Field.Content.Text) {
      return new Ours(local(field), new LocalAsMode(false, false), true);
    }
    field.entries(Set.of("asn", "noPrepend", "replaceAs"));
    LocalAsMode mode = new LocalAsMode(field.flag("noPrepend"), field.flag("replaceAs"));
    return new Ours(local(field.get("asn")), mode, true);
  }

  private AsNumber local(Field field) {
    AsNumber local = field.read(AsFields::number);
    if (local.equals(as)) {
      throw field.wrong("%s is our AS for everybody; leave it out".formatted(as));
    }
    return local;
  }

  /// A number, `external`, `internal`, a range such as `65001-65010`, or a list of numbers and
  /// ranges.
  AcceptedAs theirs(Field neighbor, Ours ours) {
    Field field = neighbor.get("asn");
    AcceptedAs accepted =
        field.content() instanceof Field.Content.Text
            ? field.read(text -> one(text, ours.as()))
            : anyOf(field);
    boolean isInternal = accepted.known().filter(ours.as()::equals).isPresent();
    if (isInternal && ours.isChanged()) {
      neighbor.find("localAsn").ifPresent(AsFields::refuseModes);
    }
    return accepted;
  }

  /// Inside an AS no path changes.
  private static void refuseModes(Field local) {
    if (local.content() instanceof Field.Content.Entries) {
      for (String mode : List.of("noPrepend", "replaceAs")) {
        local
            .find(mode)
            .ifPresent(
                it -> {
                  throw it.wrong(
                      "is for external neighbors, and this one is internal; leave it out");
                });
      }
    }
  }

  private static AcceptedAs one(String text, AsNumber ours) {
    return switch (text) {
      case "internal" -> new AcceptedAs.One(ours);
      case "external" -> new AcceptedAs.External();
      default -> simplest(List.of(range(text, WHO)));
    };
  }

  private static AcceptedAs anyOf(Field field) {
    return simplest(
        field.all(MAX_RANGES, text -> range(text, NUMBER + " or a range such as 65001-65010")));
  }

  private static AcceptedAs simplest(List<AcceptedAs.Range> ranges) {
    boolean isOne =
        ranges.size() == 1 && ranges.getFirst().first().equals(ranges.getFirst().last());
    return isOne ? new AcceptedAs.One(ranges.getFirst().first()) : new AcceptedAs.AnyOf(ranges);
  }

  private static AcceptedAs.Range range(String text, String expected) {
    int dash = text.indexOf('-');
    AsNumber first = number(dash < 0 ? text : text.substring(0, dash), text, expected);
    AsNumber last = dash < 0 ? first : number(text.substring(dash + 1), text, expected);
    return new AcceptedAs.Range(first, last);
  }

  /// One number.
  static AsNumber number(String text) {
    return number(text, text, NUMBER);
  }

  /// @param whole what it is a part of, as it stands in the file
  private static AsNumber number(String text, String whole, String expected) {
    AsNumber as;
    try {
      as = AsNumber.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'%s' is not an AS; expected %s".formatted(whole, expected), e);
    }
    if (as.value() == 0) {
      throw new IllegalArgumentException("AS 0 is nobody's (RFC 7607); expected " + expected);
    }
    return as;
  }
}

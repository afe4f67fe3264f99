// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.CommunityChange;
import dev.brindle.bird.filter.CommunityPattern;
import dev.brindle.bird.filter.NextHopWish;
import dev.brindle.bird.filter.RouteChange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// `set` of a rule.
final class ChangeFields {

  private static final Set<String> KNOWN =
      Set.of("localPref", "med", "nextHop", "communities", "prepend", "origin");
  private static final int MAX_PREPENDED = 32;
  private static final int MAX_COMMUNITIES = 255;

  private final AsNumber as;

  /// @param as ours, to prepend
  ChangeFields(AsNumber as) {
    this.as = as;
  }

  List<RouteChange> changes(Field field) {
    List<RouteChange> changes = new ArrayList<>();
    field.entries(KNOWN).forEach((key, value) -> changes.addAll(changes(key, value)));
    if (changes.isEmpty()) {
      throw field.wrong("is empty; leave it out to change nothing");
    }
    return changes;
  }

  private List<? extends RouteChange> changes(String key, Field field) {
    return switch (key) {
      case "localPref" -> List.of(new RouteChange.SetLocalPref(field.number(0, RouteChange.MAX)));
      case "med" -> List.of(med(field));
      case "nextHop" -> nextHops(field);
      case "communities" -> List.of(new RouteChange.ChangeCommunities(communities(field)));
      case "prepend" -> List.of(new RouteChange.Prepend(systems(field)));
      case "origin" -> List.of(new RouteChange.SetOrigin(field.oneOf(MatchFields.ORIGINS)));
      default -> throw new IllegalStateException("no change is called " + key);
    };
  }

  /// `50`, `none`, `{add: 10}` or `{subtract: 10}`.
  private static RouteChange med(Field field) {
    if (field.content() instanceof Field.Content.Text(var text)) {
      return text.equals("none")
          ? new RouteChange.RemoveMed()
          : new RouteChange.SetMed(field.number(0, RouteChange.MAX));
    }
    if (field.entries(Set.of("add", "subtract")).size() != 1) {
      throw field.wrong("expected a number, none, {add: 10} or {subtract: 10}");
    }
    return field
        .find("add")
        .map(it -> new RouteChange.AddToMed(it.number(0, RouteChange.MAX)))
        .orElseGet(
            () -> new RouteChange.AddToMed(-field.get("subtract").number(0, RouteChange.MAX)));
  }

  /// `self`, `unchanged`, or an address, of which each family may have one.
  private static List<? extends RouteChange> nextHops(Field field) {
    if (field.content() instanceof Field.Content.Text(var text)) {
      switch (text) {
        case "self" -> {
          return List.of(new RouteChange.ChooseNextHop(NextHopWish.SELF));
        }
        case "unchanged" -> {
          return List.of(new RouteChange.ChooseNextHop(NextHopWish.UNCHANGED));
        }
        default -> {}
      }
    }
    List<IpAddress> addresses = field.all(2, ChangeFields::nextHop);
    if (addresses.stream().map(IpAddress::family).distinct().count() < addresses.size()) {
      throw field.wrong("two addresses of one family; expected one of each");
    }
    return addresses.stream().map(RouteChange.SetNextHop::new).toList();
  }

  private static IpAddress nextHop(String text) {
    return IpAddress.tryParse(text)
        .filter(it -> !it.isUnspecified() && !it.isMulticast())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is no next hop; expected an address, self or unchanged".formatted(text)));
  }

  /// `{add: [...], remove: [...]}` or `{set: [...]}`.
  private static CommunityChange communities(Field field) {
    Set<String> keys = field.entries(Set.of("add", "remove", "set")).keySet();
    if (keys.isEmpty() || (keys.contains("set") && keys.size() > 1)) {
      throw field.wrong("expected add, remove or both, or set alone");
    }
    if (keys.contains("set")) {
      List<CommunityPattern> only = added(field, "set");
      return new CommunityChange(
          only.stream().flatMap(ChangeFields::all).distinct().toList(), only);
    }
    return new CommunityChange(patterns(field, "remove"), added(field, "add"));
  }

  /// Every one of the same kind.
  private static Stream<CommunityPattern> all(CommunityPattern one) {
    return Stream.of(
        CommunityPattern.parse(
            switch (one) {
              case CommunityPattern.Standard _ -> "*:*";
              case CommunityPattern.Large _ -> "*:*:*";
              case CommunityPattern.Extended _ -> "****************";
            }));
  }

  private static List<CommunityPattern> added(Field field, String key) {
    List<CommunityPattern> patterns = patterns(field, key);
    if (!patterns.stream().allMatch(CommunityPattern::isExact)) {
      throw field.get(key).wrong("a community with * cannot be added; write it out");
    }
    return patterns;
  }

  private static List<CommunityPattern> patterns(Field field, String key) {
    return field
        .find(key)
        .map(it -> it.all(MAX_COMMUNITIES, CommunityPattern::parse))
        .orElse(List.of());
  }

  /// How often our own AS, or a list.
  private List<AsNumber> systems(Field field) {
    return field.content() instanceof Field.Content.Text
        ? Collections.nCopies((int) field.number(1, MAX_PREPENDED), as)
        : field.all(MAX_PREPENDED, AsNumber::parse);
  }
}

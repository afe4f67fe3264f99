// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.filter.AsPathPattern;
import dev.brindle.bird.filter.AttributeMatch;
import dev.brindle.bird.filter.CommunityPattern;
import dev.brindle.bird.filter.ContextMatch;
import dev.brindle.bird.filter.NumberRange;
import dev.brindle.bird.filter.PrefixList;
import dev.brindle.bird.filter.PrefixRange;
import dev.brindle.bird.filter.RouteMatch;
import dev.brindle.bird.filter.RouteSource;
import dev.brindle.bird.filter.RpkiState;
import dev.brindle.bird.wire.PathAttribute.Origin;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// `match` of a rule: all of its conditions must hold; of a list of values, one.
final class MatchFields {

  static final Map<String, Origin.Source> ORIGINS =
      Map.of(
          "igp", Origin.Source.IGP,
          "egp", Origin.Source.EGP,
          "incomplete", Origin.Source.INCOMPLETE);

  private static final Map<String, RouteSource> SOURCES =
      Map.of(
          "local", RouteSource.LOCAL,
          "external", RouteSource.EXTERNAL,
          "internal", RouteSource.INTERNAL);
  private static final Map<String, RpkiState> RPKI =
      Map.of(
          "valid", RpkiState.VALID,
          "invalid", RpkiState.INVALID,
          "not-found", RpkiState.NOT_FOUND);
  private static final Map<String, IpFamily> FAMILIES =
      Map.of("ipv4", IpFamily.IPV4, "ipv6", IpFamily.IPV6);
  private static final Set<String> KNOWN =
      Set.of(
          "prefix",
          "length",
          "family",
          "asPath",
          "containsAs",
          "originAs",
          "neighborAs",
          "asPathLength",
          "community",
          "nextHop",
          "origin",
          "med",
          "localPref",
          "from",
          "peer",
          "peerAs",
          "interface",
          "rpki",
          "not",
          "any",
          "all");
  private static final Pattern INTERFACE = Pattern.compile("[^\\s/:%]{1,64}");
  private static final int MAX_PREFIXES = 1_000_000;
  private static final int MAX_VALUES = 10_000;
  private static final int MAX_AS_PATH = 10_000;
  private static final long MAX_32 = 0xffff_ffffL;

  private MatchFields() {}

  static RouteMatch match(Field field) {
    Map<String, Field> entries = field.entries(KNOWN);
    List<RouteMatch> conditions = new ArrayList<>();
    entries.forEach(
        (key, value) -> {
          if (!key.equals("length") || !entries.containsKey("prefix")) {
            conditions.add(condition(key, value, field));
          }
        });
    if (conditions.isEmpty()) {
      throw field.wrong("is empty; leave it out to match every route");
    }
    return conditions.size() == 1 ? conditions.getFirst() : new RouteMatch.AllOf(conditions);
  }

  /// @param rule what it stands in
  private static RouteMatch condition(String key, Field field, Field rule) {
    return switch (key) {
      case "prefix" -> new RouteMatch.InPrefixList(PrefixFields.ranges(field, rule.find("length")));
      case "length" -> new RouteMatch.InPrefixList(PrefixFields.anyOfLength(field));
      case "family" -> new RouteMatch.OfFamily(field.oneOf(FAMILIES));
      case "rpki" -> new RouteMatch.RpkiIn(words(field, RPKI));
      case "not" -> new RouteMatch.Not(match(field));
      case "any" -> new RouteMatch.AnyOf(matches(field));
      case "all" -> new RouteMatch.AllOf(matches(field));
      case "from", "peer", "peerAs", "interface" -> new RouteMatch.Context(context(key, field));
      default -> new RouteMatch.Attributes(attribute(key, field));
    };
  }

  private static List<RouteMatch> matches(Field field) {
    return field.items(MAX_VALUES).stream().map(MatchFields::match).toList();
  }

  private static ContextMatch context(String key, Field field) {
    return switch (key) {
      case "from" -> new ContextMatch.From(words(field, SOURCES));
      case "peer" -> new ContextMatch.PeerIn(new HashSet<>(field.all(MAX_VALUES, text -> text)));
      case "peerAs" -> new ContextMatch.PeerAsIn(systems(field));
      case "interface" -> new ContextMatch.InterfaceLike(field.read(MatchFields::interfacePattern));
      default -> throw new IllegalStateException("no condition is called " + key);
    };
  }

  private static String interfacePattern(String text) {
    if (!INTERFACE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no name of an interface, in which * and ? may stand for others".formatted(text));
    }
    return text;
  }

  private static AttributeMatch attribute(String key, Field field) {
    return switch (key) {
      case "asPath" -> new AttributeMatch.Path(field.all(MAX_VALUES, AsPathPattern::parse));
      case "containsAs" -> new AttributeMatch.PathContains(systems(field));
      case "originAs" -> new AttributeMatch.PathOrigin(systems(field));
      case "neighborAs" -> new AttributeMatch.PathNeighbour(systems(field));
      case "asPathLength" -> new AttributeMatch.PathLength(range(field, MAX_AS_PATH));
      case "community" -> new AttributeMatch.Tagged(field.all(MAX_VALUES, CommunityPattern::parse));
      case "nextHop" -> new AttributeMatch.NextHopIn(addresses(field));
      case "origin" -> new AttributeMatch.OriginIn(words(field, ORIGINS));
      case "med" -> new AttributeMatch.MedIn(range(field, MAX_32));
      case "localPref" -> new AttributeMatch.LocalPrefIn(range(field, MAX_32));
      default -> throw new IllegalStateException("no condition is called " + key);
    };
  }

  private static Set<AsNumber> systems(Field field) {
    return new HashSet<>(field.all(MAX_VALUES, AsNumber::parse));
  }

  private static <T> Set<T> words(Field field, Map<String, T> words) {
    Set<T> all = new HashSet<>();
    field.oneOrMore(words.size()).forEach(it -> all.add(it.oneOf(words)));
    return all;
  }

  /// Any address inside.
  private static PrefixList addresses(Field field) {
    return PrefixList.of(
        field.all(MAX_PREFIXES, Cidr::parse).stream().map(PrefixRange::orLonger).toList());
  }

  private static NumberRange range(Field field, long max) {
    return field.read(text -> Ranges.parse(text, max));
  }
}

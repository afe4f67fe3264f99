// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BgpFilter;
import dev.brindle.api.resource.BgpFilter.AddCommunity;
import dev.brindle.api.resource.BgpFilter.Operation;
import dev.brindle.api.resource.BgpFilter.PrefixLength;
import dev.brindle.api.resource.BgpFilter.PrependAsPath;
import dev.brindle.api.resource.BgpFilter.Rule;
import dev.brindle.api.resource.BgpFilter.SetPriority;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.filter.FilterChain;
import dev.brindle.bird.filter.OutgoingWays;
import dev.brindle.bird.filter.RejectAll;
import dev.brindle.bird.filter.RouteContext;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.filter.RoutePeer;
import dev.brindle.bird.filter.RoutePriorities;
import dev.brindle.bird.filter.RouteSource;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.LargeCommunity;
import dev.brindle.bird.wire.PathAttribute;
import dev.brindle.bird.wire.PathAttribute.Communities;
import dev.brindle.bird.wire.PathAttribute.LargeCommunities;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Rules of BGPFilters, each against one route, and many against what the fields say in words.
class BgpFilterRulesTest {

  private static final long NORMAL = 2_147_482_623L;
  private static final OutgoingWays WAYS =
      new OutgoingWays(
          Map.of(
              Cidr.parse("0.0.0.0/0"), "eth0",
              Cidr.parse("192.0.2.0/24"), "eth1",
              Cidr.parse("10.9.0.5/32"), "cali12345"));

  /// `field=value; ...`
  private static Rule rule(String text) {
    Map<String, String> fields = new HashMap<>();
    Arrays.stream(text.strip().split("; *", -1))
        .map(it -> it.split("=", 2))
        .forEach(it -> fields.put(it[0], it[1]));
    Optional<String> lengths = Optional.ofNullable(fields.get("length"));
    return new Rule(
        Optional.ofNullable(fields.get("cidr")).map(Cidr::parse),
        fields.getOrDefault("op", ""),
        lengths.map(it -> new PrefixLength(end(it, 0), end(it, 1))),
        fields.getOrDefault("source", ""),
        fields.getOrDefault("interface", ""),
        fields.getOrDefault("peerType", ""),
        Optional.ofNullable(fields.get("community"))
            .map(it -> new BgpFilter.Communities(List.of(it))),
        numbers(fields.getOrDefault("path", "")),
        Optional.ofNullable(fields.get("priority")).map(Integer::valueOf),
        fields.getOrDefault("action", "Accept"),
        operations(fields));
  }

  private static Optional<Integer> end(String range, int which) {
    return Optional.of(range.split("-", -1)[which])
        .filter(it -> !it.isEmpty())
        .map(Integer::valueOf);
  }

  private static List<AsNumber> numbers(String text) {
    return text.isEmpty()
        ? List.of()
        : Arrays.stream(text.split(" ", -1)).map(AsNumber::parse).toList();
  }

  private static List<Operation> operations(Map<String, String> fields) {
    List<Operation> all = new ArrayList<>();
    if (fields.containsKey("add")) {
      all.add(
          new Operation(
              Optional.of(new AddCommunity(fields.getOrDefault("add", ""))),
              Optional.empty(),
              Optional.empty()));
    }
    if (fields.containsKey("prepend")) {
      all.add(
          new Operation(
              Optional.empty(),
              Optional.of(new PrependAsPath(numbers(fields.getOrDefault("prepend", "")))),
              Optional.empty()));
    }
    if (fields.containsKey("set")) {
      all.add(
          new Operation(
              Optional.empty(),
              Optional.empty(),
              Optional.of(new SetPriority(Optional.of(Integer.valueOf(fields.get("set")))))));
    }
    return all;
  }

  /// What is told outside by AS 64512, or taken from there.
  private static FilterChain chain(boolean isInternal, RouteFilter otherwise, Rule... rules) {
    Optional<AsNumber> ours = isInternal ? Optional.empty() : Optional.of(new AsNumber(64_512));
    return new FilterChain(
        "BGPFilter f",
        new BgpFilterRules(isInternal, ours, WAYS)
            .of("BGPFilter f, list", List.of(rules), IpFamily.IPV4),
        otherwise,
        RoutePriorities.DEFAULT);
  }

  private static RouteContext context(RouteSource source) {
    return RouteContext.of(
        source,
        new RoutePeer("p", IpAddress.parse("192.0.2.9"), new AsNumber(65_001), Optional.empty()));
  }

  private static PathAttributes route(long... path) {
    return PathAttributes.of(
        new Origin(Origin.Source.IGP),
        AsPath.of(path),
        NextHop.of(IpAddress.parse("192.0.2.9")),
        new LocalPref(NORMAL),
        new Communities(List.of(Community.of(64_512, 100))),
        new LargeCommunities(List.of(new LargeCommunity(64_512, 1, 2))));
  }

  private static final PathAttributes OURS =
      PathAttributes.of(new Origin(Origin.Source.IGP), AsPath.EMPTY);

  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # rule                                      | route         | whose    | matches
          action=Accept                               | 10.1.2.0/24   | EXTERNAL | true
          cidr=10.1.0.0/16; op=In                     | 10.1.2.0/24   | EXTERNAL | true
          cidr=10.1.0.0/16; op=In                     | 10.1.0.0/16   | EXTERNAL | true
          cidr=10.1.0.0/16; op=In                     | 10.0.0.0/8    | EXTERNAL | false
          cidr=10.1.0.0/16; op=NotIn                  | 10.0.0.0/8    | EXTERNAL | true
          cidr=10.1.0.0/16; op=NotIn                  | 10.1.2.0/24   | EXTERNAL | false
          cidr=10.1.0.0/16; op=Equal                  | 10.1.0.0/16   | EXTERNAL | true
          cidr=10.1.0.0/16; op=Equal                  | 10.1.2.0/24   | EXTERNAL | false
          cidr=10.1.0.0/16; op=NotEqual               | 10.1.0.0/16   | EXTERNAL | false
          cidr=10.1.0.0/16; op=NotEqual               | 10.1.2.0/24   | EXTERNAL | true
          cidr=10.1.0.0/16; op=In; length=24-28       | 10.1.2.0/24   | EXTERNAL | true
          cidr=10.1.0.0/16; op=In; length=24-28       | 10.1.2.0/29   | EXTERNAL | false
          cidr=10.1.0.0/16; op=In; length=24-28       | 10.1.0.0/16   | EXTERNAL | false
          cidr=10.1.0.0/16; op=In; length=8-24        | 10.1.0.0/16   | EXTERNAL | true
          cidr=10.1.0.0/16; op=In; length=-24         | 10.1.2.0/25   | EXTERNAL | false
          cidr=10.1.0.0/16; op=In; length=25-         | 10.1.2.5/32   | EXTERNAL | true
          cidr=10.1.0.0/16; op=In; length=8-10        | 10.1.0.0/16   | EXTERNAL | false
          cidr=10.1.0.0/16; op=NotIn; length=24-28    | 10.1.2.0/29   | EXTERNAL | true
          cidr=10.1.0.0/16; op=NotIn; length=24-28    | 10.1.2.0/24   | EXTERNAL | false
          source=RemotePeers                          | 10.1.2.0/24   | EXTERNAL | true
          source=RemotePeers                          | 10.1.2.0/24   | INTERNAL | true
          source=RemotePeers                          | 10.1.2.0/24   | LOCAL    | false
          interface=eth1                              | 10.1.2.0/24   | EXTERNAL | true
          interface=eth*                              | 10.1.2.0/24   | EXTERNAL | true
          interface=*                                 | 10.1.2.0/24   | EXTERNAL | true
          interface=eth0                              | 10.1.2.0/24   | EXTERNAL | false
          interface=*                                 | 10.1.2.0/24   | LOCAL    | false
          interface=cali*                             | 10.9.0.5/32   | LOCAL    | true
          peerType=eBGP                               | 10.1.2.0/24   | EXTERNAL | true
          peerType=iBGP                               | 10.1.2.0/24   | EXTERNAL | false
          community=64512:100                         | 10.1.2.0/24   | EXTERNAL | true
          community=64512:101                         | 10.1.2.0/24   | EXTERNAL | false
          community=64512:1:2                         | 10.1.2.0/24   | EXTERNAL | true
          community=64512:1:3                         | 10.1.2.0/24   | EXTERNAL | false
          path=65001                                  | 10.1.2.0/24   | EXTERNAL | true
          path=65001 65002                            | 10.1.2.0/24   | EXTERNAL | true
          path=65001 65002 65003                      | 10.1.2.0/24   | EXTERNAL | false
          path=65002                                  | 10.1.2.0/24   | EXTERNAL | false
          path=64512 65001                            | 10.1.2.0/24   | EXTERNAL | true
          path=64512                                  | 10.1.2.0/24   | LOCAL    | true
          path=65001                                  | 10.1.2.0/24   | LOCAL    | false
          priority=1024                               | 10.1.2.0/24   | EXTERNAL | true
          priority=1024                               | 10.1.2.0/24   | LOCAL    | true
          priority=1023                               | 10.1.2.0/24   | EXTERNAL | false
          cidr=10.1.0.0/16; op=In; community=64512:101 | 10.1.2.0/24  | EXTERNAL | false
          cidr=2001:db8::/32; op=NotIn                | 2001:db8::/48 | EXTERNAL | false
          """)
  void matches(String rule, String prefix, RouteSource whose, boolean matches) {
    PathAttributes attributes = whose == RouteSource.LOCAL ? OURS : route(65_001, 65_002);

    Verdict verdict =
        chain(false, new RejectAll(), rule(rule))
            .judge(Cidr.parse(prefix), attributes, context(whose));

    assertThat(verdict instanceof Verdict.Accept).isEqualTo(matches);
    assertThat(verdict.rule()).isEqualTo(matches ? "BGPFilter f, list rule 1" : "reject all");
  }

  @Test
  void theFirstRuleThatMatchesDecidesAndElseWhoComesAfter() {
    FilterChain chain =
        chain(
            false,
            new AcceptAll(),
            rule("peerType=iBGP; action=Reject"),
            rule("cidr=10.1.0.0/16; op=Equal; action=Accept"),
            rule("cidr=10.1.0.0/16; op=In; action=Reject"));

    assertThat(said(chain, "10.1.0.0/16")).isEqualTo("Accept BGPFilter f, list rule 2");
    assertThat(said(chain, "10.1.1.0/24")).isEqualTo("Reject BGPFilter f, list rule 3");
    assertThat(said(chain, "10.2.0.0/24")).isEqualTo("Accept accept all");
  }

  private static String said(FilterChain chain, String prefix) {
    Verdict verdict = chain.judge(Cidr.parse(prefix), route(65_001), context(RouteSource.EXTERNAL));
    return verdict.getClass().getSimpleName() + " " + verdict.rule();
  }

  @Test
  void changesWhatItAccepts() {
    FilterChain chain =
        chain(true, new RejectAll(), rule("add=64512:7; prepend=65010 65011; set=100"));

    PathAttributes changed = accepted(chain, route(65_001), RouteSource.EXTERNAL);

    assertThat(changed.asPath()).isEqualTo(AsPath.of(65_010, 65_011, 65_001));
    assertThat(changed.localPref()).hasValue(2_147_483_547);
    assertThat(changed.communities())
        .containsExactly(Community.of(64_512, 7), Community.of(64_512, 100));
    FilterChain large = chain(true, new RejectAll(), rule("add=1:2:3"));
    assertThat(accepted(large, route(65_001), RouteSource.EXTERNAL).largeCommunities())
        .containsExactly(new LargeCommunity(1, 2, 3), new LargeCommunity(64_512, 1, 2));
  }

  /// As BIRD shows routes of its own to Calico's filters.
  @Test
  void whatIsOursHasTheUsualPriority() {
    FilterChain chain = chain(true, new RejectAll(), rule("action=Accept"));

    assertThat(accepted(chain, OURS, RouteSource.LOCAL).localPref()).hasValue(NORMAL);
  }

  private static PathAttributes accepted(
      FilterChain chain, PathAttributes attributes, RouteSource source) {
    Verdict verdict = chain.judge(Cidr.parse("10.1.2.0/24"), attributes, context(source));
    return ((Verdict.Accept) verdict).attributes();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          action=Perhaps              | BGPFilter f, list rule 1: action is 'Perhaps', not Accept or Reject
          cidr=10.0.0.0/8             | BGPFilter f, list rule 1: matchOperator is '', not Equal, NotEqual, In or NotIn
          cidr=10.0.0.0/8; op=Under   | BGPFilter f, list rule 1: matchOperator is 'Under', not Equal, NotEqual, In or NotIn
          source=Kernel               | BGPFilter f, list rule 1: source is 'Kernel', not RemotePeers
          community=64512:*           | BGPFilter f, list rule 1: '64512:*' stands for many communities
          action=Reject; set=1        | BGPFilter f, list rule 1: a rejected route cannot be changed
          """)
  void refusesWhatItCannotUnderstand(String rule, String message) {
    assertThatThrownBy(() -> chain(false, new AcceptAll(), rule(rule))).hasMessage(message);
  }

  // ---- the same in other words

  private static final List<String> CIDRS =
      List.of("0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3/32");

  /// Rules and routes by chance, each condition asked as the reference words it.
  @Test
  void agreesWithTheWordsOfTheReference() {
    long seed = Long.getLong("fuzz.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      List<Rule> rules = new ArrayList<>();
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        rules.add(anyRule(random));
      }
      boolean isInternal = random.nextBoolean();
      Cidr prefix = Cidr.parse(any(random, CIDRS));
      boolean isLocal = random.nextInt(3) == 0;
      PathAttributes attributes = isLocal ? OURS : anyRoute(random);
      RouteSource source = isLocal ? RouteSource.LOCAL : RouteSource.EXTERNAL;
      Verdict verdict =
          chain(isInternal, new RejectAll(), rules.toArray(Rule[]::new))
              .judge(prefix, attributes, context(source));
      Optional<Rule> first =
          rules.stream()
              .filter(it -> meets(it, isInternal, prefix, attributes, isLocal))
              .findFirst();
      boolean isAccepted = first.filter(it -> it.action().equals("Accept")).isPresent();
      assertThat(verdict instanceof Verdict.Accept)
          .as("seed %d: %s for %s %s, internal %s", seed, rules, prefix, attributes, isInternal)
          .isEqualTo(isAccepted);
    }
  }

  private static boolean meets(
      Rule rule, boolean isInternal, Cidr prefix, PathAttributes attributes, boolean isLocal) {
    boolean isWithin = rule.cidr().map(it -> it.contains(prefix)).orElse(true);
    boolean isEqual = rule.cidr().map(prefix::equals).orElse(true);
    if (rule.prefixLength().isPresent()) {
      PrefixLength lengths = rule.prefixLength().get();
      isWithin &= prefix.length() >= lengths.min().orElse(0);
      isWithin &= prefix.length() <= lengths.max().orElse(32);
      isEqual = isWithin;
    }
    boolean fits =
        switch (rule.matchOperator()) {
          case "In" -> isWithin;
          case "NotIn" -> !isWithin;
          case "Equal" -> isEqual;
          case "NotEqual" -> !isEqual;
          default -> true;
        };
    String path = " " + text(attributes.asPath());
    String shown = isInternal ? path : " 64512" + path;
    String wanted = rule.asPathPrefix().isEmpty() ? "" : " " + text(rule.asPathPrefix()) + " ";
    long pref = attributes.localPref().orElse(isLocal ? NORMAL : 100);
    return fits
        && (rule.source().isEmpty() || !isLocal)
        && (rule.interfaceName().isEmpty() || (!isLocal && rule.interfaceName().equals("eth1")))
        && (rule.peerType().isEmpty() || rule.peerType().equals(isInternal ? "iBGP" : "eBGP"))
        && (rule.communities().isEmpty()
            || attributes.communities().contains(Community.of(64_512, 100)))
        && ((path + " ").startsWith(wanted) || (shown + " ").startsWith(wanted))
        && rule.priority().map(it -> pref == Integer.MAX_VALUE - it).orElse(true);
  }

  private static String text(AsPath path) {
    return text(path.segments().stream().flatMap(it -> it.numbers().stream()).toList());
  }

  private static String text(List<AsNumber> numbers) {
    return String.join(" ", numbers.stream().map(AsNumber::toString).toList());
  }

  private static Rule anyRule(Random random) {
    boolean hasCidr = random.nextBoolean();
    return new Rule(
        hasCidr ? Optional.of(Cidr.parse(any(random, CIDRS))) : Optional.empty(),
        hasCidr ? any(random, List.of("In", "NotIn", "Equal", "NotEqual")) : "",
        hasCidr && random.nextBoolean()
            ? Optional.of(new PrefixLength(length(random), length(random)))
            : Optional.empty(),
        any(random, List.of("", "", "RemotePeers")),
        any(random, List.of("", "", "eth0", "eth1")),
        any(random, List.of("", "", "eBGP", "iBGP")),
        random.nextInt(3) == 0
            ? Optional.of(new BgpFilter.Communities(List.of("64512:100")))
            : Optional.empty(),
        numbers(any(random, List.of("", "", "", "65001", "64512", "64512 65001", "65001 65002"))),
        random.nextInt(4) == 0 ? Optional.of(1024) : Optional.empty(),
        any(random, List.of("Accept", "Reject")),
        List.of());
  }

  private static Optional<Integer> length(Random random) {
    return random.nextBoolean() ? Optional.empty() : Optional.of(8 * random.nextInt(5));
  }

  private static PathAttributes anyRoute(Random random) {
    List<PathAttribute> all = new ArrayList<>();
    all.add(new Origin(Origin.Source.IGP));
    all.add(any(random, List.of(AsPath.of(65_001), AsPath.of(65_001, 65_002), AsPath.of(65_002))));
    all.add(NextHop.of(IpAddress.parse("192.0.2.9")));
    if (random.nextBoolean()) {
      all.add(new LocalPref(NORMAL));
    }
    if (random.nextBoolean()) {
      all.add(new Communities(List.of(Community.of(64_512, 100))));
    }
    return PathAttributes.of(all.toArray(PathAttribute[]::new));
  }

  private static <T> T any(Random random, List<T> some) {
    return some.get(random.nextInt(some.size()));
  }
}

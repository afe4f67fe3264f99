// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.filter.AttributeMatch.LocalPrefIn;
import dev.brindle.bird.filter.AttributeMatch.MedIn;
import dev.brindle.bird.filter.AttributeMatch.NextHopIn;
import dev.brindle.bird.filter.AttributeMatch.OriginIn;
import dev.brindle.bird.filter.AttributeMatch.Path;
import dev.brindle.bird.filter.AttributeMatch.PathContains;
import dev.brindle.bird.filter.AttributeMatch.PathLength;
import dev.brindle.bird.filter.AttributeMatch.PathNeighbour;
import dev.brindle.bird.filter.AttributeMatch.PathOrigin;
import dev.brindle.bird.filter.AttributeMatch.Tagged;
import dev.brindle.bird.filter.ContextMatch.From;
import dev.brindle.bird.filter.ContextMatch.InterfaceLike;
import dev.brindle.bird.filter.ContextMatch.PeerAsIn;
import dev.brindle.bird.filter.ContextMatch.PeerIn;
import dev.brindle.bird.filter.FilterRule.Action;
import dev.brindle.bird.filter.RouteChange.AddToMed;
import dev.brindle.bird.filter.RouteChange.ChangeCommunities;
import dev.brindle.bird.filter.RouteChange.ChooseNextHop;
import dev.brindle.bird.filter.RouteChange.Prepend;
import dev.brindle.bird.filter.RouteChange.RemoveMed;
import dev.brindle.bird.filter.RouteChange.SetLocalPref;
import dev.brindle.bird.filter.RouteChange.SetMed;
import dev.brindle.bird.filter.RouteChange.SetNextHop;
import dev.brindle.bird.filter.RouteChange.SetOrigin;
import dev.brindle.bird.filter.RouteMatch.AllOf;
import dev.brindle.bird.filter.RouteMatch.AnyOf;
import dev.brindle.bird.filter.RouteMatch.Attributes;
import dev.brindle.bird.filter.RouteMatch.Context;
import dev.brindle.bird.filter.RouteMatch.InPrefixList;
import dev.brindle.bird.filter.RouteMatch.Not;
import dev.brindle.bird.filter.RouteMatch.OfFamily;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.AsPath.Segment;
import dev.brindle.bird.wire.AsPath.SegmentType;
import dev.brindle.bird.wire.AttributeType;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.PathAttribute.Communities;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RuleFilterTest {

  private static final Cidr PREFIX = Cidr.parse("10.1.2.0/24");
  private static final Cidr PREFIX6 = Cidr.parse("2001:db8::/48");
  private static final RouteContext FROM_PEER =
      RouteContext.of(
          RouteSource.EXTERNAL,
          new RoutePeer("tor", IpAddress.parse("192.0.2.9"), as(65001), Optional.of("eth0")));
  private static final PathAttributes ROUTE =
      PathAttributes.of(
          new Origin(Origin.Source.EGP),
          AsPath.of(65001, 65002, 65003),
          NextHop.of(IpAddress.parse("192.0.2.9")),
          new MultiExitDisc(50),
          new LocalPref(150),
          new Communities(List.of(Community.of(64512, 100))));

  private static AsNumber as(long number) {
    return new AsNumber(number);
  }

  // ---- matches

  static Stream<Arguments> conditions() {
    return Stream.of(
        yes(new InPrefixList(PrefixList.of(PrefixRange.orLonger(Cidr.parse("10.0.0.0/8"))))),
        no(new InPrefixList(PrefixList.of(PrefixRange.exactly(Cidr.parse("10.0.0.0/8"))))),
        yes(new OfFamily(IpFamily.IPV4)),
        no(new OfFamily(IpFamily.IPV6)),
        yes(new Path(List.of(AsPathPattern.parse("^9_"), AsPathPattern.parse("_65002_")))),
        no(new Path(List.of(AsPathPattern.parse("_65002$")))),
        yes(new PathContains(Set.of(as(1), as(65002)))),
        no(new PathContains(Set.of(as(1)))),
        yes(new PathOrigin(Set.of(as(65003)))),
        no(new PathOrigin(Set.of(as(65001)))),
        yes(new PathNeighbour(Set.of(as(65001)))),
        no(new PathNeighbour(Set.of(as(65003)))),
        yes(new PathLength(new NumberRange(3, 3))),
        no(new PathLength(new NumberRange(0, 2))),
        yes(new Tagged(List.of(CommunityPattern.parse("64512:*")))),
        no(new Tagged(List.of(CommunityPattern.parse("64512:1:*")))),
        yes(new NextHopIn(PrefixList.of(PrefixRange.orLonger(Cidr.parse("192.0.2.0/24"))))),
        no(new NextHopIn(PrefixList.of(PrefixRange.exactly(Cidr.parse("192.0.2.0/24"))))),
        yes(new OriginIn(Set.of(Origin.Source.EGP, Origin.Source.IGP))),
        no(new OriginIn(Set.of(Origin.Source.INCOMPLETE))),
        yes(new MedIn(new NumberRange(50, 60))),
        no(new MedIn(new NumberRange(0, 49))),
        yes(new LocalPrefIn(new NumberRange(150, 150))),
        no(new LocalPrefIn(new NumberRange(100, 149))),
        yes(new From(Set.of(RouteSource.EXTERNAL))),
        no(new From(Set.of(RouteSource.LOCAL, RouteSource.INTERNAL))),
        yes(new PeerIn(Set.of("tor"))),
        yes(new PeerIn(Set.of("192.0.2.9"))),
        no(new PeerIn(Set.of("192.0.2.10", "eth0"))),
        yes(new PeerAsIn(Set.of(as(65001)))),
        no(new PeerAsIn(Set.of(as(65002)))),
        yes(new InterfaceLike("eth*")),
        yes(new InterfaceLike("e?h0")),
        no(new InterfaceLike("eth")),
        no(new InterfaceLike("*1")),
        yes(new InterfaceLike("*")),
        yes(new InterfaceLike("*h*")),
        yes(new InterfaceLike("e**0*")),
        yes(new InterfaceLike("*?0")),
        no(new InterfaceLike("eth0?")),
        no(new InterfaceLike("*e?0")),
        no(new InterfaceLike("*".repeat(30) + "1" + "*".repeat(30))),
        yes(new Not(new OfFamily(IpFamily.IPV6))),
        no(new Not(new OfFamily(IpFamily.IPV4))),
        yes(new AllOf(List.of())),
        no(new AllOf(List.of(new OfFamily(IpFamily.IPV4), new OfFamily(IpFamily.IPV6)))),
        yes(new AnyOf(List.of(new OfFamily(IpFamily.IPV6), new OfFamily(IpFamily.IPV4)))),
        no(new AnyOf(List.of())));
  }

  private static Arguments yes(RouteMatch match) {
    return Arguments.of(match, true);
  }

  private static Arguments no(RouteMatch match) {
    return Arguments.of(match, false);
  }

  private static Arguments yes(AttributeMatch match) {
    return yes(new Attributes(match));
  }

  private static Arguments no(AttributeMatch match) {
    return no(new Attributes(match));
  }

  private static Arguments yes(ContextMatch match) {
    return yes(new Context(match));
  }

  private static Arguments no(ContextMatch match) {
    return no(new Context(match));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("conditions")
  void matches(RouteMatch match, boolean expected) {
    assertThat(match.matches(PREFIX, ROUTE, FROM_PEER)).isEqualTo(expected);
  }

  @Test
  void whatIsMissingCountsAsInTheDecision() {
    assertThat(new MedIn(new NumberRange(0, 0)).matches(PathAttributes.NONE)).isTrue();
    assertThat(new LocalPrefIn(new NumberRange(100, 100)).matches(PathAttributes.NONE)).isTrue();
    assertThat(new PathOrigin(Set.of(as(1))).matches(PathAttributes.NONE)).isFalse();
    assertThat(new PathNeighbour(Set.of(as(1))).matches(PathAttributes.NONE)).isFalse();
    assertThat(new PathLength(new NumberRange(0, 0)).matches(PathAttributes.NONE)).isTrue();
    assertThat(
            new NextHopIn(PrefixList.of(PrefixRange.orLonger(Cidr.parse("0.0.0.0/0"))))
                .matches(PathAttributes.NONE))
        .isFalse();
    assertThat(new PeerIn(Set.of("")).matches(RouteContext.of(true))).isFalse();
    assertThat(new PeerAsIn(Set.of(as(0))).matches(RouteContext.of(true))).isFalse();
    assertThat(new InterfaceLike("*").matches(RouteContext.of(true))).isFalse();
  }

  @Test
  void aSetIsNobodysOrigin() {
    PathAttributes aggregate =
        PathAttributes.of(
            new AsPath(
                List.of(
                    new Segment(SegmentType.SEQUENCE, List.of(as(1))),
                    new Segment(SegmentType.SET, List.of(as(2), as(3))))));

    assertThat(new PathOrigin(Set.of(as(1), as(2), as(3))).matches(aggregate)).isFalse();
    assertThat(new PathContains(Set.of(as(3))).matches(aggregate)).isTrue();
    assertThat(new PathLength(new NumberRange(2, 2)).matches(aggregate)).isTrue();
  }

  // ---- changes

  static Stream<Arguments> changes() {
    NextHop hop = NextHop.of(IpAddress.parse("192.0.2.77"));
    return Stream.of(
        Arguments.of(new SetLocalPref(200), ROUTE.with(new LocalPref(200)), NextHopWish.USUAL),
        Arguments.of(new SetMed(7), ROUTE.with(new MultiExitDisc(7)), NextHopWish.USUAL),
        Arguments.of(new AddToMed(10), ROUTE.with(new MultiExitDisc(60)), NextHopWish.USUAL),
        Arguments.of(new AddToMed(-10), ROUTE.with(new MultiExitDisc(40)), NextHopWish.USUAL),
        Arguments.of(new AddToMed(-51), ROUTE.with(new MultiExitDisc(0)), NextHopWish.USUAL),
        Arguments.of(
            new AddToMed(RouteChange.MAX),
            ROUTE.with(new MultiExitDisc(RouteChange.MAX)),
            NextHopWish.USUAL),
        Arguments.of(
            new RemoveMed(), ROUTE.without(AttributeType.MULTI_EXIT_DISC), NextHopWish.USUAL),
        Arguments.of(new SetNextHop(hop.address()), ROUTE.with(hop), NextHopWish.AS_SET),
        Arguments.of(new SetNextHop(IpAddress.parse("::7")), ROUTE, NextHopWish.USUAL),
        Arguments.of(new ChooseNextHop(NextHopWish.SELF), ROUTE, NextHopWish.SELF),
        Arguments.of(new ChooseNextHop(NextHopWish.UNCHANGED), ROUTE, NextHopWish.UNCHANGED),
        Arguments.of(
            new Prepend(List.of(as(1), as(2))),
            ROUTE.with(AsPath.of(1, 2, 65001, 65002, 65003)),
            NextHopWish.USUAL),
        Arguments.of(
            new SetOrigin(Origin.Source.IGP),
            ROUTE.with(new Origin(Origin.Source.IGP)),
            NextHopWish.USUAL),
        Arguments.of(
            new ChangeCommunities(
                new CommunityChange(
                    List.of(CommunityPattern.parse("64512:*")),
                    List.of(CommunityPattern.parse("no-export")))),
            ROUTE.with(new Communities(List.of(Community.NO_EXPORT))),
            NextHopWish.USUAL));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void changesWhatItSays(RouteChange change, PathAttributes expected, NextHopWish wish) {
    RuleFilter filter = filter(false, rule("change", true, List.of(change), Action.ACCEPT));

    Telling telling = filter.tell(PREFIX, ROUTE, FROM_PEER);

    assertThat(telling.verdict())
        .isEqualTo(new Verdict.Accept(expected, false, "filter test: change"));
    assertThat(telling.nextHop()).isEqualTo(wish);
    assertThat(telling.keepsMed())
        .isEqualTo(change instanceof SetMed || change instanceof AddToMed);
  }

  @Test
  void aNextHopIsForItsOwnFamily() {
    RuleFilter filter =
        filter(
            true,
            rule(
                "hops",
                true,
                List.of(
                    new SetNextHop(IpAddress.parse("192.0.2.7")),
                    new SetNextHop(IpAddress.parse("2001:db8::7"))),
                Action.ACCEPT));

    assertThat(nextHop(filter, PREFIX)).isEqualTo("192.0.2.7");
    assertThat(nextHop(filter, PREFIX6)).isEqualTo("2001:db8::7");
  }

  private static String nextHop(RuleFilter filter, Cidr prefix) {
    return switch (filter.judge(prefix, ROUTE, FROM_PEER)) {
      case Verdict.Accept(var attributes, _, _) ->
          attributes.nextHop().map(hop -> hop.address().toString()).orElse("none");
      case Verdict.Reject(var rule) -> rule;
    };
  }

  @ParameterizedTest
  @CsvSource({"-1", "4294967296"})
  void refusesNumbersThatDoNotFit(long value) {
    assertThatThrownBy(() -> new SetMed(value)).hasMessageContaining("not in 0..4294967295");
    assertThatThrownBy(() -> new SetLocalPref(value)).hasMessageContaining("not in 0..4294967295");
  }

  @Test
  void refusesToChangeWhatItRejects() {
    assertThatThrownBy(() -> rule("x", true, List.of(new SetMed(1)), Action.REJECT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a rejected route cannot be changed");
  }

  // ---- rules in order

  /// Three rules: whether each matches, and what it does; the default; who decides how.
  @ParameterizedTest(name = "{0} {1} {2}, else {3}: {4}")
  @CsvSource({
    "yes accept, yes reject, yes reject, false, accept one",
    "no accept,  yes reject, yes accept, false, reject two",
    "no accept,  no reject,  yes accept, false, accept three",
    "no accept,  no reject,  no accept,  false, reject no rule",
    "no reject,  no reject,  no reject,  true,  accept no rule",
    "yes next,   yes reject, yes accept, true,  reject two",
    "yes next,   no reject,  yes accept, false, accept three",
    "yes next,   yes next,   yes next,   false, reject no rule",
    "yes next,   yes next,   yes next,   true,  accept no rule"
  })
  void theFirstThatMatchesDecides(
      String one, String two, String three, boolean accepts, String expected) {
    RuleFilter filter = filter(accepts, rule("one", one), rule("two", two), rule("three", three));

    Verdict verdict = filter.judge(PREFIX, ROUTE, FROM_PEER);

    String said = verdict instanceof Verdict.Accept ? "accept" : "reject";
    assertThat(said + " " + verdict.rule().substring("filter test: ".length())).isEqualTo(expected);
  }

  @Test
  void laterRulesSeeWhatEarlierOnesChanged() {
    RuleFilter filter =
        filter(
            false,
            rule("mark", true, List.of(new SetMed(99)), Action.NEXT),
            new FilterRule(
                "marked",
                new Attributes(new MedIn(new NumberRange(99, 99))),
                List.of(new AddToMed(1)),
                Action.ACCEPT));

    assertThat(filter.judge(PREFIX, ROUTE, FROM_PEER))
        .isEqualTo(
            new Verdict.Accept(ROUTE.with(new MultiExitDisc(100)), false, "filter test: marked"));
  }

  @Test
  void aRejectedRouteKeepsNothingOfItsChanges() {
    RuleFilter filter =
        filter(
            false,
            rule("mark", true, List.of(new ChooseNextHop(NextHopWish.SELF)), Action.NEXT),
            rule("no", true, List.of(), Action.REJECT));

    assertThat(filter.tell(PREFIX, ROUTE, FROM_PEER))
        .isEqualTo(new Telling(new Verdict.Reject("filter test: no"), NextHopWish.USUAL, false));
  }

  @Test
  void dependsOnThePrefixOnlyIfARuleDoes() {
    RouteMatch list = new InPrefixList(PrefixList.of());
    RouteMatch family = new OfFamily(IpFamily.IPV4);

    assertThat(filter(true).dependsOnPrefix()).isFalse();
    assertThat(of(family).dependsOnPrefix()).isFalse();
    assertThat(of(list).dependsOnPrefix()).isTrue();
    assertThat(of(new Not(list)).dependsOnPrefix()).isTrue();
    assertThat(of(new AllOf(List.of(family, list))).dependsOnPrefix()).isTrue();
    assertThat(of(new AnyOf(List.of(family, new Not(family)))).dependsOnPrefix()).isFalse();
  }

  @Test
  void dependsOnThePeerOnlyIfARuleAsksWhoItIs() {
    RouteMatch peer = new Context(new PeerIn(Set.of("tor")));
    RouteMatch from = new Context(new From(Set.of(RouteSource.LOCAL)));

    assertThat(of(peer).dependsOnPeer()).isTrue();
    assertThat(of(new Not(peer)).dependsOnPeer()).isTrue();
    assertThat(of(new AnyOf(List.of(from, peer))).dependsOnPeer()).isTrue();
    assertThat(of(new Context(new PeerAsIn(Set.of(as(1))))).dependsOnPeer()).isTrue();
    assertThat(of(new Context(new InterfaceLike("*"))).dependsOnPeer()).isTrue();
    assertThat(of(from).dependsOnPeer()).isFalse();
    assertThat(of(new InPrefixList(PrefixList.of())).dependsOnPeer()).isFalse();
  }

  @Test
  void knowsWhatOnlyMakesSenseToAPeer() {
    assertThat(filter(true).isForExport()).isFalse();
    assertThat(
            filter(
                    true,
                    rule("x", true, List.of(new ChooseNextHop(NextHopWish.SELF)), Action.ACCEPT))
                .isForExport())
        .isTrue();
  }

  private static RuleFilter of(RouteMatch match) {
    return filter(true, new FilterRule("x", match, List.of(), Action.ACCEPT));
  }

  private static RuleFilter filter(boolean accepts, FilterRule... rules) {
    return new RuleFilter("test", List.of(rules), accepts);
  }

  private static FilterRule rule(String name, String what) {
    String[] words = what.split(" ", -1);
    Action action =
        switch (words[1]) {
          case "accept" -> Action.ACCEPT;
          case "reject" -> Action.REJECT;
          default -> Action.NEXT;
        };
    return rule(name, words[0].equals("yes"), List.of(), action);
  }

  private static FilterRule rule(
      String name, boolean matches, List<RouteChange> changes, Action action) {
    RouteMatch match = matches ? new AllOf(List.of()) : new AnyOf(List.of());
    return new FilterRule(name, match, changes, action);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.filter.ContextMatch.From;
import dev.brindle.bird.filter.ContextMatch.PeerAsIn;
import dev.brindle.bird.filter.FilterRule;
import dev.brindle.bird.filter.FilterRule.Action;
import dev.brindle.bird.filter.NextHopWish;
import dev.brindle.bird.filter.RouteChange;
import dev.brindle.bird.filter.RouteChange.AddToMed;
import dev.brindle.bird.filter.RouteChange.ChooseNextHop;
import dev.brindle.bird.filter.RouteChange.SetNextHop;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.filter.RouteMatch;
import dev.brindle.bird.filter.RouteSource;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.rib.Source.Kind;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a filter wants, against what telling a peer does as a rule.
class FilteredExportTest {

  private static final Cidr PREFIX = Cidr.parse("10.0.0.0/24");
  private static final IpAddress OURS = IpAddress.parse("192.0.2.1");
  private static final IpAddress TOLD = IpAddress.parse("192.0.2.50");

  private static Path path(Kind kind) {
    PathAttributes attributes =
        PathAttributes.of(
            new Origin(Origin.Source.IGP),
            AsPath.of(65001),
            NextHop.of(TOLD),
            new MultiExitDisc(50));
    Source source = new Source(kind, "teller", TOLD, TOLD, true);
    return new Path(kind == Kind.LOCAL ? Source.local(OURS) : source, attributes, Path.ORDINARY);
  }

  private static Neighbour neighbour(PeerKind kind, NextHopMode mode) {
    IpAddress address = IpAddress.parse("192.0.2.2");
    Source source =
        new Source(
            kind == PeerKind.INTERNAL ? Kind.INTERNAL : Kind.EXTERNAL,
            "listener",
            address,
            address,
            true);
    AsNumber ours = new AsNumber(64512);
    AsNumber theirs = kind == PeerKind.INTERNAL ? ours : new AsNumber(65009);
    return new Neighbour(kind, source, ours, theirs, List.of(OURS), OURS, OURS, true, 0, mode);
  }

  private static RouteFilter filter(RouteMatch match, RouteChange... changes) {
    return new RuleFilter(
        "f", List.of(new FilterRule("r", match, List.of(changes), Action.ACCEPT)), false);
  }

  private static RouteFilter always(RouteChange... changes) {
    return filter(new RouteMatch.AllOf(List.of()), changes);
  }

  @ParameterizedTest(name = "{0} path to {1} peer, mode {2}, filter {3}: {4}")
  @CsvSource({
    "EXTERNAL, EXTERNAL, AUTO, ,          192.0.2.1",
    "EXTERNAL, EXTERNAL, AUTO, self,      192.0.2.1",
    "EXTERNAL, EXTERNAL, AUTO, unchanged, 192.0.2.50",
    "EXTERNAL, EXTERNAL, AUTO, 192.0.2.7, 192.0.2.7",
    "EXTERNAL, INTERNAL, AUTO, ,          192.0.2.50",
    "EXTERNAL, INTERNAL, AUTO, self,      192.0.2.1",
    "EXTERNAL, INTERNAL, SELF, unchanged, 192.0.2.50",
    "EXTERNAL, INTERNAL, KEEP, self,      192.0.2.1",
    "INTERNAL, INTERNAL, AUTO, self,      192.0.2.1",
    "INTERNAL, INTERNAL, AUTO, 192.0.2.7, 192.0.2.7",
    "LOCAL,    EXTERNAL, AUTO, ,          192.0.2.1",
    "LOCAL,    EXTERNAL, AUTO, 192.0.2.7, 192.0.2.7"
  })
  void theFiltersNextHopWins(
      Kind from, PeerKind to, NextHopMode mode, @Nullable String wish, IpAddress expected) {
    RouteFilter filter =
        switch (wish) {
          case null -> new AcceptAll();
          case "self" -> always(new ChooseNextHop(NextHopWish.SELF));
          case "unchanged" -> always(new ChooseNextHop(NextHopWish.UNCHANGED));
          default -> always(new SetNextHop(IpAddress.parse(wish)));
        };

    assertThat(ExportRules.told(PREFIX, path(from), neighbour(to, mode), filter))
        .flatMap(PathAttributes::nextHop)
        .contains(NextHop.of(expected));
  }

  /// RFC 4271 §5.1.4: what others said stays inside, what we say ourselves goes out.
  @Test
  void aMedOfOursGoesOut() {
    Neighbour outside = neighbour(PeerKind.EXTERNAL, NextHopMode.AUTO);

    assertThat(ExportRules.told(PREFIX, path(Kind.EXTERNAL), outside, new AcceptAll()))
        .hasValueSatisfying(told -> assertThat(told.multiExitDisc()).isEmpty());
    assertThat(ExportRules.told(PREFIX, path(Kind.EXTERNAL), outside, always(new AddToMed(1))))
        .hasValueSatisfying(told -> assertThat(told.multiExitDisc()).hasValue(51));
  }

  @Test
  void filtersKnowWhoIsToldAndWhoseRouteItIs() {
    Neighbour outside = neighbour(PeerKind.EXTERNAL, NextHopMode.AUTO);
    RouteFilter to65009 = filter(new RouteMatch.Context(new PeerAsIn(Set.of(new AsNumber(65009)))));
    RouteFilter ours = filter(new RouteMatch.Context(new From(Set.of(RouteSource.LOCAL))));

    assertThat(ExportRules.told(PREFIX, path(Kind.INTERNAL), outside, to65009)).isPresent();
    assertThat(
            ExportRules.told(
                PREFIX,
                path(Kind.EXTERNAL),
                neighbour(PeerKind.INTERNAL, NextHopMode.AUTO),
                to65009))
        .isEmpty();
    assertThat(ExportRules.told(PREFIX, path(Kind.LOCAL), outside, ours)).isPresent();
    assertThat(ExportRules.told(PREFIX, path(Kind.EXTERNAL), outside, ours)).isEmpty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.filter.FilterRule;
import dev.brindle.bird.filter.RejectAll;
import dev.brindle.bird.filter.RouteOrigins;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.table.Lowering;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// By which rules routes come and go.
class PeerPolicyTest {

  private static final RuleFilter OWN = new RuleFilter("own", List.<FilterRule>of(), false);
  private static final Cidr PREFIX = Cidr.parse("10.1.0.0/26");
  private static final PathAttributes ATTRIBUTES =
      PathAttributes.of(
          new Origin(Origin.Source.IGP),
          AsPath.EMPTY,
          new NextHop(Loopback.address(2), Optional.empty()));
  private static final Path OURS =
      new Path(Source.local(Loopback.address(1)), ATTRIBUTES, Path.PREFERRED);

  private static PeerPolicy policy(PeerRouting routing, Draining draining) {
    PeerConfig peer = Loopback.peer(1, Conversations.OUR_AS, 2, Conversations.OTHER_AS, 179);
    return new PeerPolicy(
        peer.withRouting(routing), Loopback.config(1, Conversations.OUR_AS, 179), draining);
  }

  private static PeerRouting routing(String how) {
    PeerRouting plain = Loopback.peer(1, Conversations.OUR_AS, 2, 1, 179).routing();
    return switch (how) {
      case "filter" -> plain.withImportFilter(OWN).withExportFilter(OWN);
      case "closed" -> plain.withImports(false).withExports(false);
      case "unheeding" -> plain.withHeedsShutdown(false);
      default -> plain;
    };
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # peer | import says              | in words   | export says
          plain  | accept all               | accept     | accepted: accept all
          filter | filter own: no rule      | filter own | rejected: filter own: no rule
          closed | import is reject         | accept     | export is reject
          """)
  void whatIsThePeersOwnGoesBeforeTheSpeakers(
      String how, String verdict, String text, String reason) {
    PeerPolicy policy = policy(routing(how), Draining.NO);
    Conversation session = Conversations.of(PeerKind.EXTERNAL);

    PathAttributes theirs = ATTRIBUTES.with(AsPath.of(Conversations.OTHER_AS));
    String rule =
        switch (policy.judged(PREFIX, theirs, session, RouteOrigins.NONE)) {
          case Verdict.Accept accept -> accept.rule();
          case Verdict.Reject reject -> reject.rule();
        };

    assertThat(rule).isEqualTo(verdict);
    assertThat(policy.importText()).isEqualTo(text);
    assertThat(policy.exportReason(PREFIX, OURS, session)).isEqualTo(reason);
    assertThat(policy.told(PREFIX, OURS, session).isPresent()).isEqualTo(how.equals("plain"));
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # draining | kind     | peer      | taken last
          NO         | EXTERNAL | plain     | MARKED
          NO         | EXTERNAL | unheeding | NONE
          ALONE      | EXTERNAL | unheeding | ALL
          ALONE      | INTERNAL | plain     | ALL
          WITH_ALL   | EXTERNAL | plain     | ALL
          WITH_ALL   | INTERNAL | plain     | MARKED
          """)
  void drainingTakesWhatThePeerTellsLast(
      Draining draining, PeerKind kind, String how, Lowering expected) {
    PeerPolicy policy = policy(routing(how), draining);
    Conversation session = Conversations.of(kind);

    assertThat(policy.lowering(session)).isEqualTo(expected);
    assertThat(policy.lowers(session)).isEqualTo(expected == Lowering.ALL);
    assertThat(policy.export(session).equals(policy.with(Draining.NO).export(session)))
        .isEqualTo(draining == Draining.NO);
  }

  @Test
  void otherExportsOrOtherWaysOfSayingTheSameChangeNoImport() {
    PeerPolicy policy = policy(routing("plain"), Draining.NO);

    assertThat(policy(routing("plain").withExports(false), Draining.ALONE).importsAs(policy))
        .isTrue();
    assertThat(policy(routing("unheeding"), Draining.NO).importsAs(policy)).isFalse();
    assertThat(policy(routing("filter"), Draining.NO).importsAs(policy)).isFalse();
    assertThat(policy(routing("closed"), Draining.NO).importsAs(policy)).isFalse();
    assertThat(
            policy(routing("plain").withImportFilter(new RejectAll()), Draining.NO)
                .importsAs(policy(routing("closed"), Draining.NO)))
        .isTrue();
  }
}

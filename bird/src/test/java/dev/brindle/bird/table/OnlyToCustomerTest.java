// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.rib.ExportRules;
import dev.brindle.bird.rib.ImportRules;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttribute.LargeCommunities;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.OnlyToCustomer;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.Role;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 9234 §5 as a table, by the rules on values and by the tables on bytes.
class OnlyToCustomerTest {

  private static final AsNumber OURS = new AsNumber(64_512);
  private static final AsNumber PEER = new AsNumber(65_001);
  private static final Cidr PREFIX = Cidr.parse("10.0.0.0/8");
  private static final AcceptAll NO_FILTER = new AcceptAll();
  private static final IpAddress ADDRESS = IpAddress.parse("192.0.2.9");
  private static final PathAttributes UNMARKED =
      PathAttributes.of(
          new Origin(Origin.Source.IGP),
          AsPath.of(65_001),
          NextHop.of(IpAddress.parse("192.0.2.5")),
          new LargeCommunities(List.of(new dev.brindle.bird.wire.LargeCommunity(1, 2, 3))));

  @ParameterizedTest(name = "we are {0}, mark {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # ours    | told  | kept with
          PROVIDER  |       | none
          PROVIDER  | 65001 | leak
          PROVIDER  | 65002 | leak
          RS_SERVER |       | none
          RS_SERVER | 65001 | leak
          CUSTOMER  |       | 65001
          CUSTOMER  | 65001 | 65001
          CUSTOMER  | 65002 | 65002
          RS_CLIENT |       | 65001
          RS_CLIENT | 65002 | 65002
          PEER      |       | 65001
          PEER      | 65001 | 65001
          PEER      | 65002 | leak
          PEER      | 64512 | leak
                    |       | none
                    | 65002 | 65002
          """)
  void hears(@Nullable Role ours, @Nullable Long told, String kept) {
    PathAttributes attributes = with(told);
    Neighbour peer = peer(Optional.ofNullable(ours));

    assertThat(outcome(ImportRules.judge(PREFIX, attributes, peer, NO_FILTER))).isEqualTo(kept);
    assertThat(byTable(attributes, peer)).isEqualTo(kept);
  }

  private static String outcome(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Reject(var rule) -> rule.startsWith("leaked: AS ") ? "leak" : rule;
      case Verdict.Accept(var attributes, _, _) -> text(attributes);
    };
  }

  private static String text(PathAttributes attributes) {
    return attributes.onlyToCustomer().map(AsNumber::toString).orElse("none");
  }

  /// Told twice, so that the second finds what the first left.
  private static String byTable(PathAttributes attributes, Neighbour peer) {
    RouteEngine engine = new RouteEngine(new Deaf(), UnpooledByteBufAllocator.DEFAULT, 1);
    int source = engine.addSource(peer.source());
    RouteIntake intake = engine.intake(source, peer, NO_FILTER, true, true);
    UpdateBatch batch = new UpdateBatch();
    batch.exact(Update.announce(attributes, List.of(PREFIX)));
    intake.take(batch, _ -> {});
    intake.take(batch, _ -> {});
    RouteView routes = engine.routes(Family.IPV4_UNICAST);
    int prefix = routes.find(PREFIX);
    boolean isThere = prefix >= 0 && routes.hasPath(prefix);
    assertThat(intake.leaked()).isEqualTo(intake.rejected()).isEqualTo(isThere ? 0 : 2);
    return isThere ? text(routes.paths(prefix).getFirst().attributes()) : "leak";
  }

  private static final class Deaf implements RouteListener {
    @Override
    public void changed(RouteView routes, int prefix) {
      // nobody asks here
    }

    @Override
    public void shown() {
      // nobody asks here
    }
  }

  @ParameterizedTest(name = "we are {0}, mark {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # ours    | is    | told with
          PROVIDER  |       | 64512
          PROVIDER  | 65002 | 65002
          RS_SERVER |       | 64512
          RS_SERVER | 65002 | 65002
          PEER      |       | 64512
          PEER      | 65002 | not
          CUSTOMER  |       | none
          CUSTOMER  | 65002 | not
          RS_CLIENT |       | none
          RS_CLIENT | 65002 | not
                    |       | none
                    | 65002 | 65002
          """)
  void tells(@Nullable Role ours, @Nullable Long is, String told) {
    Source source = new Source(Source.Kind.EXTERNAL, "from", ADDRESS, ADDRESS, false);
    Path path = new Path(source, with(is), Path.ORDINARY);
    Neighbour peer = peer(Optional.ofNullable(ours));

    assertThat(
            ExportRules.told(PREFIX, path, peer, NO_FILTER)
                .map(OnlyToCustomerTest::text)
                .orElse("not"))
        .isEqualTo(told);
    assertThat(byGroup(path, peer)).isEqualTo(!told.equals("not"));
  }

  /// Whether a group is told at all; with what, `RewriteTest` compares.
  private static boolean byGroup(Path path, Neighbour peer) {
    AttributeBlocks blocks = new AttributeBlocks();
    Sources sources = new Sources();
    PrefixIndex index = PrefixIndex.ipv4();
    PathTable paths = new PathTable(index, blocks, sources);
    byte[] bytes = CanonicalForm.of(path.attributes());
    int prefix = index.add(PREFIX.address().low(), 0, PREFIX.length());
    paths.put(prefix, sources.add(path.source()), 0, blocks.intern(bytes, 0, bytes.length), false);
    ExportPolicy policy = ExportPolicy.of(peer, NO_FILTER, true, 4096);
    return new GroupRules(Family.IPV4_UNICAST, index, paths, blocks, sources, policy).wanted(prefix)
        != Told.NOTHING;
  }

  private static PathAttributes with(@Nullable Long mark) {
    return mark == null ? UNMARKED : UNMARKED.with(new OnlyToCustomer(new AsNumber(mark)));
  }

  private static Neighbour peer(Optional<Role> role) {
    return new Neighbour(
            PeerKind.EXTERNAL,
            new Source(Source.Kind.EXTERNAL, "to", ADDRESS, ADDRESS, false),
            OURS,
            PEER,
            List.of(IpAddress.parse("192.0.2.1")),
            IpAddress.parse("192.0.2.7"),
            IpAddress.parse("192.0.2.8"),
            false,
            0,
            NextHopMode.AUTO)
        .withRole(role);
  }
}

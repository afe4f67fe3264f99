// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.LargeCommunity;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What Calico tells and takes where no BGPFilter says otherwise. The LOCAL_PREF of a priority is
/// 2147483647 less the priority: 2147482623 for the normal one of 1024.
class CalicoFiltersTest {

  private static final RoutePriorities PRIORITIES = new RoutePriorities(1024, 512);
  private static final CalicoExport EXPORT =
      new CalicoExport(
          cidrs("10.9.0.0/16"),
          cidrs("10.1.0.0/26 10.9.0.0/26 fd00:1::/122"),
          cidrs("10.96.0.0/12"),
          Set.of(Cidr.parse("203.0.113.7/32")),
          cidrs("10.1.0.0/16 10.9.0.0/16 fd00::/16"),
          List.of(),
          List.of(
              new CommunityRule(
                  Cidr.parse("10.1.0.0/17"), List.of(Community.of(64512, 7)), List.of()),
              new CommunityRule(
                  Cidr.parse("10.1.0.0/16"), List.of(), List.of(new LargeCommunity(64512, 0, 8)))),
          PRIORITIES);

  private static List<Cidr> cidrs(String text) {
    return Arrays.stream(text.split(" ", -1)).map(Cidr::parse).toList();
  }

  /// @param localPref null for none
  private static PathAttributes attributes(@Nullable Long localPref) {
    PathAttributes plain =
        PathAttributes.of(
            new Origin(Origin.Source.IGP), AsPath.EMPTY, NextHop.of(IpAddress.parse("192.0.2.2")));
    return localPref == null ? plain : plain.with(new LocalPref(localPref));
  }

  /// @return the rule; then what is told, if the route is
  private static String text(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Reject(var rule) -> "not told: " + rule;
      case Verdict.Accept(var told, var elevated, var rule) ->
          "%s: %s %s %s%s"
              .formatted(
                  rule,
                  told.localPref().isPresent() ? told.localPref().getAsLong() : "-",
                  told.communities(),
                  told.largeCommunities(),
                  elevated ? " elevated" : "");
    };
  }

  @ParameterizedTest(name = "{0}, ours {1}, LOCAL_PREF {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # prefix        | ours  | pref       | verdict
          10.1.0.0/26     | true  |            | block of this node: 2147482623 [64512:7] [64512:0:8]
          10.1.0.0/26     | true  | 200        | block of this node: 200 [64512:7] [64512:0:8]
          10.1.0.0/26     | false |            | block of this node: - [64512:7] [64512:0:8]
          fd00:1::/122    | true  |            | block of this node: 2147483135 [] []
          10.1.0.5/32     | true  |            | not told: inside a block of this node
          10.1.0.5/32     | false | 2147482623 | not told: inside a block of this node
          10.1.0.5/32     | false | 2147482624 | elevated priority: 2147482624 [64512:7] [64512:0:8]
          fd00:1::5/128   | false | 2147482624 | not told: inside a block of this node
          fd00:1::5/128   | false | 2147483136 | elevated priority: 2147483136 [] []
          10.1.1.9/32     | true  |            | in a pool: 2147482623 [64512:7] [64512:0:8]
          10.1.200.0/26   | false |            | in a pool: - [] [64512:0:8]
          10.1.0.0/16     | false |            | in a pool: - [] [64512:0:8]
          10.0.0.0/15     | false |            | not told: in no pool
          10.96.0.1/32    | false | 100        | service: 100 [] []
          10.96.0.0/12    | false | 100        | service: 100 [] []
          203.0.113.7/32  | true  |            | service: 2147482623 [] []
          203.0.113.8/32  | true  |            | not told: in no pool
          10.9.0.0/16     | false |            | not told: pool with disableBGPExport
          10.9.0.0/26     | true  |            | not told: pool with disableBGPExport
          10.9.0.7/32     | false | 2147483647 | not told: pool with disableBGPExport
          192.0.2.0/24    | false |            | not told: in no pool
          """)
  void tells(String prefix, boolean isOurs, @Nullable Long localPref, String verdict) {
    assertThat(
            text(EXPORT.judge(Cidr.parse(prefix), attributes(localPref), RouteContext.of(isOurs))))
        .isEqualTo(verdict);
  }

  /// A service's address that has no route in this node's kernel, in a pool besides.
  @ParameterizedTest
  @CsvSource({
    "10.1.200.7/32, LOCAL, in a pool",
    "10.1.200.7/32, EXTERNAL, in a pool",
    "10.1.200.7/32, INTERNAL, not told",
    "10.1.200.0/26, INTERNAL, not told",
    "10.1.201.0/26, INTERNAL, in a pool",
  })
  void doesNotCallForWhatItCannotLeadTo(String prefix, RouteSource from, String verdict) {
    var context = new RouteContext(from, Optional.empty(), RouteOrigins.NONE);
    CalicoExport outward = EXPORT.withUnreached(cidrs("10.1.200.0/24"));

    assertThat(text(outward.judge(Cidr.parse(prefix), attributes(null), context)))
        .startsWith(verdict + ": ");
    assertThat(text(EXPORT.judge(Cidr.parse(prefix), attributes(null), context)))
        .startsWith("in a pool: ");
  }

  @ParameterizedTest(name = "{0}, LOCAL_PREF {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          10.1.0.5/32   |            | accept all: - [] []
          10.1.0.5/32   | 2147482623 | accept all: 2147482623 [] []
          10.1.0.5/32   | 2147482624 | elevated priority: 2147482624 [] [] elevated
          fd00:1::5/128 | 2147482624 | accept all: 2147482624 [] []
          fd00:1::5/128 | 2147483136 | elevated priority: 2147483136 [] [] elevated
          """)
  void takes(String prefix, @Nullable Long localPref, String verdict) {
    assertThat(
            text(
                new CalicoImport(PRIORITIES)
                    .judge(Cidr.parse(prefix), attributes(localPref), RouteContext.of(false))))
        .isEqualTo(verdict);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 7999.
class HeededBlackholeTest {

  private static final Cidr HOST = Cidr.parse("192.0.2.7/32");

  private final RouteFilter filter = new HeededBlackhole(new AcceptAll());

  @ParameterizedTest(name = "{0} with {1}")
  @CsvSource(
      textBlock =
          """
          # prefix,         communities,             dropped, told outside
          192.0.2.7/32,     65535:666,               true,    false
          2001:db8::7/128,  65535:666,               true,    false
          2001:db8::7/127,  65535:666,               false,   true
          192.0.2.0/24,     65535:666,               false,   true
          192.0.2.6/31,     65535:666,               false,   true
          0.0.0.0/0,        65535:666,               false,   true
          192.0.2.7/32,     65535:665,               false,   true
          192.0.2.7/32,     65535:666 65535:65281,   true,    false
          192.0.2.7/32,     1:1 65535:666 1:2,       true,    false
          """)
  void onlyASingleAddressIsDropped(
      Cidr prefix, String communities, boolean isDropped, boolean isTold) {
    Verdict verdict = filter.judge(prefix, route(communities), RouteContext.of(false));

    PathAttributes kept = ((Verdict.Accept) verdict).attributes();
    assertThat(HeededBlackhole.isAsked(prefix, kept)).isEqualTo(isDropped);
    assertThat(kept.communities().contains(Community.NO_EXPORT)).isEqualTo(!isTold);
  }

  @Test
  void whatIsNotAcceptedIsNotDropped() {
    RouteFilter nothing = new HeededBlackhole(new RejectAll());

    assertThat(nothing.judge(HOST, route("65535:666"), RouteContext.of(false)))
        .isEqualTo(new RejectAll().judge(HOST, route("65535:666"), RouteContext.of(false)));
  }

  private static PathAttributes route(String communities) {
    List<Community> all =
        Arrays.stream(communities.split(" ", -1))
            .map(it -> it.split(":", -1))
            .map(it -> Community.of(Integer.parseInt(it[0]), Integer.parseInt(it[1])))
            .toList();
    PathAttributes route = PathAttributes.of(new Origin(Origin.Source.IGP));
    for (Community community : all) {
      route = route.withCommunity(community);
    }
    return route;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.speaker.RouteUpdate;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BirdRoutesTest {

  private static final List<Route> TABLE =
      List.of(
          Route.onDevice(Cidr.parse("192.0.2.0/24"), RouteOwner.KERNEL, "eth0"),
          Route.onDevice(Cidr.parse("203.0.113.0/24"), RouteOwner.KERNEL, "eth1"),
          Route.via(
              Cidr.parse("198.51.100.0/24"),
              RouteOwner.BOOT,
              IpAddress.parse("203.0.113.254"),
              "eth1",
              false),
          Route.via(
              Cidr.parse("198.18.0.0/15"),
              RouteOwner.BIRD,
              IpAddress.parse("192.0.2.9"),
              "eth0",
              false),
          Route.onDevice(Cidr.parse("2001:db8::/64"), RouteOwner.KERNEL, "eth0"),
          Route.blackhole(Cidr.parse("10.9.0.0/16"), RouteOwner.BOOT));

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                     | learned                               | home         | routes                                                    | no way to
          nothing                     |                                       |              |                                                           |
          a peer on the link          | 10.0.1.0/26>192.0.2.2                 |              | 10.0.1.0/26>192.0.2.2%eth0                                |
          a peer behind a router      | 10.0.1.0/26>198.51.100.7              |              | 10.0.1.0/26>203.0.113.254%eth1                            |
          two paths that tie          | 10.0.1.0/26>192.0.2.2+203.0.113.3     |              | 10.0.1.0/26>192.0.2.2%eth0+203.0.113.3%eth1               |
          one of two has no way       | 10.0.1.0/26>192.0.2.2+100.64.0.1      |              | 10.0.1.0/26>192.0.2.2%eth0                                |
          no way at all               | 10.0.1.0/26>100.64.0.1                |              |                                                           | 10.0.1.0/26
          not by way of bird's own    | 10.0.1.0/26>198.18.0.1                |              |                                                           | 10.0.1.0/26
          not by way of a blackhole   | 10.0.1.0/26>10.9.0.1                  |              |                                                           | 10.0.1.0/26
          both behind one router      | 10.0.1.0/26>198.51.100.7+198.51.100.8 |              | 10.0.1.0/26>203.0.113.254%eth1                            |
          IPv6                        | fd00:1::/122>2001:db8::2              |              | fd00:1::/122>2001:db8::2%eth0                             |
          own block                   |                                       | 10.0.0.0/26  | 10.0.0.0/26>blackhole                                     |
          a peer claims our block     | 10.0.0.0/26>192.0.2.2                 | 10.0.0.0/26  | 10.0.0.0/26>blackhole                                     |
          a lone address of our block | 10.0.0.5/32>192.0.2.2                 | 10.0.0.0/26  | 10.0.0.0/26>blackhole 10.0.0.5/32>192.0.2.2%eth0          |
          felix's business            | 172.16.1.0/26>192.0.2.2               | 172.16.0.0/26 |                                                          |
          """)
  void follow(
      String story,
      @Nullable String learned,
      @Nullable String home,
      @Nullable String routes,
      @Nullable String unreachable) {
    BirdRoutes result =
        BirdRoutes.of(
            words(learned).map(BirdRoutesTest::reachable).toList(),
            words(home).map(Cidr::parse).toList(),
            prefix -> !Cidr.parse("172.16.0.0/12").contains(prefix),
            new NextHops(TABLE));

    assertThat(result.routes().stream().map(BirdRoutesTest::text).toList())
        .as(story)
        .containsExactlyElementsOf(words(routes).toList());
    assertThat(result.unreachable())
        .containsExactlyInAnyOrderElementsOf(words(unreachable).map(Cidr::parse).toList());
    assertThat(result.routes()).allSatisfy(r -> assertThat(r.owner()).isEqualTo(RouteOwner.BIRD));
  }

  private static Stream<String> words(@Nullable String text) {
    return text == null ? Stream.of() : Arrays.stream(text.split(" ", -1));
  }

  private static RouteUpdate.Reachable reachable(String text) {
    String[] parts = text.split(">", -1);
    List<IpAddress> gateways =
        Arrays.stream(parts[1].split("\\+", -1)).map(IpAddress::parse).toList();
    return new RouteUpdate.Reachable(Cidr.parse(parts[0]), gateways, true, 100);
  }

  private static String text(Route route) {
    String hops =
        route.hops().stream()
            .map(hop -> hop.gateway().orElseThrow() + "%" + hop.device())
            .collect(Collectors.joining("+"));
    return route.destination() + ">" + (route.type() == Route.Type.BLACKHOLE ? "blackhole" : hops);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.reconcile;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutePlanTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                  | desired         | actual                     | plan
          nothing to do            | 10.0.1.0/26>2   | 10.0.1.0/26>2              |
          first route              | 10.0.1.0/26>2   |                            | put 10.0.1.0/26
          block moved              | 10.0.1.0/26>3   | 10.0.1.0/26>2              | put 10.0.1.0/26
          node went away           |                 | 10.0.1.0/26>2              | remove 10.0.1.0/26
          put before remove        | 10.0.2.0/26>3   | 10.0.1.0/26>2              | put 10.0.2.0/26, remove 10.0.1.0/26
          the host's own route     |                 | kernel 10.9.0.0/24>1       |
          a place that is taken    | 10.9.0.0/24>3   | kernel 10.9.0.0/24>1       |
          the kernel's IPv6 metric | fd00::/122>2    | fd00::/122>2@1024          |
          another metric           | fd00::/122>2    | fd00::/122>2@512           | put fd00::/122, remove fd00::/122
          """)
  void plans(
      String story, @Nullable String desired, @Nullable String actual, @Nullable String plan) {
    List<RouteChange> changes = RoutePlan.between(routes(desired), routes(actual), RouteOwner.BIRD);
    assertThat(changes.stream().map(RoutePlanTest::text).collect(joining(", ")))
        .as(story)
        .isEqualTo(plan == null ? "" : plan);
  }

  private static List<Route> routes(@Nullable String text) {
    return text == null
        ? List.of()
        : Arrays.stream(text.split(", ")).map(RoutePlanTest::route).toList();
  }

  private static Route route(String text) {
    RouteOwner owner = text.startsWith("kernel ") ? RouteOwner.KERNEL : RouteOwner.BIRD;
    String[] parts = text.replace("kernel ", "").split("[>@]", -1);
    Cidr destination = Cidr.parse(parts[0]);
    String network = destination.address().isIpv4() ? "192.0.2." : "2001:db8::";
    Route route = Route.via(destination, owner, IpAddress.parse(network + parts[1]), "eth0", false);
    return parts.length > 2 ? route.withMetric(Integer.parseInt(parts[2])) : route;
  }

  private static String text(RouteChange change) {
    return switch (change) {
      case RouteChange.Add(Route route) -> "add " + route.destination();
      case RouteChange.Put(Route route) -> "put " + route.destination();
      case RouteChange.Remove(Route route) -> "remove " + route.destination();
    };
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.linux.model.LinkSetup;
import dev.brindle.linux.model.Route;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodPlanTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # addresses             | in the pod                                                             | on the host
          10.0.0.5/32             | 169.254.1.1/32, 0.0.0.0/0>169.254.1.1                                  | 10.0.0.5/32
          fd00::5/128             | ::/0>fe80::ecee:eeff:feee:eeee                                         | fd00::5/128
          10.0.0.5/32 fd00::5/128 | 169.254.1.1/32, 0.0.0.0/0>169.254.1.1, ::/0>fe80::ecee:eeff:feee:eeee | 10.0.0.5/32, fd00::5/128
          """)
  void routes(String addresses, String inPod, String onHost) {
    PodPlan plan = plan(addresses, false);

    assertThat(text(plan.podRoutes(), "eth0")).isEqualTo(inPod);
    assertThat(text(plan.hostRoutes(), "cali1")).isEqualTo(onHost);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # addresses             | in the pod                             | on the host
          10.0.0.5/32             | [10.0.0.5/32] with 169.254.1.1         | []
          fd00::5/128             | [fd00::5/128]                          | [fe80::ecee:eeff:feee:eeee/64]
          10.0.0.5/32 fd00::5/128 | [10.0.0.5/32, fd00::5/128] with 169.254.1.1 | [fe80::ecee:eeff:feee:eeee/64]
          """)
  void setups(String addresses, String inPod, String onHost) {
    PodPlan plan = plan(addresses, false);

    assertThat(text(plan.podSetup())).isEqualTo(inPod);
    assertThat(text(plan.hostSetup())).isEqualTo(onHost);
    assertThat(plan.podSetup().routes()).isEqualTo(plan.podRoutes());
    assertThat(plan.hostSetup().routes()).isEqualTo(plan.hostRoutes());
  }

  private static String text(LinkSetup setup) {
    String neighbours =
        setup.neighbours().stream()
            .map(neighbour -> " with " + neighbour.address())
            .collect(Collectors.joining());
    return setup.addresses() + neighbours;
  }

  @ParameterizedTest(name = "{0}, forwarding {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          10.0.0.5/32 | false | net/ipv4/conf/cali1/route_localnet=1 net/ipv4/neigh/cali1/proxy_delay=0? net/ipv4/conf/cali1/proxy_arp=1 net/ipv4/conf/cali1/forwarding=1 net/ipv6/conf/cali1/accept_ra=0? | net/ipv4/ip_forward=0
          fd00::5/128 | true  | net/ipv6/conf/cali1/disable_ipv6=0 net/ipv6/conf/cali1/accept_dad=0 net/ipv6/conf/cali1/proxy_ndp=1 net/ipv6/conf/cali1/forwarding=1 net/ipv6/conf/cali1/accept_ra=0?           | net/ipv6/conf/all/disable_ipv6=0 net/ipv6/conf/default/disable_ipv6=0 net/ipv6/conf/lo/disable_ipv6=0 net/ipv6/conf/eth0/accept_dad=0 net/ipv6/conf/all/forwarding=1
          """)
  void settings(String addresses, boolean forwarding, String onHost, String inPod) {
    PodPlan plan = plan(addresses, forwarding);

    assertThat(text(plan.pair().hostSettings())).isEqualTo(onHost);
    assertThat(text(plan.pair().podSettings())).isEqualTo(inPod);
  }

  private static PodPlan plan(String addresses, boolean forwarding) {
    List<Cidr> cidrs = Arrays.stream(addresses.split(" ")).map(Cidr::parse).toList();
    return new PodPlan("cali1", "eth0", 1500, cidrs, forwarding, PodPlan.DEFAULT_ROUTES);
  }

  private static String text(List<Route> routes, String device) {
    assertThat(routes).allSatisfy(r -> assertThat(r.hops().getFirst().device()).isEqualTo(device));
    return routes.stream().map(PodPlanTest::text).collect(Collectors.joining(", "));
  }

  private static String text(Route route) {
    return Stream.concat(
            Stream.of(route.destination().toString()),
            route.hops().getFirst().gateway().map(Object::toString).stream())
        .collect(Collectors.joining(">"));
  }

  private static String text(List<PairPlan.Setting> settings) {
    return settings.stream()
        .map(s -> s.path() + "=" + s.value() + (s.isNeeded() ? "" : "?"))
        .collect(Collectors.joining(" "));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.KubernetesService;
import dev.brindle.controllers.balancer.ServicePlan.Place;
import dev.brindle.datastore.KubernetesServices.Remark;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServicePlanTest {

  /// `+` stays, `?` is taken, `-` is given back, `says` what the status of one that is not ours is
  /// to hold.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # story                              | service                                   | held                    | plan
          a new one                            |                                           |                         | OURS ?IPv4
          it has what it needs                 | shows:192.0.2.1                           | 192.0.2.1               | OURS +192.0.2.1
          its status says nothing yet          |                                           | 192.0.2.1               | OURS +192.0.2.1
          two of a family, one is shown        | shows:192.0.2.2                           | 192.0.2.1 192.0.2.2     | OURS +192.0.2.2 -192.0.2.1
          IPAM has lost its address            | shows:192.0.2.5                           |                         | OURS ?IPv4 first 192.0.2.5
          of a manual pool, unasked            | shows:198.51.100.1                        | 198.51.100.1            | OURS ?IPv4 -198.51.100.1
          of a pool that is gone               | shows:203.0.113.1                         | 203.0.113.1             | OURS +203.0.113.1 !AddressWithoutPool
          both families                        | 46 require                                |                         | OURS ?IPv4 ?IPv6
          one of the two is there              | 64 prefer shows:2001:db8::1               | 2001:db8::1             | OURS +2001:db8::1 ?IPv4
          the first of two                     | 64 single                                 |                         | OURS ?IPv6
          it has one family less now           | 4 shows:192.0.2.1 shows:2001:db8::1       | 192.0.2.1 2001:db8::1   | OURS +192.0.2.1 -2001:db8::1
          this one                             | ips=["192.0.2.9"]                         |                         | OURS ?IPv4 exactly 192.0.2.9
          this one, and it has another         | ips=["192.0.2.9"] shows:192.0.2.1         | 192.0.2.1               | OURS ?IPv4 exactly 192.0.2.9 -192.0.2.1
          this one, and nothing of IPv6        | 46 require ips=["192.0.2.9"]              |                         | OURS ?IPv4 exactly 192.0.2.9
          this one of a manual pool            | ips=["198.51.100.1"]                      | 198.51.100.1            | OURS +198.51.100.1
          addresses count more than pools      | ips=["192.0.2.9"] v4pools=["m"]           |                         | OURS ?IPv4 exactly 192.0.2.9
          and more than loadBalancerIP         | ips=["192.0.2.9"] lbip=192.0.2.8          |                         | OURS ?IPv4 exactly 192.0.2.9
          loadBalancerIP                       | lbip=192.0.2.8 v4pools=["m"]              |                         | OURS ?IPv4 exactly 192.0.2.8
          of a pool by its name                | v4pools=["m"]                             |                         | OURS ?IPv4 of [198.51.100.0/28]
          of a pool by its network             | v4pools=["198.51.100.0/28","a"]           | 192.0.2.1               | OURS +192.0.2.1
          of another pool than it has          | v4pools=["m"] shows:192.0.2.1             | 192.0.2.1               | OURS ?IPv4 of [198.51.100.0/28] -192.0.2.1
          pools of one family                  | 46 require v4pools=["m"]                  | 2001:db8::1             | OURS ?IPv4 of [198.51.100.0/28] +2001:db8::1
          no list                              | v4pools=a                                 | 192.0.2.1               | OURS +192.0.2.1 !BadAddressRequest
          a list of nothing                    | v4pools=[]                                |                         | OURS !BadAddressRequest
          a list of numbers                    | ips=[1]                                   |                         | OURS !BadAddressRequest
          no address                           | ips=["x"]                                 | 192.0.2.1               | OURS +192.0.2.1 !BadAddressRequest
          loadBalancerIP is none               | lbip=x                                    |                         | OURS !BadAddressRequest
          two of a family                      | ips=["192.0.2.1","192.0.2.2"]             |                         | OURS !BadAddressRequest
          of a family it has not               | ips=["2001:db8::1"]                       |                         | OURS !BadAddressRequest
          no such pool                         | v4pools=["x"]                             |                         | OURS !BadAddressRequest
          a pool for pods                      | v4pools=["w"]                             |                         | OURS !BadAddressRequest
          a pool of the other family           | v4pools=["six"]                           |                         | OURS !BadAddressRequest
          our class                            | class=calico                              |                         | OURS ?IPv4
          our class, whatever the status says  | class=calico shows:203.0.113.9            |                         | OURS ?IPv4
          another class                        | class=metallb                             |                         | NOT_OURS says []
          another class, was ours              | class=metallb shows:192.0.2.1             | 192.0.2.1               | NOT_OURS -192.0.2.1 says []
          and has what another gave            | class=x shows:192.0.2.1 shows:203.0.113.9 | 192.0.2.1               | NOT_OURS -192.0.2.1 says [203.0.113.9]
          no load balancer any more            | type=ClusterIP                            | 192.0.2.1               | NOT_OURS -192.0.2.1 says []
          never one                            | type=NodePort                             |                         | NOT_OURS says []
          another serves it                    | shows:203.0.113.9                         |                         | ANOTHERS
          a cloud serves it                    | host:lb.example                           |                         | ANOTHERS
          another serves it, whatever it asks  | shows:203.0.113.9 ips=["192.0.2.1"]       |                         | ANOTHERS
          another took it over                 | shows:203.0.113.9                         | 192.0.2.1               | ANOTHERS -192.0.2.1
          both of us                           | shows:192.0.2.1 host:lb.example           | 192.0.2.1               | ANOTHERS
          """)
  void whatBecomesOfAService(
      String story, @Nullable String service, @Nullable String held, String plan) {
    assertThat(text(plan(service, held, false))).isEqualTo(plan);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # story                  | service                 | held      | plan
          it does not ask          |                         |           | NOT_OURS says []
          it did ask               | shows:192.0.2.1         | 192.0.2.1 | NOT_OURS -192.0.2.1 says []
          it is of our class       | class=calico            |           | OURS ?IPv4
          it asks for an address   | ips=["192.0.2.1"]       |           | OURS ?IPv4 exactly 192.0.2.1
          it asks for a pool       | v4pools=["a"]           |           | OURS ?IPv4 of [192.0.2.0/28]
          by loadBalancerIP        | lbip=192.0.2.1          |           | OURS ?IPv4 exactly 192.0.2.1
          it asks in vain          | lbip=192.0.2.1 class=x  |           | NOT_OURS says []
          """)
  void whereServicesHaveToAsk(
      String story, @Nullable String service, @Nullable String held, String plan) {
    assertThat(text(plan(service, held, true))).isEqualTo(plan);
  }

  private static ServicePlan plan(
      @Nullable String service, @Nullable String held, boolean isOnlyRequested) {
    return ServicePlan.of(
        Services.service(service == null ? "" : service),
        isOnlyRequested,
        Services.held(held == null ? "" : held),
        Services.POOLS);
  }

  private static String text(ServicePlan plan) {
    List<String> words = new ArrayList<>(List.of(plan.standing().toString()));
    plan.places().forEach(place -> words.add(text(place)));
    plan.spare().forEach(each -> words.add("-" + each.address()));
    if (plan.standing() == Standing.NOT_OURS) {
      words.add(
          "says " + plan.ways().orElseThrow().stream().map(KubernetesService.Ingress::ip).toList());
    }
    plan.remark().map(Remark::reason).ifPresent(reason -> words.add("!" + reason));
    return String.join(" ", words);
  }

  private static String text(Place place) {
    if (place.kept().isPresent()) {
      return "+" + place.kept().get().address();
    }
    String how = place.isExact() ? " exactly " : " first ";
    return "?"
        + place.family()
        + place.first().map(address -> how + address).orElse("")
        + (place.pools().isEmpty() ? "" : " of " + place.pools());
  }

  /// Where nobody has made pools for services they are no concern of ours, until one asks.
  @Test
  void withoutPoolsNobodyCountsOnUs() {
    KubernetesService any = Services.service("");
    KubernetesService asking = Services.service("class=calico");

    ServicePlan plan = ServicePlan.of(any, false, List.of(), List.of());
    assertThat(plan.standing()).isEqualTo(Standing.NOT_OURS);
    assertThat(plan.isDone(any)).isTrue();
    assertThat(ServicePlan.of(asking, false, List.of(), List.of()).standing())
        .isEqualTo(Standing.OURS);
  }

  /// A family of which the cluster has no addresses is waited for only by who requires it.
  @Test
  void whoPrefersTwoFamiliesDoesWithOne() {
    var pools = Services.POOLS.subList(0, 1);
    assertThat(text(ServicePlan.of(Services.service("46 prefer"), false, List.of(), pools)))
        .isEqualTo("OURS ?IPv4");
    assertThat(text(ServicePlan.of(Services.service("46 require"), false, List.of(), pools)))
        .isEqualTo("OURS ?IPv4 ?IPv6");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          v4pools=a                     | projectcalico.org/ipv4pools is 'a': expected a JSON list of names or CIDRs of pools such as ["public"]
          v4pools=["x"]                 | projectcalico.org/ipv4pools: 'x' is no IPPool whose allowedUses has LoadBalancer; there are [a (192.0.2.0/28), m (198.51.100.0/28), six (2001:db8::/120)]
          v6pools=["a"]                 | projectcalico.org/ipv6pools: pool 'a' is IPv4: expected IPv6
          ips=["x"]                     | projectcalico.org/loadBalancerIPs: 'x' is no address
          lbip=y                        | spec.loadBalancerIP: 'y' is no address
          ips=["2001:db8::1"]           | projectcalico.org/loadBalancerIPs: 2001:db8::1 is IPv6, and the service has [IPv4] (spec.ipFamilies)
          ips=["192.0.2.1","192.0.2.2"] | projectcalico.org/loadBalancerIPs: 192.0.2.1 and 192.0.2.2 are both IPv4: expected at most one of each family
          """)
  void whatCannotBeReadIsSaid(String service, String message) {
    Optional<Remark> remark = plan(service, null, false).remark();
    assertThat(remark.orElseThrow().message()).isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          shows:192.0.2.1                   | 192.0.2.1           | true
                                            | 192.0.2.1           | false
          shows:192.0.2.2                   | 192.0.2.1           | false
          shows:192.0.2.1                   | 192.0.2.1 192.0.2.2 | false
          shows:192.0.2.1 shows:2001:db8::1 | 192.0.2.1           | false
          46 shows:2001:db8::1 shows:192.0.2.1 require | 192.0.2.1 2001:db8::1 | true
          shows:203.0.113.9                 |                     | true
          """)
  void whetherThereIsAnythingToDo(@Nullable String service, @Nullable String held, boolean isDone) {
    KubernetesService read = Services.service(service == null ? "" : service);
    assertThat(plan(service, held, false).isDone(read)).isEqualTo(isDone);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.controllers.kubernetes.EndpointPlan.Stale;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointPlanTest {

  /// @param text `NAME NODE CONTAINER ADDRESS LABEL`, `-` for none
  private static PodFacts facts(String text) {
    String[] parts = text.strip().split(" +", -1);
    return new PodFacts(
        "shop",
        parts[0],
        parts[1],
        parts[2].replace("-", ""),
        parts[3].equals("-") ? List.of() : List.of(Cidr.parse(parts[3] + "/32")),
        Map.of("app", parts[4]),
        "",
        List.of(),
        List.of());
  }

  private static Map<ResourceKey, PodFacts> all(@Nullable String texts) {
    Map<ResourceKey, PodFacts> all = new HashMap<>();
    if (texts != null) {
      int number = 0;
      for (String text : texts.split(",", -1)) {
        number++;
        all.put(new ResourceKey(ResourceKind.WORKLOAD_ENDPOINT, "shop", "e" + number), facts(text));
      }
    }
    return all;
  }

  private static String text(List<Stale> stale) {
    return stale.stream()
        .map(each -> each.endpoint().name() + "=" + each.pod().labels().get("app"))
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                               | pods                  | endpoints                                    | stale
          nothing                               |                       |                                              |
          as its pod                            | web n1 - 10.0.0.1 a   | web n1 c 10.0.0.1 a                          |
          another label                         | web n1 - 10.0.0.1 b   | web n1 c 10.0.0.1 a                          | e1=b
          Calico calls the node otherwise       | web n3 - 10.0.0.1 b   | web other 3 10.0.0.1 a                       | e1=b
          on another node                       | web n2 - 10.0.0.1 b   | web n1 c 10.0.0.1 a                          |
          the pod has no address yet            | web n1 - - b          | web n1 c 10.0.0.1 a                          |
          an earlier pod's, by its address      | web n1 - 10.0.0.2 b   | web n1 c 10.0.0.1 a                          |
          an earlier pod's, by its container    | web n1 d 10.0.0.1 b   | web n1 c 10.0.0.1 a                          |
          by its container                      | web n1 c - b          | web n1 c 10.0.0.1 a                          | e1=b
          no endpoint yet                       | web n1 - 10.0.0.1 b   |                                              |
          its pod is gone: not ours             |                       | web n1 c 10.0.0.1 a                          |
          a further interface of the pod        | web n1 - 10.0.0.1 b   | web n1 c 10.0.0.1 b, web n1 c 10.9.0.1 a     | e2=b
          a further interface of another pod    | web n1 - 10.0.0.1 b   | web n1 c 10.0.0.1 b, web n1 x 10.9.0.1 a     |
          """)
  void plans(
      String story, @Nullable String pods, @Nullable String endpoints, @Nullable String stale) {
    List<Stale> plan = EndpointPlan.stale(all(pods), all(endpoints), Map.of("other", "n3"));

    assertThat(text(plan)).isEqualTo(stale == null ? "" : stale);
  }

  private static WorkloadEndpoint endpoint(String labels, String rest) {
    return (WorkloadEndpoint)
        ResourceCodec.readStored(
            ResourceKind.WORKLOAD_ENDPOINT,
            """
            {"metadata":{"namespace":"shop","name":"n1-k8s-web-eth0","resourceVersion":"5","labels":%s},
             "spec":{"orchestrator":"k8s","node":"n1","pod":"web","endpoint":"eth0",
               "interfaceName":"cali1","mac":"ee:ee:ee:ee:ee:01","containerID":"c",
               "ipNetworks":["10.0.0.1/32"],%s}}"""
                .formatted(labels, rest));
  }

  /// Labels, the account and its profile, ports; and nothing else.
  @Test
  void whatFollowsThePod() {
    WorkloadEndpoint pod =
        endpoint(
            "{\"app\":\"b\"}",
            """
            "serviceAccountName":"robot","profiles":["kns.shop","ksa.shop.robot"],
            "ports":[{"name":"http","protocol":"TCP","port":80}]""");
    WorkloadEndpoint stored =
        endpoint("{\"app\":\"a\",\"old\":\"x\"}", "\"profiles\":[\"kns.shop\",\"more\"]");
    PodFacts facts = PodFacts.of(pod);

    WorkloadEndpoint followed = facts.on(stored);

    assertThat(followed)
        .isEqualTo(
            endpoint(
                "{\"app\":\"b\"}",
                """
                "serviceAccountName":"robot","profiles":["kns.shop","ksa.shop.robot","more"],
                "ports":[{"name":"http","protocol":"TCP","port":80}]"""));
    assertThat(facts.isSaidBy(PodFacts.of(stored))).isFalse();
    assertThat(facts.isSaidBy(PodFacts.of(followed))).isTrue();
    assertThat(facts.on(followed)).isEqualTo(followed);
  }

  /// Without Kubernetes' policy an endpoint has the profile of its network.
  @Test
  void anEndpointOfANetworkKeepsItsProfile() {
    PodFacts pod = PodFacts.of(endpoint("{}", "\"serviceAccountName\":\"robot\""));
    WorkloadEndpoint stored = endpoint("{}", "\"profiles\":[\"net1\"]");

    assertThat(pod.on(stored).spec().profiles()).containsExactly("net1");
  }
}

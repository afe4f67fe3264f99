// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EtcdKeysTest {

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          IP_POOL,           '',  a,                  resources/v3/projectcalico.org/ippools/a
          BGP_CONFIGURATION, '',  default,            resources/v3/projectcalico.org/bgpconfigurations/default
          NODE,              '',  n.1,                resources/v3/projectcalico.org/nodes/n.1
          WORKLOAD_ENDPOINT, ns,  n-k8s-p-eth0,       resources/v3/projectcalico.org/workloadendpoints/ns/n-k8s-p-eth0
          NETWORK_POLICY,    ns,  default.p,          resources/v3/projectcalico.org/networkpolicies/ns/default.p
          HOST_ENDPOINT,     '',  h,                  resources/v3/projectcalico.org/hostendpoints/h
          CALICO_NODE_STATUS, '', s,                  resources/v3/projectcalico.org/caliconodestatuses/s
          KUBE_CONTROLLERS_CONFIGURATION, '', default, resources/v3/projectcalico.org/kubecontrollersconfigurations/default
          STAGED_NETWORK_POLICY, ns, default.p,       resources/v3/projectcalico.org/stagednetworkpolicies/ns/default.p
          STAGED_GLOBAL_NETWORK_POLICY, '', default.p, resources/v3/projectcalico.org/stagedglobalnetworkpolicies/default.p
          STAGED_KUBERNETES_NETWORK_POLICY, ns, p,    resources/v3/projectcalico.org/stagedkubernetesnetworkpolicies/ns/p
          LIVE_MIGRATION,    ns,  m,                  resources/v3/projectcalico.org/livemigrations/ns/m
          IP_RESERVATION,    '',  r,                  resources/v3/projectcalico.org/ipreservations/r
          NETWORK_SET,       ns,  s,                  resources/v3/projectcalico.org/networksets/ns/s
          GLOBAL_NETWORK_SET, '', s,                  resources/v3/projectcalico.org/globalnetworksets/s
          PROFILE,           '',  kns.default,        resources/v3/projectcalico.org/profiles/kns.default
          IPAM_BLOCK,        '',  10-0-0-64-26,       ipam/v2/assignment/ipv4/block/10.0.0.64-26
          IPAM_BLOCK,        '',  fd00-1---122,       ipam/v2/assignment/ipv6/block/fd00:1::-122
          IPAM_BLOCK,        '',  ---122,             ipam/v2/assignment/ipv6/block/::-122
          IPAM_HANDLE,       '',  net.Ab,             ipam/v2/handle/net.Ab
          IPAM_CONFIG,       '',  default,            ipam/v2/config
          """)
  void thereAndBack(ResourceKind kind, String namespace, String name, String path) {
    var key = new ResourceKey(kind, namespace, name);

    assertThat(EtcdKeys.of(key)).containsExactly("/calico/" + path);
    assertThat(EtcdKeys.key("/calico/" + path)).contains(key);
    assertThat(EtcdKeys.prefixes(kind)).anyMatch(("/calico/" + path)::startsWith);
    assertThat(EtcdKeys.watched(Set.of(kind, ResourceKind.TIER)))
        .anyMatch(("/calico/" + path)::startsWith);
  }

  @Test
  void aPolicyMayBeUnderItsTier() {
    assertThat(EtcdKeys.of(new ResourceKey(ResourceKind.NETWORK_POLICY, "ns", "p")))
        .containsExactly(
            "/calico/resources/v3/projectcalico.org/networkpolicies/ns/p",
            "/calico/resources/v3/projectcalico.org/networkpolicies/ns/default.p");
  }

  @Test
  void anAffinityMayBeOfSeveralOwners() {
    var key = ResourceKey.of(ResourceKind.BLOCK_AFFINITY, "a-fd00-1---122");

    assertThat(EtcdKeys.of(key))
        .contains(
            "/calico/ipam/v2/host/a/ipv6/block/fd00:1::-122",
            "/calico/ipam/v2/virtual/a/ipv6/block/fd00:1::-122",
            "/calico/ipam/v2/host/a-fd00/ipv6/block/1::-122")
        .allSatisfy(path -> assertThat(EtcdKeys.key(path)).contains(key));
  }

  @Test
  void longNamesOfNodesToo() {
    String node = "n".repeat(250);
    var path = "/calico/ipam/v2/host/%s/ipv4/block/10.0.0.0-26".formatted(node);
    assertThat(EtcdKeys.key(path).orElseThrow().name()).hasSize(252).startsWith("n".repeat(240));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/calico",
        "/calico/resources/v3/projectcalico.org/",
        "/calico/resources/v3/projectcalico.org/ippools",
        "/calico/resources/v3/projectcalico.org/ippools/",
        "/calico/resources/v3/projectcalico.org/ippools/ns/a",
        "/calico/resources/v3/projectcalico.org/networkpolicies/a",
        "/calico/resources/v3/projectcalico.org/networkpolicies//a",
        "/calico/resources/v3/projectcalico.org/ipamblocks/a",
        "/calico/resources/v3/projectcalico.org/unheardof/a",
        "/calico/ipam/v2/assignment/ipv4/block/10.0.0.0",
        "/calico/ipam/v2/assignment/ipv6/block/10.0.0.0-26",
        "/calico/ipam/v2/assignment/ipv4/block/10.0.0.1-26",
        "/calico/ipam/v2/assignment/ipv4/block/10.0.0.0-33",
        "/calico/ipam/v2/host/n1",
        "/calico/ipam/v2/host/n1/",
        "/calico/ipam/v2/host//ipv4/block/10.0.0.0-26",
        "/calico/ipam/v2/handle/",
        "/calico/ipam/v2/handle/a/b",
        "/calico/ipam/v2/configuration",
        "/calico/felix/v2/no-region/host/n1/status",
        "/registry/pods/a"
      })
  void whatIsNoResource(String path) {
    assertThat(EtcdKeys.key(path)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a", "10-0-0-0", "10-0-0-0-33", "10-0-0-1-26", "fd00--", "256-0-0-0-8"})
  void aBlockThatIsNoneIsNowhere(String name) {
    assertThat(EtcdKeys.of(ResourceKey.of(ResourceKind.IPAM_BLOCK, name))).isEmpty();
  }

  @Test
  void everyKindHasAPlace() {
    for (ResourceKind kind : Arrays.asList(ResourceKind.values())) {
      assertThat(EtcdKeys.prefixes(kind)).isNotEmpty();
      assertThat(EtcdKeys.watched(Set.of(kind))).isEqualTo(EtcdKeys.prefixes(kind));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesOfPodsTest {

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          node1,    web,     node1-k8s-web-eth0
          node-1,   web,     node--1-k8s-web-eth0
          a--b,     web-0-x, a----b-k8s-web--0--x-eth0
          node.one, k8s,     node.one-k8s-k8s-eth0
          """)
  void anEndpointIsNamedAfterNodeAndPodAndThePodIsFoundAgain(String node, String pod, String name) {
    assertThat(WorkloadEndpointName.ofPod(node, pod, "eth0")).isEqualTo(name);
    assertThat(WorkloadEndpointName.pod(name, "eth0")).contains(pod);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "node1",
        "node1-cni-abc-eth0",
        "node1-k8s-web-eth1",
        "node1-k8s--eth0",
        "node1-k8s-web-eth0-",
        "-k8s-web-eth0",
        "node1-k8s-web-eth0-more"
      })
  void othersNamesAreOfNoPod(String name) {
    assertThat(WorkloadEndpointName.pod(name, "eth0")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-web", "web-"})
  void aPartThatCouldNotBeFoundAgainIsRefused(String pod) {
    assertThatThrownBy(() -> WorkloadEndpointName.ofPod("node1", pod, "eth0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + pod + "'");
  }

  /// `printf default.web | sha1sum`
  @Test
  void theInterfaceOnTheHostIsCalicos() {
    assertThat(HostInterfaceName.ofPod("default", "web")).isEqualTo("cali68caf03a5f4");
    assertThat(HostInterfaceName.ofContainer("0123456789abcdef")).isEqualTo("cali0123456789a");
    assertThat(HostInterfaceName.ofContainer("c1")).isEqualTo("calic1");
  }
}

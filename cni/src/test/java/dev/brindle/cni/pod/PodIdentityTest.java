// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.pod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.cni.protocol.CniCommand;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniRequest;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodIdentityTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story        | args                                        | key                                          | host side
          a pod          | K8S_POD_NAME=web;K8S_POD_NAMESPACE=shop     | WorkloadEndpoint(shop/node--1-k8s-web-eth0)  | cali551b05c3e54
          dashes doubled | K8S_POD_NAME=web-1;K8S_POD_NAMESPACE=my-ns  | WorkloadEndpoint(my-ns/node--1-k8s-web--1-eth0) | cali8e1a31be1d0
          no namespace   | K8S_POD_NAME=web                            | WorkloadEndpoint(default/node--1-cni-3f2a9b8c7d6e5f-eth0) | cali3f2a9b8c7d6
          bare container | ''                                          | WorkloadEndpoint(default/node--1-cni-3f2a9b8c7d6e5f-eth0) | cali3f2a9b8c7d6
          """)
  void namesThePod(String story, String args, String key, String hostSide) {
    PodIdentity pod = PodIdentity.of(request("3f2a9b8c7d6e5f", args), "node-1");

    assertThat(pod.endpointKey()).as(story).hasToString(key);
    assertThat(pod.hostInterface()).hasSize(15).isEqualTo(hostSide);
  }

  @Test
  void refusesWhatCannotBeAName() {
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(
            () ->
                PodIdentity.of(
                    request("3f2a", "K8S_POD_NAME=web-;K8S_POD_NAMESPACE=shop"), "node-1"))
        .withMessage("no endpoint name can be made: 'web-': field must not end with a '-'");
  }

  @Test
  void notesWhoOwnsTheAddress() {
    PodIdentity pod =
        PodIdentity.of(request("3f2a", "K8S_POD_NAME=web;K8S_POD_NAMESPACE=shop"), "node-1");

    assertThat(pod.handle("net")).isEqualTo("net.3f2a");
    assertThat(pod.ownerNotes(Instant.parse("2026-11-21T05:04:03.120Z")))
        .isEqualTo(
            Map.of(
                "node", "node-1",
                "pod", "web",
                "namespace", "shop",
                "timestamp", "2026-11-21 05:04:03.12 +0000 UTC"));
  }

  private static CniRequest request(String container, String args) {
    CniRequest request =
        CniRequest.of(
            Map.of(
                "CNI_COMMAND", "ADD",
                "CNI_CONTAINERID", container,
                "CNI_NETNS", "/run/netns/p",
                "CNI_IFNAME", "eth0",
                "CNI_ARGS", args));
    assertThat(request.command()).isEqualTo(CniCommand.ADD);
    return request;
  }

  @Test
  void itsMacAddressIsLocalAndItsOwn() {
    PodIdentity pod = new PodIdentity("node1", "k8s", "default", "web-1", "3f2a", "eth0");
    PodIdentity otherContainer =
        new PodIdentity("node1", "k8s", "default", "web-1", "3f2b", "eth0");
    PodIdentity otherInterface =
        new PodIdentity("node1", "k8s", "default", "web-1", "3f2a", "eth1");

    assertThat(pod.mac().bytes()[0] & 3).as("local, not for many").isEqualTo(2);
    assertThat(pod.mac())
        .isEqualTo(new PodIdentity("node2", "k8s", "default", "web-1", "3f2a", "eth0").mac())
        .isNotIn(otherContainer.mac(), otherInterface.mac());
  }
}

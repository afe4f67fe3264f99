// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniResult;
import dev.brindle.datastore.PodNotes;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Pods that ask for something by annotations.
class PodAsksStoryTest {

  private static final String PREFIX = "cni.projectcalico.org/";
  private static final String FEATURES =
      "\"feature_control\": {\"ip_addrs_no_ipam\": true, \"floating_ips\": true}";

  private final PodWorld world = new PodWorld();

  private void asked(String key, String value) {
    world.store.notes = Optional.of(new PodNotes(Map.of(PREFIX + key, value), Map.of(), Map.of()));
  }

  @Test
  void theVeryAddressesAreGiven() throws InterruptedException {
    asked("ipAddrs", "[\"10.0.0.2\", \"fd00::3\"]");

    CniResult result = world.add("web", "c1");

    assertThat(result.addresses())
        .containsExactly(Cidr.parse("10.0.0.2/32"), Cidr.parse("fd00::3/128"));
    world.mustHave(1);
    world.check("web", "c1");
    world.delete("web", "c1");
    world.mustHave(0);
  }

  @Test
  void anAddressThatAnotherHasIsRefusedAndNothingIsLeft() throws InterruptedException {
    asked("ipAddrs", "[\"10.0.0.2\", \"fd00::3\"]");
    world.add("web", "c1");
    asked("ipAddrs", "[\"10.0.0.1\", \"fd00::3\"]");

    assertThatExceptionOfType(CniException.class).isThrownBy(() -> world.add("other", "c2"));

    world.mustHave(1);
  }

  @Test
  void aRepeatedAddGivesWhatIsAskedForByNow() throws InterruptedException {
    asked("ipAddrs", "[\"10.0.0.2\", \"fd00::3\"]");
    world.add("web", "c1");
    asked("ipAddrs", "[\"10.0.0.1\", \"fd00::1\"]");

    CniResult result = world.add("web", "c1");

    assertThat(result.addresses())
        .containsExactly(Cidr.parse("10.0.0.1/32"), Cidr.parse("fd00::1/128"));
    world.mustHave(1);
  }

  @Test
  void addressesBesideIpamAreNotBooked() throws InterruptedException {
    asked("ipAddrsNoIpam", "[\"192.0.2.7\"]");

    CniResult result = world.add("web", "c1", FEATURES);

    assertThat(result.addresses()).containsExactly(Cidr.parse("192.0.2.7/32"));
    assertThat(world.podInterfaces()).hasSize(1);
    world.check("web", "c1");
    world.delete("web", "c1");
    world.mustHave(0);
  }

  @Test
  void macSourcesAndFloatingAddressesAreInTheEndpoint() throws InterruptedException {
    MacAddress mac = MacAddress.parse("1c:0c:0a:c0:ff:ee");
    world.store.notes =
        Optional.of(
            new PodNotes(
                Map.of(
                    PREFIX + "hwAddr", mac.toString(),
                    PREFIX + "ipAddrs", "[\"10.0.0.2\"]",
                    PREFIX + "floatingIPs", "[\"192.0.2.1\", \"2001:db8::1\"]",
                    PREFIX + "allowedSourcePrefixes", "[\"198.51.100.0/24\"]"),
                Map.of(),
                Map.of()));

    CniResult result = world.add("web", "c1", FEATURES);

    assertThat(result.podMac()).isEqualTo(mac);
    WorkloadEndpoint.Spec endpoint = world.endpoints().getFirst().spec();
    assertThat(endpoint.mac()).contains(mac);
    assertThat(endpoint.allowSpoofedSourcePrefixes())
        .containsExactly(Cidr.parse("198.51.100.0/24"));
    assertThat(endpoint.ipNATs())
        .containsExactly(
            new WorkloadEndpoint.IpNat(IpAddress.parse("10.0.0.2"), IpAddress.parse("192.0.2.1")));
  }

  @Test
  void aPodThatKubernetesDoesNotKnowGetsNothing() {
    world.store.notes = Optional.empty();

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.add("web", "c1"))
        .withMessageContaining("pod default/web is not known to Kubernetes");
    world.mustHave(0);
  }

  @Test
  void anAnnotationThatMakesNoSenseIsRefusedBeforeAnythingIsBooked() {
    asked("ipAddrs", "10.0.0.1");

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.add("web", "c1"))
        .withMessageContaining("error parsing ipAddrs");
    world.mustHave(0);
  }

  /// Kubernetes knows the pod and the endpoint is elsewhere, in etcd: from its first packet on a
  /// pod has the labels by which policy finds it.
  @Test
  void anEndpointSaysWhatItsPodSays() throws InterruptedException {
    var said =
        (WorkloadEndpoint)
            ResourceCodec.readStored(
                ResourceKind.WORKLOAD_ENDPOINT,
                """
                {"metadata":{"namespace":"default","name":"x","labels":{"app":"web"}},
                 "spec":{"serviceAccountName":"robot","ipNetworks":["192.0.2.9/32"],
                   "ports":[{"name":"http","protocol":"TCP","port":80}]}}""");
    world.store.notes = Optional.of(new PodNotes(Map.of(), Map.of(), Map.of(), Optional.of(said)));

    CniResult result = world.add("web", "c1");

    var stored = (WorkloadEndpoint) world.memory.list(ResourceKind.WORKLOAD_ENDPOINT).getFirst();
    assertThat(stored.metadata().labels())
        .containsOnly(
            Map.entry("app", "web"),
            Map.entry("projectcalico.org/namespace", stored.metadata().namespace()),
            Map.entry("projectcalico.org/orchestrator", "k8s"),
            Map.entry("projectcalico.org/serviceaccount", "robot"));
    assertThat(stored.spec().profiles())
        .containsExactly(
            "kns." + stored.metadata().namespace(),
            "ksa.%s.robot".formatted(stored.metadata().namespace()));
    assertThat(stored.spec().ports()).isEqualTo(said.spec().ports());
    assertThat(stored.spec().serviceAccountName()).isEqualTo("robot");
    assertThat(stored.spec().ipNetworks()).isEqualTo(result.addresses());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniConfigReader;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniRequest;
import dev.brindle.cni.protocol.CniResult;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.kubernetes.ApiServer;
import dev.brindle.datastore.kubernetes.KubernetesDatastore;
import dev.brindle.datastore.kubernetes.KubernetesSettings;
import dev.brindle.ipam.Allocator;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A pod that is to have two interfaces of ours, as Multus would call us: both would have one name
/// on the host, so that the second would end the first. It is refused, and the first has all that
/// it had.
class SecondInterfaceTest {

  private PodWorld world = new PodWorld();

  private static CniRequest call(String command, String ifname) {
    return CniRequest.of(
        Map.of(
            "CNI_COMMAND",
            command,
            "CNI_CONTAINERID",
            "c1",
            "CNI_NETNS",
            PodWorld.namespace("c1"),
            "CNI_IFNAME",
            ifname,
            "CNI_ARGS",
            "K8S_POD_NAMESPACE=default;K8S_POD_NAME=web"));
  }

  private static CniConfig network(String name) {
    return CniConfigReader.read(PodWorld.dualStack().text().replace("net1", name));
  }

  private CniResult add(String ifname, String network) throws InterruptedException {
    world.kernels.pod(PodWorld.namespace("c1"));
    return world.network.add(call("ADD", ifname), network(network), Delegates.NONE);
  }

  private void refuses(String ifname, String network, String words) {
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> add(ifname, network))
        .withMessageContaining(words)
        .satisfies(e -> assertThat(e.error().number()).isEqualTo(4));
  }

  private void delete(String ifname, String network) throws InterruptedException {
    world.network.delete(call("DEL", ifname), network(network), Delegates.NONE);
  }

  private void check(String ifname) throws InterruptedException {
    world.network.check(call("CHECK", ifname), network("net1"), Delegates.NONE);
  }

  /// Multus asks for eth0 first; others may not.
  @ParameterizedTest
  @CsvSource({"eth0, net1, net1", "eth0, net1, other", "net1, eth0, net1", "net1, eth0, other"})
  void isRefusedAndHurtsNobody(String first, String second, String network) throws Exception {
    world.kernels.podInterface = first;
    List<Cidr> given = add(first, "net1").addresses();

    for (int tries = 0; tries < 2; tries++) {
      refuses(
          second,
          network,
          "CNI_IFNAME is '%s', but interface '%s' of pod default/web is of this plugin already:"
                  .formatted(second, first)
              + " expected another plugin for a second network");
      delete(second, network);
      delete(second, network);
    }

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> check(second))
        .withMessageContaining("there is no");
    check(first);
    world.mustHave(1);
    assertThat(add(first, "net1").addresses()).as("again").isEqualTo(given);
    world.collect("c1");
    check(first);
    delete(first, "net1");
    world.mustHave(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"eth0", "net1"})
  void gcTakesTheOneThatThereIs(String ifname) throws Exception {
    world.kernels.podInterface = ifname;
    add(ifname, "net1");

    world.collect("another");

    world.mustHave(0);
  }

  /// The store does not know of the first yet.
  @Test
  void isRefusedWhereTheFirstCameWhileTheStoreWasAway(@TempDir Path directory) throws Exception {
    world = PodWorld.withReserve(directory);
    world.add("first", "c0");
    world.allocator.keepReserve(PodWorld.NODE, PodWorld.RESERVE);
    world.store.fail(0, 1_000_000);
    world.isStoreAway = true;
    List<Cidr> given = add("eth0", "net1").addresses();
    world.store.forget();
    world.isStoreAway = false;

    refuses("net1", "net1", "but interface 'eth0' of pod default/web is of this plugin already");
    delete("net1", "net1");

    for (ReservedPod each : world.journal.pods()) {
      world.network.settle(each);
    }
    check("eth0");
    assertThat(world.endpoints()).hasSize(2);
    assertThat(world.endpoints())
        .extracting(WorkloadEndpoint::spec)
        .anyMatch(spec -> spec.ipNetworks().equals(given));
  }

  /// Endpoints are made of Pods there, which have room for one interface's addresses.
  @Test
  void whereTheStoreIsKubernetesOursIsTheFirst() throws Exception {
    try (var server = new ApiServer();
        Datastore store = KubernetesDatastore.open(settings(server))) {
      server.create("/api/v1/namespaces", "{\"metadata\": {\"name\": \"default\"}}");
      server.create("/api/v1/nodes", "{\"metadata\": {\"name\": \"node1\"}}");
      server.create(
          "/api/v1/pods",
          """
          {"metadata": {"name": "web", "namespace": "default"}, "spec": {"nodeName": "node1"}}
          """);
      world.memory.list(ResourceKind.IP_POOL).forEach(store::create);
      world.memory.list(ResourceKind.CLUSTER_INFORMATION).forEach(store::create);
      var network = on(store);
      world.kernels.pod(PodWorld.namespace("c1"));

      for (String name : List.of("net1", "other")) {
        assertThatExceptionOfType(CniException.class)
            .isThrownBy(() -> network.add(call("ADD", "net1"), network(name), Delegates.NONE))
            .withMessageContaining(
                "where the store is Kubernetes the interface of this plugin is a pod's first, 'eth0'")
            .satisfies(e -> assertThat(e.error().number()).isEqualTo(4));
        network.delete(call("DEL", "net1"), network(name), Delegates.NONE);
      }
      List<Cidr> given =
          network.add(call("ADD", "eth0"), network("net1"), Delegates.NONE).addresses();
      assertThatExceptionOfType(CniException.class)
          .isThrownBy(() -> network.add(call("ADD", "net1"), network("net1"), Delegates.NONE));
      network.delete(call("DEL", "net1"), network("net1"), Delegates.NONE);

      network.check(call("CHECK", "eth0"), network("net1"), Delegates.NONE);
      assertThat(
              server
                  .stored("/api/v1/pods", "default/web")
                  .at("/metadata/annotations/cni.projectcalico.org~1podIPs")
                  .textValue())
          .isEqualTo("%s,%s".formatted(given.get(0), given.get(1)));
      assertThat(new Allocator(store).addressesOf("net1.c1")).hasSize(2);
      network.delete(call("DEL", "eth0"), network("net1"), Delegates.NONE);
      assertThat(new Allocator(store).addressesOf("net1.c1")).isEmpty();
      assertThat(world.podInterfaces()).isEmpty();
    }
  }

  private static KubernetesSettings settings(ApiServer server) {
    var none = KubernetesSettings.Overrides.NONE;
    return new KubernetesSettings(
        new KubernetesSettings.Credentials.None(),
        new KubernetesSettings.Overrides(
            Optional.of(server.url()),
            none.keyFile(),
            none.certificateFile(),
            none.authorityFile(),
            none.token(),
            false),
        Optional.empty());
  }

  private PodNetwork on(Datastore store) {
    return new PodNetwork(
        PodWorld.NODE,
        store,
        new AllocatedAddresses(PodWorld.NODE, store, new Allocator(store)),
        world.kernels,
        (_, _, _) -> true,
        world.pending,
        () -> OptionalInt.of(1450),
        PodWorld.PATIENCE,
        () -> Instant.EPOCH);
  }
}

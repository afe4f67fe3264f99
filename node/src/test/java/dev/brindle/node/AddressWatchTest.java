// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.KubernetesNodes;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.model.Link;
import dev.brindle.node.address.HostInterface;
import dev.brindle.node.address.NodeAddress;
import dev.brindle.node.settings.NodeSettings;
import dev.brindle.node.settings.NodeSettingsReader;
import dev.brindle.node.testing.Namespaces;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class AddressWatchTest {

  private static final Duration SOON = Duration.ofMillis(5);
  private static final ResourceKey N1 = ResourceKey.of(ResourceKind.NODE, "n1");

  private final MemoryDatastore datastore = new MemoryDatastore();
  private volatile List<HostInterface> interfaces = List.of(eth0("192.0.2.7/24"));

  /// One end for the watch, one for the test: a look begins when the test lets it.
  private final SynchronousQueue<String> looks = new SynchronousQueue<>();

  @Test
  void anAddressThatChangesIsWrittenOnce() throws Exception {
    NodeRegistration registration = registration(() -> interfaces);
    registration.register();

    try (AddressWatch watch = AddressWatch.start(() -> letIn(registration), SOON)) {
      look();
      look();
      Resource before = datastore.get(N1).orElseThrow();
      interfaces = List.of(eth0("192.0.2.8/25"));
      look();
      look();
      Resource after = datastore.get(N1).orElseThrow();
      look();

      assertThat(address(before)).hasToString("192.0.2.7/24");
      assertThat(address(after)).hasToString("192.0.2.8/25");
      assertThat(after.metadata().resourceVersion()).isEqualTo("2");
      assertThat(datastore.get(N1)).contains(after);
      assertThat(watch.problems()).isEmpty();
    }
  }

  @Test
  void whatIsNotTheWatchesOwnStays() throws Exception {
    NodeRegistration registration = registration(() -> interfaces);
    CalicoNode node = registration.register();
    Map<String, String> labels = Map.of("rack", "7");
    datastore.update(node.withMetadata(node.metadata().withLabels(labels)));

    try (AddressWatch _ = AddressWatch.start(() -> letIn(registration), SOON)) {
      interfaces = List.of(eth0("192.0.2.8/25"));
      look();
      look();
    }

    assertThat(datastore.get(N1).orElseThrow().metadata().labels()).isEqualTo(labels);
  }

  @Test
  void aNodeThatSomeoneRemovedIsThereAgain() throws Exception {
    NodeRegistration registration = registration(() -> interfaces);
    registration.register();
    datastore.delete(N1);

    try (AddressWatch _ = AddressWatch.start(() -> letIn(registration), SOON)) {
      look();
      look();
    }

    assertThat(address(datastore.get(N1).orElseThrow())).hasToString("192.0.2.7/24");
  }

  @Test
  void anotherNodesAddressIsNotTakenAndSaid() throws Exception {
    NodeRegistration registration = registration(() -> interfaces);
    registration.register();
    Resource before = datastore.get(N1).orElseThrow();
    List<HostInterface> theirs = List.of(eth0("192.0.2.9/24"));
    new NodeRegistration(settings("n2"), datastore, () -> theirs, (_, _) -> Optional.empty())
        .register();

    try (AddressWatch watch = AddressWatch.start(() -> letIn(registration), SOON)) {
      interfaces = theirs;
      look();
      look();
      assertThat(watch.problems())
          .singleElement()
          .asString()
          .contains("node 'n2' has address 192.0.2.9 already");
      assertThat(datastore.get(N1)).contains(before);

      interfaces = List.of(eth0("192.0.2.10/24"));
      look();
      look();
      assertThat(watch.problems()).isEmpty();
      assertThat(address(datastore.get(N1).orElseThrow())).hasToString("192.0.2.10/24");
    }
  }

  /// Kubelet registers a node anew with another address, or a cloud changes it.
  @Test
  void anInternalIpThatChangesIsFollowed() throws Exception {
    interfaces =
        List.of(
            new HostInterface(
                2,
                "eth0",
                List.of(
                    InterfaceAddress.parse("192.0.2.7/24"),
                    InterfaceAddress.parse("198.51.100.7/25"))));
    var kubernetes = new Kubernetes();
    var settings =
        NodeSettingsReader.read(
            Map.of(
                "NODENAME",
                "n1",
                "IP",
                "autodetect",
                "IP_AUTODETECTION_METHOD",
                "kubernetes-internal-ip",
                "CALICO_K8S_NODE_REF",
                "machine-1"),
            new NodeSettingsReader.HostNames("", ""));
    var sources = new NodeSources(Optional.of(kubernetes), settings.kubernetesName());
    var registration = new NodeRegistration(settings, datastore, () -> interfaces, sources);
    CalicoNode first = registration.register();
    assertThat(address(first)).hasToString("192.0.2.7/24");
    assertThat(first.spec().orchRefs()).containsExactly(new CalicoNode.OrchRef("machine-1", "k8s"));

    kubernetes.said = Optional.of(List.of(IpAddress.parse("198.51.100.7")));
    assertThat(address(registration.register())).hasToString("198.51.100.7/25");

    kubernetes.said = Optional.empty();
    assertThat(address(registration.register())).hasToString("198.51.100.7/25");
    NodeAddress kept = Optional.ofNullable(registration.choices().get(IpFamily.IPV4)).orElseThrow();
    assertThat(kept.outcome()).isEqualTo(NodeAddress.Outcome.KEPT);
    assertThat(kept.reason()).contains("Kubernetes has no node 'machine-1'");

    datastore.delete(N1);
    assertThatExceptionOfType(StartException.class)
        .isThrownBy(
            () ->
                new NodeRegistration(
                        settings,
                        datastore,
                        () -> interfaces,
                        new NodeSources(Optional.empty(), "n1"))
                    .register())
        .withMessageContaining("no Kubernetes is known: set DATASTORE_TYPE=kubernetes");
  }

  private static final class Kubernetes implements KubernetesNodes {

    private Optional<List<IpAddress>> said = Optional.of(List.of(IpAddress.parse("192.0.2.7")));

    @Override
    public Optional<List<IpAddress>> internalAddresses(String node) {
      return node.equals("machine-1") ? said : Optional.empty();
    }

    @Override
    public boolean say(String node, Network network, Instant now) {
      throw new UnsupportedOperationException("nobody speaks here");
    }
  }

  @Test
  void noInterfaceLeavesTheAddress() throws Exception {
    NodeRegistration registration = registration(() -> interfaces);
    registration.register();

    try (AddressWatch watch = AddressWatch.start(() -> letIn(registration), SOON)) {
      interfaces = List.of();
      look();
      look();
      assertThat(watch.problems()).isEmpty();
    }

    assertThat(address(datastore.get(N1).orElseThrow())).hasToString("192.0.2.7/24");
  }

  @Test
  void aStoreThatIsAwayIsSaidUntilItIsBack() throws Exception {
    NodeRegistration registration = registration(() -> interfaces);
    registration.register();

    try (AddressWatch watch = AddressWatch.start(() -> letIn(registration), SOON)) {
      datastore.goDown("out for lunch");
      look();
      look();
      assertThat(watch.problems()).singleElement().asString().contains("out for lunch");
      datastore.comeBack();
      look();
      look();
      assertThat(watch.problems()).isEmpty();
    }
  }

  @Test
  void endsWhileItWaitsAndWhileItLooks() throws Exception {
    AddressWatch waits = AddressWatch.start(() -> {}, Duration.ofHours(1));
    waits.close();

    AddressWatch looks = AddressWatch.start(() -> letIn(registration(() -> interfaces)), SOON);
    look(); // the first look has begun, the second hangs
    looks.close();

    assertThat(threads()).doesNotContain("addresses");
    assertThat(looks.problems()).isEmpty();
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }

  @Test
  void aRealInterfaceIsLookedAt() throws Exception {
    try (NetworkNamespace host = Namespaces.create();
        LiveKernel kernel = LiveKernel.in(NetworkNamespace.open(JnrLibc.get(), host.path()))) {
      kernel
          .links()
          .createVeth("eth0", Optional.empty(), 1500, 0, "eth1", Optional.empty(), path(host));
      Link eth0 = kernel.links().find("eth0").orElseThrow();
      kernel.links().addAddress(eth0.index(), InterfaceAddress.parse("192.0.2.7/24"));
      kernel.links().setUp(eth0.index(), true);
      NodeRegistration registration = registration(() -> interfacesIn(host));
      registration.register();

      try (AddressWatch _ = AddressWatch.start(() -> letIn(registration), SOON)) {
        Link eth1 = kernel.links().find("eth1").orElseThrow();
        kernel.links().addAddress(eth1.index(), InterfaceAddress.parse("198.51.100.7/25"));
        look();
        look();
        assertThat(address(datastore.get(N1).orElseThrow()))
            .as("an interface that is down does not count")
            .hasToString("192.0.2.7/24");

        kernel.links().setUp(eth1.index(), true);
        kernel.links().setUp(eth0.index(), false);
        look();
        look();
      }

      assertThat(address(datastore.get(N1).orElseThrow())).hasToString("198.51.100.7/25");
    }
  }

  /// With sockets of its own, as the daemon looks: a kernel object is for one thread.
  private static List<HostInterface> interfacesIn(NetworkNamespace host) {
    try (LiveKernel own = LiveKernel.in(NetworkNamespace.open(JnrLibc.get(), host.path()))) {
      return HostFacts.interfaces(own);
    }
  }

  private static String path(NetworkNamespace namespace) {
    return "/proc/%d/fd/%d".formatted(ProcessHandle.current().pid(), namespace.descriptor());
  }

  /// Lets one look begin; the one before it has ended then.
  private void look() throws InterruptedException {
    assertThat(looks.offer("look", 60, TimeUnit.SECONDS)).isTrue();
  }

  private void letIn(NodeRegistration registration) {
    try {
      looks.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    registration.register();
  }

  private NodeRegistration registration(Supplier<List<HostInterface>> present) {
    return new NodeRegistration(settings("n1"), datastore, present, (_, _) -> Optional.empty());
  }

  private static NodeSettings settings(String name) {
    return NodeSettingsReader.read(
        Map.of("NODENAME", name, "IP", "autodetect"), new NodeSettingsReader.HostNames("", ""));
  }

  private static HostInterface eth0(String address) {
    return new HostInterface(2, "eth0", List.of(InterfaceAddress.parse(address)));
  }

  private static InterfaceAddress address(Resource node) {
    return ((CalicoNode) node).spec().bgp().orElseThrow().ipv4Address().orElseThrow();
  }
}

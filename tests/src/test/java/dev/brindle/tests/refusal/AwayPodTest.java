// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.connect.DatastoreSettings;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.block.Block;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.testing.Waiting;
import dev.brindle.tests.refusal.NodeRig.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pods come while the store is away, talk to those that they may talk to, and the daemon is killed
/// meanwhile.
class AwayPodTest {

  private static final Path PING = Path.of("/usr/bin/ping");
  private static final Pattern ADDRESS = Pattern.compile("\"address\":\"([0-9.]+)/32\"");
  private static final String NETWORK =
      """
      {"cniVersion": "1.0.0", "name": "net1", "type": "calico", "ipam": {"type": "calico-ipam"}%s}
      """;
  private static final String OPEN = NETWORK.formatted("");
  private static final String CLOSED =
      NETWORK.formatted(
          ", \"args\": {\"cni\": {\"labels\": [{\"key\": \"door\", \"value\": \"closed\"}]}}");
  private static final Map<String, String> TWO = Map.of("BRINDLE_IPAM_RESERVE", "2");
  private static final Ended DONE = new Ended(0, "");

  @TempDir private Path base;
  private NodeRig rig;
  private final List<NetworkNamespace> sandboxes = new ArrayList<>();
  private NodeRig.Running daemon;
  private NetworkNamespace client;

  @BeforeEach
  void aNodeWithAPodAndAReserve() throws Exception {
    assumeTrue(Files.isExecutable(PING), "no ping (iputils-ping)");
    rig = NodeRig.make(base);
    daemon = rig.startAndAwait(TWO);
    try (Datastore store = store()) {
      store.create(closedDoor());
    }
    client = sandbox();
    add("client", client, OPEN);
    Waiting.until("two addresses are booked ahead", () -> booked() == 2);
  }

  @AfterEach
  void endAll() {
    rig.close();
    sandboxes.forEach(NetworkNamespace::close);
  }

  private static GlobalNetworkPolicy closedDoor() {
    return (GlobalNetworkPolicy)
        ResourceCodec.readStored(
            ResourceKind.GLOBAL_NETWORK_POLICY,
            """
            {"metadata": {"name": "default.door"},
             "spec": {"tier": "default", "selector": "door == 'closed'", "types": ["Ingress"],
                      "ingress": [{"action": "Deny"}]}}
            """);
  }

  private NetworkNamespace sandbox() {
    NetworkNamespace sandbox = NodeRig.namespace();
    sandboxes.add(sandbox);
    return sandbox;
  }

  private Datastore store() {
    return DatastoreSettings.embedded(base.resolve("store/db")).open();
  }

  /// @return its address
  private String add(String pod, NetworkNamespace sandbox, String network) throws Exception {
    Ended ended = rig.plugin("ADD", pod, sandbox, network);
    assertThat(ended.exitCode()).as(ended.output()).isZero();
    Matcher address = ADDRESS.matcher(ended.output());
    assertThat(address.find()).as(ended.output()).isTrue();
    return address.group(1);
  }

  private void loseStore() throws IOException {
    Files.move(base.resolve("store/db"), base.resolve("away"));
    rig.awaitReadiness("is gone");
  }

  private void findStore() throws IOException {
    Files.move(base.resolve("away"), base.resolve("store/db"));
  }

  private long booked() {
    Path booked = base.resolve("state/reserve/booked");
    try {
      return Files.exists(booked) ? Files.readAllLines(booked).size() : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isReached(NetworkNamespace from, String address) throws Exception {
    Process ping =
        from.call(
            () ->
                new ProcessBuilder(
                        PING.toString(), "-n", "-c", "2", "-i", "0.2", "-W", "1", address)
                    .redirectErrorStream(true)
                    .start());
    String said = new String(ping.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    ping.waitFor();
    return said.contains(" 2 received");
  }

  private Optional<WorkloadEndpoint> endpoint(String pod) {
    return rig.stored(ResourceKind.WORKLOAD_ENDPOINT).stream()
        .map(WorkloadEndpoint.class::cast)
        .filter(endpoint -> endpoint.spec().pod().equals(pod))
        .findFirst();
  }

  private List<String> handles() {
    return rig.stored(ResourceKind.IPAM_HANDLE).stream()
        .map(handle -> ((IpamHandle) handle).spec().handleID())
        .toList();
  }

  private List<IpAddress> heldBy(String handle) {
    return rig.stored(ResourceKind.IPAM_BLOCK).stream()
        .flatMap(block -> new Block((IpamBlock) block).assignments().stream())
        .filter(held -> held.handle().equals(handle))
        .map(held -> held.address())
        .toList();
  }

  @Test
  void aPodComesGoesAndStays() throws Exception {
    loseStore();

    NetworkNamespace open = sandbox();
    NetworkNamespace closed = sandbox();
    String openAddress = add("open", open, OPEN);
    String closedAddress = add("closed", closed, CLOSED);
    assertThat(isReached(client, openAddress)).as("nothing forbids it").isTrue();
    assertThat(isReached(client, closedAddress)).as("a policy forbids it").isFalse();
    assertThat(isReached(closed, openAddress)).as("which says nothing of the way out").isTrue();

    Ended third = rig.plugin("ADD", "third", sandbox(), OPEN);
    assertThat(third.exitCode()).isNotZero();
    assertThat(third.output())
        .contains("\"code\":11", "datastore: ", "is gone", "BRINDLE_IPAM_RESERVE");
    assertThat(rig.plugin("DEL", "closed", closed, CLOSED)).isEqualTo(DONE);
    assertThat(rig.podInterfaces()).hasSize(2);
    NetworkNamespace next = sandbox();
    assertThat(add("next", next, OPEN)).isEqualTo(closedAddress);
    assertThat(isReached(client, closedAddress)).as("another pod has it").isTrue();
    assertThat(rig.plugin("DEL", "next", next, OPEN)).isEqualTo(DONE);

    daemon.process().destroyForcibly().waitFor();
    assertThat(isReached(client, openAddress)).as("the kernel needs nobody").isTrue();
    findStore();
    assertThat(endpoint("open")).as("the store does not know it yet").isEmpty();
    rig.startAndAwait(TWO);

    Waiting.until("the store knows the pod", () -> endpoint("open").isPresent());
    Waiting.until("nothing is owed, and the reserve is full", this::isTidy);
    assertThat(endpoint("open").orElseThrow().spec().ipNetworks())
        .containsExactly(Cidr.parse(openAddress + "/32"));
    assertThat(heldBy("net1.container-of-open")).containsExactly(IpAddress.parse(openAddress));
    assertThat(handles())
        .containsExactlyInAnyOrder(
            "net1.container-of-client", "net1.container-of-open", "brindle-reserve-node1");
    assertThat(rig.plugin("CHECK", "open", open, OPEN)).isEqualTo(DONE);
    assertThat(isReached(client, openAddress)).isTrue();
    assertThat(rig.plugin("DEL", "open", open, OPEN)).isEqualTo(DONE);
    assertThat(endpoint("open")).isEmpty();
    assertThat(handles()).doesNotContain("net1.container-of-open");
  }

  private boolean isTidy() {
    try (var files = Files.list(base.resolve("state/reserve"))) {
      return booked() == 2 && files.count() == 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// It needs no store, so more come than the reserve has addresses.
  @Test
  void withHostLocalTheyComeAndGoToo() throws Exception {
    assumeTrue(
        Files.isExecutable(NodeRig.PLUGINS.resolve("host-local")),
        "no host-local in %s (containernetworking-plugins)".formatted(NodeRig.PLUGINS));
    String open = withHostLocal(OPEN);
    String closed = withHostLocal(CLOSED);
    loseStore();

    NetworkNamespace one = sandbox();
    NetworkNamespace two = sandbox();
    String first = add("one", one, open);
    String second = add("two", two, closed);
    for (String each : List.of("three", "four")) {
      add(each, sandbox(), open);
    }
    assertThat(isReached(client, first)).as("nothing forbids it").isTrue();
    assertThat(isReached(client, second)).as("a policy forbids it").isFalse();
    assertThat(rig.plugin("DEL", "two", two, closed)).isEqualTo(DONE);
    assertThat(rig.plugin("DEL", "two", two, closed)).as("again").isEqualTo(DONE);
    assertThat(rig.podInterfaces()).hasSize(4);
    assertThat(base.resolve("host-local/net1").resolve(second)).doesNotExist();

    daemon.process().destroyForcibly().waitFor();
    findStore();
    rig.startAndAwait(TWO);

    Waiting.until("the store knows them", () -> endpoint("four").isPresent());
    Waiting.until("nothing is owed", this::isTidy);
    assertThat(endpoint("one").orElseThrow().spec().ipNetworks())
        .containsExactly(Cidr.parse(first + "/32"));
    assertThat(endpoint("two")).isEmpty();
    assertThat(handles())
        .containsExactlyInAnyOrder("net1.container-of-client", "brindle-reserve-node1");
    assertThat(rig.plugin("CHECK", "one", one, open)).isEqualTo(DONE);
    assertThat(isReached(client, first)).isTrue();
    assertThat(rig.plugin("DEL", "one", one, open)).isEqualTo(DONE);
    assertThat(endpoint("one")).isEmpty();
    assertThat(base.resolve("host-local/net1").resolve(first)).doesNotExist();
  }

  private String withHostLocal(String network) {
    return network.replace(
        "\"calico-ipam\"",
        "\"host-local\", \"subnet\": \"10.7.0.0/24\", \"dataDir\": \"%s\""
            .formatted(base.resolve("host-local")));
  }

  /// Somebody has taken the reserve apart while nobody looked.
  @Test
  void aPodWhoseAddressIsAnothersIsClosed() throws Exception {
    loseStore();
    NetworkNamespace open = sandbox();
    String address = add("open", open, OPEN);
    daemon.process().destroyForcibly().waitFor();
    findStore();
    try (Datastore store = store()) {
      var others = new Allocator(store);
      others.releaseIps(List.of(IpAddress.parse(address)));
      others.assignIp(
          IpAddress.parse(address), "theirs", Map.of("node", "node2"), "node2", Optional.empty());
    }
    assertThat(heldBy("theirs")).hasSize(1);

    NodeRig.Running next = rig.startAndAwait(TWO);

    next.awaitLine("cannot keep [" + address + "/32]");
    Waiting.until("its interface is closed", () -> rig.podInterfaces().size() == 1);
    assertThat(endpoint("open")).isEmpty();
    assertThat(heldBy("theirs")).containsExactly(IpAddress.parse(address));
    assertThat(rig.plugin("DEL", "open", open, OPEN)).isEqualTo(DONE);
    assertThat(heldBy("theirs")).hasSize(1);
    assertThat(rig.stored(ResourceKind.WORKLOAD_ENDPOINT)).hasSize(1);
  }
}

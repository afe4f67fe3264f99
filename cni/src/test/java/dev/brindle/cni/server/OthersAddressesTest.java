// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.cni.plugin.PluginCall;
import dev.brindle.cni.plugin.PluginReply;
import dev.brindle.cni.protocol.CniConfigReader;
import dev.brindle.cni.protocol.CniVersion;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.PodNotes;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.ipam.Allocator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The IPAM plugin of other plugins' networks: what a bridge, or Calico's own plugin, asks and
/// gets.
class OthersAddressesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BRIDGE =
      """
      {"cniVersion": "1.0.0", "name": "lan", "type": "bridge", "ipam": {"type": "calico-ipam"}}
      """;

  private final PodWorld world;
  private String program = "calico-ipam";
  private String arguments = "K8S_POD_NAMESPACE=default;K8S_POD_NAME=web";

  OthersAddressesTest(@TempDir Path directory) {
    world = new PodWorld(directory.resolve("deletes"));
  }

  private PluginReply call(String command, String container, String ifname, String config) {
    return world.calls.answer(encoded(command, container, ifname, config));
  }

  private byte[] encoded(String command, String container, String ifname, String config) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "CNI_COMMAND", command,
                "CNI_CONTAINERID", container,
                "CNI_NETNS", PodWorld.namespace(container),
                "CNI_IFNAME", ifname,
                "CNI_ARGS", arguments));
    environment.put("CNI_PROGRAM", program);
    return PluginCall.encode(environment, config.getBytes(StandardCharsets.UTF_8));
  }

  private String good(String command, String container, String ifname, String config) {
    PluginReply reply = call(command, container, ifname, config);
    assertThat(reply.exitCode()).as(reply.output()).isZero();
    return reply.output();
  }

  private List<String> add(String container, String ifname) throws Exception {
    return addresses(good("ADD", container, ifname, BRIDGE));
  }

  private static List<String> addresses(String result) throws Exception {
    JsonNode json = JSON.readTree(result);
    assertThat(json.has("interfaces")).isFalse();
    return json.path("ips").findValuesAsText("address");
  }

  /// With the store in etcd, which knows no namespaces.
  @Test
  void theNamespacesLabelsAreKubernetesOwn() throws Exception {
    var kubernetes = new FailingDatastore(new MemoryDatastore());
    kubernetes.notes = Optional.of(new PodNotes(Map.of(), Map.of(), Map.of("team", "shop")));
    var etcd = new FailingDatastore(world.memory);
    etcd.notes = Optional.of(PodNotes.NONE);
    world.memory.create(
        ResourceCodec.readStored(
            ResourceKind.IP_POOL,
            """
            {"metadata": {"name": "a-shop"}, "spec": {"cidr": "10.7.0.0/30", "blockSize": 30,
              "nodeSelector": "all()", "namespaceSelector": "team == 'shop'"}}
            """));
    var others =
        new OthersAddresses(
            PodWorld.NODE,
            etcd,
            kubernetes,
            new AllocatedAddresses(PodWorld.NODE, etcd, new Allocator(etcd)),
            world.pending,
            () -> Instant.EPOCH);

    String given =
        others
            .add(PodWorld.request("ADD", "web", "c1"), CniConfigReader.read(BRIDGE), Delegates.NONE)
            .json(CniVersion.V1_0_0);

    assertThat(addresses(given)).containsExactly("10.7.0.0/30");
    kubernetes.fail(0, 1);
    assertThatExceptionOfType(DatastoreException.class)
        .isThrownBy(
            () ->
                others.add(
                    PodWorld.request("ADD", "db", "c2"),
                    CniConfigReader.read(BRIDGE),
                    Delegates.NONE));
  }

  private List<IpamBlock.Attribute> holders() {
    return world.memory.list(ResourceKind.IPAM_BLOCK).stream()
        .flatMap(block -> ((IpamBlock) block).spec().attributes().stream())
        .toList();
  }

  private void mustHold(int addresses) {
    assertThat(
            world.memory.list(ResourceKind.IPAM_BLOCK).stream()
                .map(block -> ((IpamBlock) block).spec())
                .mapToInt(block -> block.allocations().size() - block.unallocated().size())
                .sum())
        .as("addresses in use")
        .isEqualTo(addresses);
    assertThat(world.endpoints()).isEmpty();
    assertThat(world.podInterfaces()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          0.2.0 | "ip4":{"ip":"10.0.0.0/30","routes":[{"dst":"10.0.0.0/32"}]},"ip6":{"ip":"fd00::/126","routes":[{"dst":"fd00::/128"}]},"dns":{}
          0.3.1 | "ips":[{"version":"4","address":"10.0.0.0/30"},{"version":"6","address":"fd00::/126"}],"routes":[{"dst":"10.0.0.0/32"},{"dst":"fd00::/128"}],"dns":{}
          1.0.0 | "ips":[{"address":"10.0.0.0/30"},{"address":"fd00::/126"}],"routes":[{"dst":"10.0.0.0/32"},{"dst":"fd00::/128"}],"dns":{}
          1.1.0 | "ips":[{"address":"10.0.0.0/30"},{"address":"fd00::/126"}],"routes":[{"dst":"10.0.0.0/32"},{"dst":"fd00::/128"}],"dns":{}
          """)
  void givesAddressesOfTheirBlocksAndNoInterfaces(String version, String expected) {
    String config =
        BRIDGE
            .replace("1.0.0", version)
            .replace("\"calico-ipam\"", "\"calico-ipam\", \"assign_ipv6\": \"true\"");

    assertThat(good("ADD", "c1", "eth0", config))
        .isEqualTo("{\"cniVersion\":\"%s\",%s}".formatted(version, expected));
    mustHold(2);
    good("DEL", "c1", "eth0", config);
    mustHold(0);
    assertThat(world.memory.list(ResourceKind.IPAM_HANDLE)).isEmpty();
  }

  @Test
  void booksAsCalicoDoes() throws Exception {
    add("c1", "eth0");

    assertThat(holders()).hasSize(1);
    assertThat(holders().getFirst().handleId()).isEqualTo("lan.c1");
    assertThat(holders().getFirst().activeOwner())
        .containsEntry("pod", "web")
        .containsEntry("namespace", "default")
        .containsEntry("node", PodWorld.NODE)
        .containsKey("timestamp");
  }

  /// Controllers would take a second interface's address back, as the pod does not report it.
  @Test
  void aSecondInterfacesAddressIsNotedForNoPod() throws Exception {
    add("c1", "net1");

    assertThat(holders().getFirst().activeOwner())
        .containsEntry("interface", "net1")
        .doesNotContainKeys("pod", "namespace");
  }

  @Test
  void repeatedCallsChangeNothing() throws Exception {
    List<String> first = add("c1", "eth0");

    assertThat(add("c1", "eth0")).isEqualTo(first);
    mustHold(1);
    good("DEL", "c1", "eth0", BRIDGE);
    good("DEL", "c1", "eth0", BRIDGE);
    good("DEL", "never-was", "eth0", BRIDGE);
    mustHold(0);
  }

  /// Calico releases all that the handle holds.
  @Test
  void theInterfacesOfAContainerAreApart() throws Exception {
    List<String> one = add("c1", "net1");
    List<String> two = add("c1", "net2");
    assertThat(two).doesNotContainAnyElementsOf(one);

    good("DEL", "c1", "net1", BRIDGE);

    mustHold(1);
    good("CHECK", "c1", "net2", BRIDGE);
    assertThat(call("CHECK", "c1", "net1", BRIDGE).output())
        .contains("\"code\":100", "no address of interface 'net1' of default/web is booked");
  }

  @Test
  void theAddressThatIsAskedForIsGivenAlone() throws Exception {
    arguments = "IP=10.0.0.2";

    assertThat(add("c1", "eth0")).containsExactly("10.0.0.2/32");
    assertThat(call("ADD", "c2", "eth0", BRIDGE).output())
        .contains("\"code\":100", "Address already assigned in block: 10.0.0.2");
    mustHold(1);
  }

  @Test
  void poolsThatAreUsedUpLeaveNothingHalfDone() throws Exception {
    String both = BRIDGE.replace("\"calico-ipam\"", "\"calico-ipam\", \"assign_ipv6\": \"true\"");
    for (int i = 0; i < 4; i++) {
      add("c" + i, "eth0");
    }

    assertThat(call("ADD", "late", "eth0", both).output())
        .contains("\"code\":100", "No IPs available in pools: [10.0.0.0/30]");
    mustHold(4);
  }

  @Test
  void checkComparesWithWhatTheRuntimeWasTold() throws Exception {
    String address = add("c1", "eth0").getFirst();
    String told =
        BRIDGE.replace("\"name\"", "\"prevResult\": {\"ips\": [{\"address\": \"%s\"}]}, \"name\"");

    good("CHECK", "c1", "eth0", told.formatted(address));
    assertThat(call("CHECK", "c1", "eth0", told.formatted("10.9.9.9/24")).output())
        .contains(
            "\"code\":100", "10.0.0.0 is booked for interface 'eth0' of default/web, but is not");
  }

  @Test
  void gcGivesBackWhatTheRuntimeDoesNotName() throws Exception {
    add("c1", "eth0");
    add("c2", "eth0");
    String gc =
        BRIDGE
            .replace("1.0.0", "1.1.0")
            .replace(
                "\"name\"",
                "\"cni.dev/valid-attachments\": [{\"containerID\": \"c2\", \"ifname\": \"eth0\"}], \"name\"");

    good("GC", "", "", gc);

    mustHold(1);
    good("CHECK", "c2", "eth0", BRIDGE);
    good("GC", "", "", gc.replace("\"lan\"", "\"other\""));
    mustHold(1);
  }

  /// A plugin that does not say its name (the one in Java, started by hand) goes by the network.
  @ParameterizedTest
  @CsvSource({"'', 0", "calico-ipam, 0", "calico, 1", "brindle-cni, 1"})
  void theNameOrElseTheNetworkSaysWhatItIsFor(String name, int exitCode) {
    program = name;

    PluginReply reply = call("ADD", "c1", "eth0", BRIDGE);

    assertThat(reply.exitCode()).as(reply.output()).isEqualTo(exitCode);
    if (exitCode > 0) {
      assertThat(reply.output())
          .contains("\"code\":7", "type is 'bridge', which is another plugin: expected 'calico'");
    }
  }

  /// While a node is upgraded a call of the old `calico` may run the new `calico-ipam`.
  @Test
  void calicosOwnPluginMayRunIt() throws Exception {
    String calico = BRIDGE.replace("bridge", "calico");

    assertThat(addresses(good("ADD", "c1", "eth0", calico))).containsExactly("10.0.0.0/30");
    assertThat(holders().getFirst().activeOwner()).doesNotContainKey("interface");
    mustHold(1);
    good("DEL", "c1", "eth0", calico);
    mustHold(0);
  }

  /// Somebody gave two networks one name: a pod's own address is not to be given back.
  @Test
  void anEndpointsAddressIsNotGivenBack() throws Exception {
    world.add("web", "c1");

    good("DEL", "c1", "net1", BRIDGE.replace("lan", "net1"));

    world.check("web", "c1");
    world.mustHave(1);
  }

  @Test
  void aDelIsAnsweredWhileTheStoreIsAwayAndDoneLater() throws Exception {
    add("c1", "eth0");
    world.store.fail(0, 1_000);

    good("DEL", "c1", "eth0", BRIDGE);

    mustHold(1);
    world.store.forget();
    assertThat(world.calls.finish(world.pending)).isEmpty();
    mustHold(0);
    assertThat(world.pending.isEmpty()).isTrue();
  }

  /// A runtime makes a new container for each try, and a DEL for each.
  @Test
  void nothingIsOwedForWhatWasRefusedWhileTheStoreWasAway() throws Exception {
    add("c1", "eth0");
    world.store.fail(0, 1_000_000);
    for (String container : List.of("c2", "c3", "c4")) {
      assertThat(call("ADD", container, "eth0", BRIDGE).output()).contains("\"code\":11");
      good("DEL", container, "eth0", BRIDGE);
    }

    assertThat(world.pending.isEmpty()).isTrue();
    good("DEL", "c1", "eth0", BRIDGE);
    assertThat(world.pending.size()).as("of who has something").isEqualTo(1);

    world.store.forget();
    assertThat(world.calls.isOwed(world.pending)).isTrue();
    assertThat(world.calls.finish(world.pending)).isEmpty();
    assertThat(world.calls.isOwed(world.pending)).isFalse();
    mustHold(0);
  }

  /// It has what an earlier daemon booked for the very same container, of which this one knows
  /// nothing.
  @Test
  void whatAnEarlierDaemonBookedGoesAllTheSame() throws Exception {
    add("c1", "eth0");
    add("c1", "net1");
    add("c2", "eth0");
    var next =
        new OthersAddresses(
            PodWorld.NODE,
            world.store,
            world.store,
            new AllocatedAddresses(PodWorld.NODE, world.store, new Allocator(world.store)),
            world.pending,
            () -> Instant.EPOCH);
    var calls = new CniCalls(world.network, next);
    world.store.fail(0, 1_000_000);
    byte[] add = encoded("ADD", "c1", "eth0", BRIDGE);
    byte[] delete = encoded("DEL", "c1", "eth0", BRIDGE);
    assertThat(calls.answer(add).output()).contains("\"code\":11");
    assertThat(calls.answer(delete).exitCode()).isZero();
    assertThat(world.pending.isEmpty()).isTrue();

    assertThat(calls.finish(world.pending)).as("the store is away still").isPresent();
    world.store.forget();
    assertThat(calls.finish(world.pending)).isEmpty();

    mustHold(2);
    good("CHECK", "c1", "net1", BRIDGE);
    good("CHECK", "c2", "eth0", BRIDGE);
  }

  /// It is plugged in before anybody has looked at what is in doubt.
  @Test
  void whoComesAgainAfterAllKeepsWhatItGets() throws Exception {
    world.store.fail(0, 1_000_000);
    assertThat(call("ADD", "c1", "eth0", BRIDGE).output()).contains("\"code\":11");
    good("DEL", "c1", "eth0", BRIDGE);
    world.store.forget();
    add("c1", "eth0");

    assertThat(world.calls.finish(world.pending)).isEmpty();

    good("CHECK", "c1", "eth0", BRIDGE);
    mustHold(1);
  }
}

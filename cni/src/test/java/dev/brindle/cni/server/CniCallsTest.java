// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.cni.plugin.PluginCall;
import dev.brindle.cni.plugin.PluginReply;
import dev.brindle.linux.kernel.Errno;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What goes wrong, and the code and the words the runtime gets.
class CniCallsTest {

  private static final String NETWORK =
      """
      {"cniVersion": "1.0.0", "name": "net1", "type": "calico", "ipam": {"type": "calico-ipam"}}
      """;

  private final PodWorld world = new PodWorld();
  private final CniCalls calls = world.calls;
  private String arguments = "K8S_POD_NAMESPACE=default;K8S_POD_NAME=web";

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ADD    | {                                         | 6  | the network configuration on stdin is no JSON
          ADD    | []                                        | 6  | the network configuration on stdin is no JSON object
          ADD    | {"cniVersion": "2.0.0", "name": "n"}      | 1  | cniVersion '2.0.0' is not supported: expected one of [0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0]
          CHECK  | {"name": "n", "ipam": {"type": "calico-ipam"}} | 1 | version 0.2.0 has no CHECK: it came with 0.4.0
          CHECK  | {"cniVersion": "0.3.1", "name": "n", "ipam": {"type": "calico-ipam"}} | 1 | version 0.3.1 has no CHECK: it came with 0.4.0
          ADD    | {"cniVersion": "1.0.0"}                   | 7  | network configuration: name is missing: expected
          ADD    | {"cniVersion": "1.0.0", "name": "n"}      | 7  | network configuration: ipam.type is missing: expected calico-ipam
          ADD    | {"cniVersion": "1.0.0", "name": "n", "type": "bridge", "ipam": {"type": "host-local"}} | 7 | type is 'bridge' and ipam.type is 'host-local', but this program was run to assign addresses: expected ipam.type 'calico-ipam'
          GC     | {"cniVersion": "1.0.0", "name": "n", "ipam": {"type": "calico-ipam"}} | 1 | version 1.0.0 has no GC: it came with 1.1.0
          GC     | {"cniVersion": "1.1.0", "name": "n", "ipam": {"type": "calico-ipam"}} | 7 | cni.dev/valid-attachments is missing
          STATUS | {"cniVersion": "1.0.0", "name": "n", "ipam": {"type": "calico-ipam"}} | 1 | version 1.0.0 has no STATUS: it came with 1.1.0
          PLUG   | {}                                        | 4  | CNI_COMMAND is 'PLUG': expected ADD, DEL, CHECK
          CHECK  | {"cniVersion": "1.0.0", "name": "n", "ipam": {"type": "calico-ipam"}} | 100 | pod default/web: there is no WorkloadEndpoint(default/node1-k8s-web-eth0) of container c1
          """)
  void aCallThatCannotBeDone(String command, String input, int code, String message) {
    assertRefused(command, input, code, message);
    world.mustHave(0);
  }

  @Test
  void aStoreThatIsAway() {
    world.memory.goDown("no disk");

    assertRefused("ADD", NETWORK, 11, "datastore: the store in memory is down: no disk");
  }

  @Test
  void aKernelThatSaysNo() {
    world.kernels.pod(PodWorld.namespace("c1"));
    world.kernels.host().failNext("create cali", Errno.EPERM);

    assertRefused("ADD", NETWORK, 100, "EPERM: operation not permitted");
    world.mustHave(0);
  }

  @Test
  void aPodWithoutANamespace() {
    assertRefused(
        "ADD",
        NETWORK,
        4,
        "CNI_NETNS is '/run/netns/c1': expected the network namespace of a container that runs"
            + " (open namespace /run/netns/c1: ENOENT");
    world.mustHave(0);
  }

  @Test
  void noiseInsteadOfACall() {
    PluginReply reply = calls.answer("noise".getBytes(StandardCharsets.UTF_8));

    assertThat(reply.exitCode()).isEqualTo(1);
    assertThat(reply.output()).contains("\"code\":6,").contains("the plugin's message: ");
  }

  /// Whatever keeps ADD from being served is "not available", never "try again later".
  @Test
  void statusSaysThatAddWouldFail() {
    String network = NETWORK.replace("1.0.0", "1.1.0");
    assertThat(answer("STATUS", network)).isEqualTo(PluginReply.success(""));

    world.store.fail(0, 1);
    assertRefused("STATUS", network, 50, "datastore: the test wanted question 0 to fail");
    world.store.forget();
    world.memory.delete(ResourceKey.of(ResourceKind.CLUSTER_INFORMATION, "default"));
    assertRefused("STATUS", network, 50, "Calico is currently not ready to process requests");
    assertRefused("STATUS", network.replace("calico\"", "bridge\""), 50, "Calico is currently not");
  }

  /// Only a pod that got none raises the question; looks are far apart, but for news.
  @Test
  void statusSaysThatThereAreNoAddresses() throws Exception {
    String network = NETWORK.replace("1.0.0", "1.1.0");
    for (int pod = 2; pod <= 5; pod++) {
      world.add("pod" + pod, "c" + pod);
    }
    assertThat(answer("STATUS", network)).isEqualTo(PluginReply.success(""));
    world.kernels.pod(PodWorld.namespace("c1"));
    assertRefused("ADD", NETWORK, 100, "IPPool small is full");

    String none = "no pod gets an address: no IPv4 address is left in the 1 blocks of node node1";
    assertRefused("STATUS", network, 50, none);
    assertRefused("STATUS", network.replace("calico\"", "bridge\""), 50, none);
    world.store.forget();
    assertRefused("STATUS", network, 50, none);
    assertThat(world.store.asked()).as("of STATUS, which has just looked").isEqualTo(1);

    world.delete("pod2", "c2");
    assertThat(answer("STATUS", network)).isEqualTo(PluginReply.success(""));
    world.add("pod2", "c6");
    world.now = world.now.plusSeconds(31);
    assertRefused("STATUS", network, 50, none);
    world.memory.delete(ResourceKey.of(ResourceKind.IPAM_BLOCK, "10-0-0-0-30"));
    world.now = world.now.plusSeconds(29);
    assertRefused("STATUS", network, 50, none);
    world.now = world.now.plusSeconds(2);
    assertThat(answer("STATUS", network)).isEqualTo(PluginReply.success(""));
  }

  /// Who runs the plugin without Kubernetes is not told that somebody tries again.
  @Test
  void whoMakesTheCallAgainIsSaid() {
    world.memory.goDown("no disk");

    assertRefused("ADD", NETWORK, 11, "no disk; kubelet tries again, and the readiness");
    arguments = "IgnoreUnknown=1";
    assertRefused("ADD", NETWORK, 11, "no disk; nothing is left of the call: make it again, and");
  }

  @Test
  void checkComparesWithWhatTheRuntimeWasTold() throws Exception {
    String address = world.add("web", "c1").addresses().getFirst().address().toString();
    String told =
        """
        {"cniVersion": "1.0.0", "name": "net1", "type": "calico",
         "ipam": {"type": "calico-ipam", "assign_ipv6": "true"}, "policy": {"type": "k8s"},
         "prevResult": {"ips": [{"address": "%s/32"}, {"address": "fd00::/128"}]}}
        """;

    assertThat(answer("CHECK", told.formatted(address))).isEqualTo(PluginReply.success(""));
    assertRefused(
        "CHECK",
        told.formatted("10.9.9.9"),
        100,
        "pod default/web has %s, which is not in prevResult: that has [10.9.9.9, fd00::]"
            .formatted(address));
  }

  @Test
  void warmingUpChangesNothing() {
    calls.warmUp();

    world.mustHave(0);
  }

  private void assertRefused(String command, String input, int code, String message) {
    PluginReply reply = answer(command, input);
    assertThat(reply.exitCode()).isEqualTo(1);
    assertThat(reply.output())
        .startsWith("{\"cniVersion\":")
        .contains("\"code\":%d,".formatted(code))
        .contains(message);
  }

  private PluginReply answer(String command, String input) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "CNI_COMMAND",
                command,
                "CNI_CONTAINERID",
                "c1",
                "CNI_NETNS",
                PodWorld.namespace("c1"),
                "CNI_IFNAME",
                "eth0",
                "CNI_ARGS",
                arguments));
    return calls.answer(PluginCall.encode(environment, input.getBytes(StandardCharsets.UTF_8)));
  }
}

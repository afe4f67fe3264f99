// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.cni.plugin.PluginCall;
import dev.brindle.cni.plugin.PluginReply;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniConfigReader;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniResult;
import dev.brindle.cni.protocol.CniVersion;
import dev.brindle.cni.server.Delegates.Outcome;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.model.Route;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Addresses that another plugin assigns: when it is asked what, and what becomes of its answers.
class DelegatedIpamTest {

  private static final String SUBNET = "\"subnet\": \"10.7.0.0/24\"";

  private final PodWorld world = new PodWorld();
  private final FakeHostLocal host = new FakeHostLocal();

  private CniResult add(String ipam) throws InterruptedException {
    world.kernels.pod(PodWorld.namespace("c1"));
    return world.network.add(PodWorld.request("ADD", "web", "c1"), config(ipam), host);
  }

  private void delete(String ipam) throws InterruptedException {
    world.network.delete(PodWorld.request("DEL", "web", "c1"), config(ipam), host);
  }

  private static CniConfig config(String ipam) {
    return CniConfigReader.read(
        """
        {"cniVersion": "1.1.0", "name": "net1", "type": "calico",
         "ipam": {"type": "host-local", %s}, "policy": {"type": "k8s"}}
        """
            .formatted(ipam));
  }

  private void mustHaveNothing() {
    world.mustHave(0);
    assertThat(host.booked).isEmpty();
  }

  @Test
  void aPodComesAndGoes() throws Exception {
    CniResult result = add(SUBNET);

    assertThat(result.addresses()).containsExactly(Cidr.parse("10.7.0.2/32"));
    assertThat(result.json(CniVersion.V1_0_0, Optional.empty()))
        .contains("\"address\":\"10.7.0.2/32\"", "\"routes\":[{\"dst\":\"0.0.0.0/0\"}]")
        .endsWith("\"dns\":{\"search\":[\"example.com\"]}}")
        .doesNotContain("gateway");
    assertThat(world.endpoints().getFirst().spec().ipNetworks()).isEqualTo(result.addresses());
    world.network.check(PodWorld.request("CHECK", "web", "c1"), config(SUBNET), host);
    delete(SUBNET);

    mustHaveNothing();
    assertThat(host.calls).containsExactly("ADD host-local", "CHECK host-local", "DEL host-local");
  }

  @Test
  void aRepeatedAddFreesTheAddressFirst() throws Exception {
    add(SUBNET);
    assertThat(add(SUBNET).addresses()).containsExactly(Cidr.parse("10.7.0.4/32"));

    assertThat(host.calls).containsExactly("ADD host-local", "DEL host-local", "ADD host-local");
    assertThat(world.endpoints()).hasSize(1);
    assertThat(world.podInterfaces()).hasSize(1);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # story          | exit code | output                                                   | code | message
          its own error    | 1         | {"code": 7, "msg": "bad range", "details": "10.7"}       | 7    | bad range
          a number of its  | 1         | {"code": 999, "msg": "no IP addresses available"}        | 999  | no IP addresses available
          a panic          | 2         | panic: at the disco                                      | 100  | IPAM plugin 'host-local' ended its ADD with exit code 2 and no error of CNI: 'panic: at the disco'
          killed           | 137       | ``                                                       | 11   | IPAM plugin 'host-local' was killed: its ADD took longer than 40 s, or somebody else did it
          not there        | 255       | No such file or directory                                | 100  | failed to find plugin 'host-local' of ipam.type in a directory of CNI_PATH, usually /opt/cni/bin, or to run it: No such file or directory
          no result        | 0         | {}                                                       | 100  | IPAM plugin 'host-local': its result cannot be used: no address in it: '{}'
          """)
  void whenItFailsSoDoesAddAndItIsToldToForget(
      String story, int exitCode, String output, int code, String message) {
    host.failing = "ADD";
    host.failure = new Outcome(exitCode, output);

    assertThatExceptionOfType(CniException.class)
        .as(story)
        .isThrownBy(() -> add(SUBNET))
        .withMessage(message)
        .satisfies(e -> assertThat(e.error().number()).isEqualTo(code));
    assertThat(host.calls).containsExactly("ADD host-local", "DEL host-local");
    mustHaveNothing();
  }

  @Test
  void whatFailsLaterFreesTheAddress() throws Exception {
    world.kernels.host().failNext("create cali", Errno.EPERM);

    assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> add(SUBNET));

    assertThat(host.calls).containsExactly("ADD host-local", "DEL host-local");
    mustHaveNothing();
  }

  /// All else is gone, and a DEL that comes again ends well.
  @Test
  void aDelThatItFailsMayBeRepeated() throws Exception {
    add(SUBNET);
    host.failing = "DEL";
    host.failure = new Outcome(255, "No such file or directory");

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> delete(SUBNET))
        .withMessageContaining("failed to find plugin 'host-local'");
    world.mustHave(0);

    host.failing = "";
    delete(SUBNET);
    mustHaveNothing();
  }

  @Test
  void theNodesNetworkStandsForItsMarkAndDelNeedsNone() throws Exception {
    String marked = "\"ranges\": [[{\"subnet\": \"usePodCidr\"}]]";
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> add(marked))
        .withMessageContaining("'usePodCidr', but the node has no podCIDR of IPv4");

    world.memory.create(
        new CalicoNode(
            Metadata.named(PodWorld.NODE),
            CalicoNode.Spec.EMPTY,
            Map.of("podCIDRs", List.of("fd00::/64", "10.7.0.0/24"))));
    host.calls.clear();
    add(marked);
    delete(marked);

    assertThat(host.calls)
        .containsExactly("ADD host-local 10.7.0.0/24", "DEL host-local 0.0.0.0/0");
    mustHaveNothing();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "a": 1                                                                          | 169.254.1.1/32 0.0.0.0/0
          "routes": []                                                                    | 169.254.1.1/32 0.0.0.0/0
          "routes": [{"dst": "10.0.0.0/8"}, {"dst": "fd00::/8"}]                          | 169.254.1.1/32 10.0.0.0/8
          "routes": [{"dst": "10.0.0.0/8"}]}, "include_default_routes": true, "x": {"a":1 | 169.254.1.1/32 0.0.0.0/0 10.0.0.0/8
          """)
  void theNetworksRoutesAreThePods(String ipam, String expected) throws Exception {
    add(ipam);

    assertThat(
            world.kernels.pod(PodWorld.namespace("c1")).routes().all().stream()
                .map(Route::destination)
                .map(Cidr::toString))
        .containsExactlyInAnyOrder(expected.split(" ", -1));
  }

  /// Its word for "and pods that are there have no network either" is kept, any other is 50.
  @ParameterizedTest
  @CsvSource({"51, 51", "50, 50", "11, 50", "999, 50"})
  void statusIsInTheSpecificationsCodes(int code, int expected) {
    host.failing = "STATUS";
    host.failure = new Outcome(1, "{\"code\": %d, \"msg\": \"no daemon\"}".formatted(code));

    String answer =
        world
            .calls
            .answer(
                PluginCall.encode(
                    Map.of("CNI_COMMAND", "STATUS"),
                    config(SUBNET).text().getBytes(StandardCharsets.UTF_8)),
                host)
            .output();

    assertThat(answer).contains("\"code\":%d,\"msg\":\"no daemon\"".formatted(expected));
  }

  @Test
  void gcAndStatusArePassedOn() throws Exception {
    world.network.collect(config(SUBNET), Set.of(), host);
    world.network.status(config(SUBNET), host);
    assertThat(host.calls).containsExactly("GC host-local", "STATUS host-local");

    host.failing = "STATUS";
    host.failure = new Outcome(1, "{\"code\": 50, \"msg\": \"no daemon\"}");
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.network.status(config(SUBNET), host))
        .withMessage("no daemon");
  }

  /// Its daemon looks for the pod's interface, which is not there yet.
  @ParameterizedTest
  @CsvSource({"ADD, 7", "CHECK, 100", "STATUS, 50", "DEL, 0", "GC, 0"})
  void dhcpIsRefusedByUsAndNeverRun(String command, int code) {
    String config =
        """
        {"cniVersion": "1.1.0", "name": "net1", "type": "calico", "ipam": {"type": "dhcp"},
         "cni.dev/valid-attachments": []}
        """;
    world.kernels.pod(PodWorld.namespace("c1"));

    PluginReply reply =
        world.calls.answer(
            PluginCall.encode(
                Map.of(
                    "CNI_COMMAND", command,
                    "CNI_CONTAINERID", "c1",
                    "CNI_NETNS", PodWorld.namespace("c1"),
                    "CNI_IFNAME", "eth0",
                    "CNI_ARGS", "K8S_POD_NAMESPACE=default;K8S_POD_NAME=web"),
                config.getBytes(StandardCharsets.UTF_8)),
            host);

    assertThat(host.calls).isEmpty();
    mustHaveNothing();
    assertThat(world.memory.list(ResourceKind.PROFILE)).isEmpty();
    if (code == 0) {
      assertThat(reply.exitCode()).as(reply.output()).isZero();
    } else {
      assertThat(reply.output()).contains("\"code\":%d,".formatted(code));
    }
    if (command.equals("ADD") || command.equals("STATUS")) {
      assertThat(reply.output())
          .contains("ipam.type is 'dhcp'", "expected 'calico-ipam', 'host-local' or 'static'");
    }
  }
}

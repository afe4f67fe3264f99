// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brindle.cni.plugin.SlotFiles;
import dev.brindle.cni.server.PluginClient.Ended;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What a hostile user, or a broken runtime, writes to the plugin's standard input and into its
/// variables, with the daemon behind it: the answer is one error of the specification's form,
/// whatever it was, and nothing is left behind. Both plugins say the same to the last character.
@ParameterizedClass(name = "{0}")
@EnumSource(PluginClient.class)
class BrokenInputTest {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final String GOOD =
      """
      {"cniVersion": "1.0.0", "name": "net1", "type": "calico",
       "ipam": {"type": "calico-ipam", "assign_ipv6": "true"}, "policy": {"type": "k8s"}}""";

  @TempDir private Path base;
  @Parameter private PluginClient client = PluginClient.JAVA;
  private PodWorld world = new PodWorld();
  private CniServer server;

  @BeforeEach
  void aDaemon() throws Exception {
    client.needed();
    world = new PodWorld(base.resolve("deletes"));
    world.kernels.pod(PodWorld.namespace("c1"));
    server =
        CniServer.start(files(), CniServerHolder::makeFifo, (call, _) -> world.calls.answer(call));
  }

  @AfterEach
  void end() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  private SlotFiles files() {
    return new SlotFiles(base.resolve("cni"));
  }

  private Ended run(String command, String input, Map<String, String> more) throws Exception {
    Map<String, String> variables =
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
                "K8S_POD_NAMESPACE=default;K8S_POD_NAME=web",
                "BRINDLE_CNI_DIR",
                files().directory().toString()));
    variables.putAll(more);
    return PluginClient.ended(PluginClient.start(client.builder(variables), input));
  }

  private void refuses(String command, String input, int code, String message) throws Exception {
    Ended ended = run(command, input, Map.of());
    assertThat(ended.exitCode()).as(ended.output()).isEqualTo(1);
    JsonNode error = JSON.readTree(ended.output());
    assertThat(error.path("msg").textValue()).contains(message);
    assertThat(error.path("code").intValue()).as(ended.output()).isEqualTo(code);
    assertThat(error.path("cniVersion").textValue()).hasSizeBetween(1, 31);
    world.mustHave(0);
  }

  private static String with(String field) {
    return GOOD.replaceFirst("}}$", "}, " + field + "}");
  }

  /// Cut off, each byte of it: never half a configuration.
  @Test
  void cutOff() throws Exception {
    for (int length : new int[] {0, 1, 14, GOOD.length() / 2, GOOD.length() - 1}) {
      refuses("ADD", GOOD.substring(0, length), 6, "the network configuration on stdin is no JSON");
    }
  }

  @Test
  void moreThanOne() throws Exception {
    refuses("ADD", GOOD + GOOD, 6, "no JSON");
    refuses("ADD", GOOD + "\0", 6, "no JSON");
    refuses("ADD", GOOD + " x", 6, "no JSON");
    refuses("ADD", with("\"policy\": {}"), 6, "Duplicate field 'policy'");
    refuses("ADD", with("\"a\": {\"b\": 1, \"b\": 2}"), 6, "Duplicate field 'b'");
  }

  @Test
  void bytesThatAreNone() throws Exception {
    refuses("ADD", GOOD.replace("net1", "net\0001"), 6, "no JSON");
    refuses("ADD", GOOD.replace("net1", "n\\u0000"), 7, "name is 'n\0': expected a letter");
    refuses("ADD", "\0".repeat(100_000), 6, "no JSON");
    refuses("ADD", "\uFEFF" + GOOD, 6, "no JSON");
    refuses("ADD", GOOD.replace("net1", "n\uD800"), 7, "name is 'n?'");
  }

  @Test
  void deepAndHuge() throws Exception {
    refuses("ADD", "[".repeat(1_000_000), 6, "nesting depth");
    refuses("ADD", with("\"a\": " + "{\"a\":".repeat(500) + "1" + "}".repeat(500)), 6, "nesting");
    String long_ = "x".repeat(900_000);
    refuses("ADD", with("\"mtu\": \"" + long_ + "\""), 7, "mtu is '\"xxx");
    refuses("ADD", with("\"mtu\": 1" + "0".repeat(5_000)), 6, "no JSON");
    refuses("ADD", with("\"mtu\": 1e400"), 7, "mtu is '");
    refuses("ADD", GOOD.replace("1.0.0", long_), 1, "cniVersion 'xxx");
    refuses("ADD", GOOD.replace("net1", long_), 7, "name is 'xxx");
    refuses("ADD", " ".repeat(1 << 20) + GOOD, 7, "are longer than 1048576 bytes");
  }

  @Test
  void partsOfAnotherType() throws Exception {
    for (String part :
        new String[] {"container_settings", "feature_control", "args", "prevResult"}) {
      refuses("ADD", with("\"%s\": \"k8s\"".formatted(part)), 7, part + " is '\"k8s\"'");
      refuses("ADD", with("\"%s\": []".formatted(part)), 7, part + " is '[]'");
    }
    // taken for no policy at all otherwise, which lets everybody in
    refuses(
        "ADD",
        GOOD.replace("{\"type\": \"k8s\"}", "\"k8s\""),
        7,
        "policy is '\"k8s\"': expected an object");
    refuses("ADD", with("\"args\": {\"cni\": {\"labels\": \"a=b\"}}"), 7, "labels is '\"a=b\"'");
    refuses("ADD", with("\"prevResult\": {\"ips\": {\"a\": {}}}"), 7, "prevResult.ips is '{");
    refuses("ADD", with("\"prevResult\": {\"interfaces\": [1]}"), 7, "prevResult.interfaces is");
    refuses("ADD", GOOD.replace("\"1.0.0\"", "1"), 7, "cniVersion is '1': expected a text");
    refuses("ADD", GOOD.replace("\"net1\"", "{}"), 7, "name is '{}': expected a text");
  }

  @Test
  void variablesThatAreNone() throws Exception {
    for (String variable : new String[] {"CNI_CONTAINERID", "CNI_IFNAME", "CNI_NETNS"}) {
      for (String value : new String[] {"", "../../x y", "\n", "x".repeat(100_000)}) {
        Ended ended = run("ADD", GOOD, Map.of(variable, value));
        JsonNode error = JSON.readTree(ended.output());
        assertThat(error.path("code").intValue()).as(ended.output()).isEqualTo(4);
        assertThat(error.path("msg").textValue()).startsWith(variable + " is ");
      }
    }
    world.mustHave(0);
  }

  /// What is unknown is left alone, and what is not needed need not be there.
  @Test
  void whatIsOnlyOddIsServed() throws Exception {
    String odd =
        with(
            "\"runtimeConfig\": 5, \"capabilities\": [], \"ipMasq\": \"?\", \"dns\": null,"
                + " \"args\": null, \"prevResult\": null, \"cni.dev/x\": {\"y\": [[[]]]}");

    Ended added =
        run("ADD", odd, Map.of("CNI_ARGS", "K8S_POD_NAMESPACE=default;K8S_POD_NAME=web;X="));
    assertThat(added.exitCode()).as(added.output()).isZero();
    world.mustHave(1);
    assertThat(run("CHECK", odd, Map.of()).exitCode()).isZero();
    assertThat(run("DEL", odd, Map.of("CNI_NETNS", ""))).isEqualTo(new Ended(0, ""));
    world.mustHave(0);
  }

  /// Somebody has made a mistake in the file since: pods go all the same.
  @Test
  void aDelGoesByTheNamesAlone() throws Exception {
    for (String mistake :
        Stream.of(
                "\"mtu\": \"1500\"",
                "\"policy\": 7",
                "\"policy\": {\"type\": \"istio\"}",
                "\"args\": []",
                "\"prevResult\": []",
                "\"readiness_gates\": [\"?\"]")
            .toArray(String[]::new)) {
      assertThat(run("ADD", GOOD, Map.of()).exitCode()).isZero();
      assertThat(run("DEL", with(mistake), Map.of())).as(mistake).isEqualTo(new Ended(0, ""));
      world.mustHave(0);
    }
  }

  /// Also where it has to wait for the store.
  @Test
  void aDelWithAMistakeIsKeptAndFinished() throws Exception {
    run("ADD", GOOD, Map.of());
    world.store.fail(0, 1_000_000);
    assertThat(run("DEL", with("\"mtu\": \"1500\""), Map.of())).isEqualTo(new Ended(0, ""));
    world.store.forget();
    assertThat(world.calls.finish(world.pending)).isEmpty();
    world.mustHave(0);
  }

  /// It would be the networks of others otherwise.
  @Test
  void aDelWithoutANameIsRefused() throws Exception {
    run("ADD", GOOD, Map.of());
    Ended ended = run("DEL", GOOD.replace("\"net1\"", "5"), Map.of());
    assertThat(ended.output()).contains("\"code\":7", "name is '5'");
    world.mustHave(1);
  }

  /// An odd list must not be taken for an empty one, which is everything.
  @Test
  void aListOfAttachmentsThatIsNone() throws Exception {
    String gc = GOOD.replace("1.0.0", "1.1.0");
    for (String list :
        new String[] {"5", "\"c1\"", "{}", "[\"c1\"]", "[{}]", "[{\"containerID\": 1}]"}) {
      String field = "\"cni.dev/valid-attachments\": " + list;
      refuses("GC", gc.replaceFirst("}}$", "}, " + field + "}"), 7, "expected");
    }
    refuses("GC", gc, 7, "cni.dev/valid-attachments is missing");
    String twice =
        "\"cni.dev/valid-attachments\": [{\"containerID\": \"c1\"}], \"cni.dev/valid-attachments\": []";
    refuses("GC", gc.replaceFirst("}}$", "}, " + twice + "}"), 6, "Duplicate field");
  }
}

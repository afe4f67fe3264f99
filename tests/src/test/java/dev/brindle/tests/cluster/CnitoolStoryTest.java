// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.tests.cluster.Machine.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The specification's own runtime (`cnitool`, of the CNI project) plugs and unplugs containers on
/// a node of a cluster: what CNI 1.1.0 says that plugins must and should do.
@TestMethodOrder(OrderAnnotation.class)
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class CnitoolStoryTest {

  private static final String NODE = "node1";
  private static final String NETWORKS = "/etc/cni/of-test";
  private static final Path OTHER_PLUGINS = Path.of("/usr/lib/cni");

  @TempDir private static Path directory;

  @SuppressWarnings("NullAway.Init") // it is there before all stories
  private static Cluster cluster;

  private static Optional<Stage> started = Optional.empty();
  private static int count;

  @BeforeAll
  static void startCluster() throws Exception {
    Programs.need(List.of("cnitool"));
    started = Optional.of(Stage.set(directory, 1, Kubelets.STAND_IN));
    cluster = started.get().cluster();
    Eventually.until(
        () -> "there is an account for pods",
        () -> !cluster.list("/api/v1/namespaces/default/serviceaccounts").isEmpty());
    // pods are for cnitool
    cluster.kubelet(NODE).close();
  }

  @AfterAll
  static void endCluster() {
    started.ifPresent(Stage::close);
  }

  // ---- stories

  @ParameterizedTest
  @ValueSource(strings = {"0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"})
  @Order(1)
  void addCheckAndDelTwiceInEachVersion(String version) {
    network(version);
    String container = container();

    JsonNode result = StandInKubelet.json(cnitool("add", container).ok().out());

    assertThat(result.path("cniVersion").asText()).isEqualTo(version);
    assertThat(result.at("/ips/0/address").asText()).startsWith("10.244.").endsWith("/32");
    JsonNode inside = result.path("interfaces").get(result.at("/ips/0/interface").asInt());
    assertThat(inside.path("name").asText()).isEqualTo("eth0");
    assertThat(inside.path("sandbox").asText()).isEqualTo("/run/netns/" + container);
    assertThat(addresses(container)).contains(result.at("/ips/0/address").asText());
    if (!version.startsWith("0.3")) {
      cnitool("check", container).ok();
    }
    cnitool("del", container).ok();
    cnitool("del", container).ok();
    assertThat(booked()).doesNotContain(address(result));
    assertThat(addresses(container)).doesNotContain("eth0");
  }

  /// "If an interface of the requested name already exists in the container, the CNI plugin MUST
  /// return with an error."
  @Test
  @Order(2)
  void anInterfaceOfThatNameIsThereAlready() {
    network("1.1.0");
    String container = container();
    List<String> before = booked();
    ip("-n", container, "link", "add", "eth0", "type", "bridge");

    Ended ended = cnitool("add", container);

    assertThat(ended.code()).isNotZero();
    assertThat(ended.err() + ended.out()).contains("eth0", "exists", container);
    assertThat(booked()).isEqualTo(before);
    assertThat(addresses(container)).contains("eth0");
    cnitool("del", container).ok();
    assertThat(addresses(container)).contains("eth0");
  }

  @Test
  @Order(3)
  void checkNamesWhatIsMissing() {
    network("1.1.0");
    String container = container();
    cnitool("add", container).ok();

    ip("-n", container, "route", "delete", "default");
    assertThat(cnitool("check", container).err()).contains("misses", "0.0.0.0/0");
    ip("-n", container, "link", "delete", "eth0");
    assertThat(cnitool("check", container).code()).isNotZero();

    cnitool("del", container).ok();
    assertThat(cnitool("check", container).code()).isNotZero();
  }

  @Test
  @Order(4)
  void delWithoutTheNamespaceGivesTheAddressBack() {
    network("1.1.0");
    String container = container();
    JsonNode result = StandInKubelet.json(cnitool("add", container).ok().out());
    assertThat(booked()).contains(address(result));

    ip("netns", "delete", container);

    cnitool("del", container).ok();
    assertThat(booked()).doesNotContain(address(result));
  }

  /// cnitool names no attachments in its GC, which would mean that none is valid: it is refused.
  @Test
  @Order(5)
  void gcWithoutTheListTakesNothing() {
    network("1.1.0");
    String container = container();
    JsonNode result = StandInKubelet.json(cnitool("add", container).ok().out());
    forget(container);

    Ended ended = cnitool("gc", container);

    assertThat(ended.code()).isNotZero();
    assertThat(ended.err()).contains("cni.dev/valid-attachments is missing: expected a list");
    assertThat(booked()).contains(address(result));
    cnitool("del", container).ok();
    assertThat(booked()).doesNotContain(address(result));
  }

  /// Or cnitool would make a DEL of each that it knows, before the GC.
  private static void forget(String container) {
    try (Stream<Path> files = Files.list(cluster.machine(NODE).file("/var/lib/cni/results"))) {
      for (Path file : files.toList()) {
        if (Logs.read(file).contains(container)) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// "The plugin must allow for a later chained plugin to have modified networking resources."
  @Test
  @Order(6)
  void laterPluginsMayChangeWhatIsOurs() throws IOException {
    Path tuning = OTHER_PLUGINS.resolve("tuning");
    assumeTrue(Files.isExecutable(tuning), "no CNI plugin tuning (containernetworking-plugins)");
    Path there = cluster.machine(NODE).file("/opt/cni/bin/tuning");
    Files.copy(tuning, there);
    there.toFile().setExecutable(true);
    network(
        "1.0.0",
        "{\"type\": \"tuning\", \"mac\": \"c2:b0:57:49:47:f1\", \"mtu\": 1300, \"sysctl\": {\"net.core.somaxconn\": \"500\"}}");
    String container = container();

    JsonNode result = StandInKubelet.json(cnitool("add", container).ok().out());

    assertThat(result.path("interfaces").toString()).contains("c2:b0:57:49:47:f1");
    cnitool("check", container).ok();
    cnitool("del", container).ok();
    assertThat(booked()).doesNotContain(address(result));
  }

  @Test
  @Order(7)
  void statusSaysWhetherAddWouldDo() {
    network("1.1.0");
    String container = container();
    cnitool("status", container).ok();

    cluster.network().brindle("", "datastore", "migrate", "lock").ok();
    Ended locked = cnitool("status", container);
    assertThat(locked.code()).isNotZero();
    assertThat(locked.err()).contains("Calico is currently not ready", "migrate unlock");
    cluster.network().brindle("", "datastore", "migrate", "unlock").ok();

    cluster.network().stopDaemon(NODE);
    Ended away = cnitool("status", container);
    assertThat(away.code()).isNotZero();
    assertThat(away.err()).contains("the brindle node daemon is not running");
    cluster.network().startDaemon(NODE);
    cluster.awaitReady(NODE);
    cnitool("status", container).ok();
  }

  // ---- the runtime

  /// Ours, and then others.
  private static void network(String version, String... others) {
    String usual = Logs.read(cluster.machine(NODE).file("/etc/cni/net.d/10-calico.conflist"));
    ObjectNode list = (ObjectNode) StandInKubelet.json(usual);
    list.put("name", "of-test");
    list.put("cniVersion", version);
    ArrayNode plugins = (ArrayNode) list.path("plugins");
    while (plugins.size() > 1) {
      plugins.remove(1);
    }
    for (String other : others) {
      plugins.add(StandInKubelet.json(other));
    }
    cluster.machine(NODE).write(NETWORKS + "/of-test.conflist", list.toString());
  }

  /// With a pod of that name, which the node has: in Kubernetes nothing else can be plugged.
  private static String container() {
    String name = "tool-" + ++count;
    cluster.kubectl(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, namespace: default}
        spec:
          nodeName: node1
          tolerations: [{operator: Exists}]
          containers:
          - {name: echo, image: "brindle.test/echo:1"}
        """
            .formatted(name),
        "apply",
        "-f",
        "-");
    ip("netns", "add", name);
    ip("-n", name, "link", "set", "lo", "up");
    return name;
  }

  private static Ended cnitool(String command, String container) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("NETCONFPATH", NETWORKS);
    environment.put("CNI_PATH", "/opt/cni/bin");
    environment.put(
        "CNI_ARGS", "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=" + container);
    List<String> line =
        List.of(Programs.path("cnitool"), command, "of-test", "/run/netns/" + container);
    return cluster.machine(NODE).run(line, environment, "");
  }

  private static String ip(String... words) {
    List<String> line = new ArrayList<>(List.of(Programs.path("ip")));
    line.addAll(List.of(words));
    return cluster.machine(NODE).run(line, Map.of(), "").ok().out();
  }

  private static String addresses(String container) {
    return ip("-n", container, "address");
  }

  private static List<String> booked() {
    return cluster.network().bookings().stream().map(Booking::address).toList();
  }

  private static String address(JsonNode result) {
    return result.at("/ips/0/address").asText().replaceAll("/.*", "");
  }
}

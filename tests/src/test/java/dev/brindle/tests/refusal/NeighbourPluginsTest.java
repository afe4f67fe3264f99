// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.connect.DatastoreSettings;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.testing.Waiting;
import dev.brindle.tests.refusal.NodeRig.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Our plugin beside those of the CNI project as Debian has them (containernetworking-plugins, or
/// below BRINDLE_CNI_PLUGINS): IPAM plugins that assign for it, plugins before and after it in a
/// chain, other networks of a pod. A runtime is stood in for: it gives each plugin of a chain the
/// result of the one before, and calls them backwards for DEL.
@ParameterizedClass(name = "{0}")
@EnumSource(NeighbourPluginsTest.Client.class)
class NeighbourPluginsTest {

  /// How the build of the plugin ends where there is none.
  private static final int NO_COMPILER = 3;

  enum Client {
    JAVA,
    C
  }

  private static final Path PLUGINS =
      Path.of(Optional.ofNullable(System.getenv("BRINDLE_CNI_PLUGINS")).orElse("/usr/lib/cni"));
  private static final Path DNSMASQ = Path.of("/usr/sbin/dnsmasq");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CALICO =
      """
      {"type": "calico", "ipam": {"type": "calico-ipam"}}
      """;
  @TempDir private Path base;
  @Parameter private Client client = Client.JAVA;
  private NodeRig rig;
  private List<String> calico = List.of();
  private final List<NetworkNamespace> sandboxes = new ArrayList<>();

  @BeforeEach
  void makeMachine() throws Exception {
    assumeTrue(
        Files.isExecutable(PLUGINS.resolve("host-local")),
        "no CNI plugins in %s (containernetworking-plugins)".formatted(PLUGINS));
    calico = client == Client.JAVA ? NodeRig.javaPlugin() : compiled();
    rig = NodeRig.make(base);
    rig.startAndAwait(Map.of());
  }

  private List<String> compiled() throws Exception {
    Path program = base.resolve("brindle-cni");
    Process build =
        new ProcessBuilder("../cni/src/main/c/build", program.toString()).inheritIO().start();
    int code = build.waitFor();
    assumeTrue(code != NO_COMPILER, "no C compiler");
    assertThat(code).as("the plugin compiles").isZero();
    return List.of(program.toString());
  }

  @AfterEach
  void endAll() throws InterruptedException {
    if (!calico.isEmpty()) {
      rig.close();
      sandboxes.forEach(NetworkNamespace::close);
    }
  }

  // ---- others assign addresses

  @Test
  void hostLocalAssigns() throws Exception {
    Chain chain = new Chain("1.0.0", hostLocal());
    NetworkNamespace one = sandbox();
    NetworkNamespace two = sandbox();

    JsonNode first = chain.add("one", one);
    assertThat(addresses(first)).containsExactly("10.7.0.2/32");
    assertThat(addresses(chain.add("two", two))).containsExactly("10.7.0.3/32");
    assertThat(booked()).containsExactly("10.7.0.2", "10.7.0.3");
    assertThat(chain.check("one", one)).isEqualTo(new Ended(0, ""));
    assertThat(ping(one, "10.7.0.3")).contains("1 received");
    assertThat(rig.stored(ResourceKind.IPAM_HANDLE)).isEmpty();

    assertThat(chain.delete("one", one)).isEqualTo(new Ended(0, ""));
    assertThat(chain.delete("one", one)).as("again").isEqualTo(new Ended(0, ""));
    assertThat(booked()).containsExactly("10.7.0.3");
    assertThat(rig.podInterfaces()).hasSize(1);
  }

  @Test
  void itsErrorsArePassedOnAndNothingStays() throws Exception {
    Chain chain = new Chain("1.0.0", hostLocal().replace("10.7.0.0/29", "10.7.0.0/30"));
    chain.add("one", sandbox());
    NetworkNamespace late = sandbox();

    Ended refused = chain.run("ADD", "late", late);

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.output())
        .contains("\"code\":999", "no IP addresses available in range set: 10.7.0.1-10.7.0.2");
    assertThat(booked()).containsExactly("10.7.0.2");
    assertThat(rig.podInterfaces()).hasSize(1);
    assertThat(rig.stored(ResourceKind.WORKLOAD_ENDPOINT)).hasSize(1);
  }

  /// A DEL without it takes away all that is ours, and says what is missing until it is there
  /// again.
  @Test
  void aDelWithoutThePluginEndsWellInTheEnd() throws Exception {
    Chain chain = new Chain("1.0.0", hostLocal());
    NetworkNamespace one = sandbox();
    chain.add("one", one);

    Ended refused = chain.run("DEL", "one", one, Map.of("CNI_PATH", base.toString()));

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.output()).contains("\"code\":100", "failed to find plugin 'host-local'");
    assertThat(rig.podInterfaces()).isEmpty();
    assertThat(rig.stored(ResourceKind.WORKLOAD_ENDPOINT)).isEmpty();
    assertThat(booked()).containsExactly("10.7.0.2");
    assertThat(chain.delete("one", one)).isEqualTo(new Ended(0, ""));
    assertThat(booked()).isEmpty();
  }

  @Test
  void resultsHaveTheFormOfOldVersions() throws Exception {
    for (String version : List.of("0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0")) {
      Chain chain = new Chain(version, hostLocal());
      NetworkNamespace one = sandbox();
      JsonNode result = chain.add("one", one);

      assertThat(result.path("cniVersion").textValue()).isEqualTo(version);
      String address =
          version.compareTo("0.3") < 0
              ? result.path("ip4").path("ip").textValue()
              : result.path("ips").path(0).path("address").textValue();
      assertThat(address).as(version).startsWith("10.7.0.").endsWith("/32");
      assertThat(chain.delete("one", one)).isEqualTo(new Ended(0, ""));
    }
    assertThat(booked()).isEmpty();
  }

  /// A version that it does not know is its to refuse.
  @Test
  void aVersionThatItDoesNotSpeakIsRefusedByIt() throws Exception {
    Ended versions = rig.run(plugin("host-local"), Map.of("CNI_COMMAND", "VERSION"), "{}");
    assumeTrue(!versions.output().contains("1.1.0"), "it speaks 1.1.0");

    Ended refused = new Chain("1.1.0", hostLocal()).run("ADD", "one", sandbox());

    assertThat(refused.output())
        .contains("\"cniVersion\":\"1.1.0\"", "\"code\":1,", "incompatible");
    assertThat(rig.podInterfaces()).isEmpty();
  }

  @Test
  void staticAssignsWhatTheConfigurationSays() throws Exception {
    Chain chain =
        new Chain(
            "1.0.0",
            """
            {"type": "calico", "ipam": {"type": "static",
             "addresses": [{"address": "10.8.0.7/16", "gateway": "10.8.0.1"}, {"address": "10.8.0.8/16"}],
             "routes": [{"dst": "0.0.0.0/0"}], "dns": {"nameservers": ["10.8.0.53"]}}}
            """);
    NetworkNamespace one = sandbox();
    NetworkNamespace two = sandbox();

    JsonNode result = chain.add("one", one);
    new Chain("1.0.0", CALICO).add("two", two);

    assertThat(addresses(result)).containsExactly("10.8.0.7/32", "10.8.0.8/32");
    assertThat(result.path("dns")).isEqualTo(JSON.readTree("{\"nameservers\":[\"10.8.0.53\"]}"));
    assertThat(result.path("ips").findValue("gateway")).isNull();
    assertThat(chain.check("one", one)).isEqualTo(new Ended(0, ""));
    assertThat(ping(two, "10.8.0.7")).contains("1 received");
    assertThat(ping(two, "10.8.0.8")).contains("1 received");
    assertThat(chain.delete("one", one)).isEqualTo(new Ended(0, ""));
  }

  /// With its daemon there: nobody is on the pod's link whom it could ask. It serves another
  /// network of the pod, whose bridge has a server.
  @Test
  void dhcpServesAPodsSecondNetworkAndNeverOurs() throws Exception {
    assumeTrue(Files.isExecutable(DNSMASQ), "no %s (dnsmasq-base)".formatted(DNSMASQ));
    Path socket = Files.createTempDirectory("brindle").resolve("dhcp.sock"); // at most 107 bytes
    rig.launch(
        rig.host(),
        "dhcp.log",
        List.of(plugin("dhcp").getFirst(), "daemon", "-socketpath", socket.toString()));
    Waiting.until(() -> "the daemon of dhcp listens", () -> Files.exists(socket));
    String ipam = "\"ipam\": {\"type\": \"dhcp\", \"daemonSocketPath\": \"%s\"}".formatted(socket);
    NetworkNamespace one = sandbox();

    Chain ours = new Chain("1.0.0", "{\"type\": \"calico\", %s}".formatted(ipam));
    Ended refused = ours.run("ADD", "one", one);
    assertThat(refused.output()).contains("\"code\":7", "ipam.type is 'dhcp'");
    assertThat(ours.delete("one", one)).isEqualTo(new Ended(0, ""));
    assertThat(rig.podInterfaces()).isEmpty();

    Chain chain = new Chain("1.0.0", CALICO);
    chain.add("one", one);
    serveDhcp("br8");
    Chain second =
        new Chain("1.0.0", "{\"type\": \"bridge\", \"bridge\": \"br8\", %s}".formatted(ipam))
            .with("CNI_IFNAME", "net1");
    assertThat(addresses(second.add("one", one)).getFirst()).startsWith("10.66.0.");
    assertThat(ping(one, "10.66.0.1")).contains("1 received");
    assertThat(second.delete("one", one)).isEqualTo(new Ended(0, ""));
    assertThat(chain.check("one", one)).isEqualTo(new Ended(0, ""));
    Files.deleteIfExists(socket);
    Files.delete(socket.getParent());
  }

  /// A bridge of the host with a DHCP server.
  private void serveDhcp(String bridge) throws Exception {
    said(rig.host(), "ip", "link", "add", bridge, "type", "bridge");
    said(rig.host(), "ip", "addr", "add", "10.66.0.1/24", "dev", bridge);
    said(rig.host(), "ip", "link", "set", bridge, "up");
    Path log = base.resolve("dnsmasq.log");
    rig.launch(
        rig.host(),
        log.getFileName().toString(),
        List.of(
            DNSMASQ.toString(),
            "--keep-in-foreground",
            "--conf-file=/dev/null",
            "--port=0",
            "--user=root",
            "--group=root",
            "--log-facility=-",
            "--interface=" + bridge,
            "--dhcp-range=10.66.0.10,10.66.0.20,255.255.255.0,1h",
            "--dhcp-leasefile=" + base.resolve("leases")));
    Waiting.until(() -> "dnsmasq serves: " + read(log), () -> read(log).contains("DHCP, IP range"));
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- we assign for others

  @Test
  void aBridgeHasItsAddressesFromUs() throws Exception {
    Chain chain = withUs("{\"type\": \"bridge\", \"bridge\": \"br7\", %s}");
    NetworkNamespace one = sandbox();
    NetworkNamespace two = sandbox();

    String first = addresses(chain.add("one", one)).getFirst();
    // while it is alone: the bridge changes its MAC address with each port, and compares it
    assertThat(chain.check("one", one)).isEqualTo(new Ended(0, ""));
    String second = addresses(chain.add("two", two)).getFirst();

    assertThat(first).startsWith("10.244.").endsWith("/26").isNotEqualTo(second);
    assertThat(ping(one, second.replace("/26", ""))).contains("1 received");
    assertThat(rig.stored(ResourceKind.IPAM_HANDLE)).hasSize(2);
    assertThat(rig.stored(ResourceKind.WORKLOAD_ENDPOINT)).isEmpty();
    assertThat(rig.podInterfaces()).isEmpty();
    assertThat(chain.delete("one", one)).isEqualTo(new Ended(0, ""));
    assertThat(chain.delete("one", one)).as("again").isEqualTo(new Ended(0, ""));
    assertThat(chain.delete("two", two)).isEqualTo(new Ended(0, ""));
    assertThat(rig.stored(ResourceKind.IPAM_HANDLE)).isEmpty();
  }

  /// A pod of ours with a second network, whose addresses are ours, too, of a pool of its own: with
  /// the addresses come their blocks, and no pod has two ways to one block.
  @Test
  void aSecondNetworkHasItsAddressesFromUsToo() throws Exception {
    Chain chain = new Chain("1.0.0", CALICO);
    NetworkNamespace one = sandbox();
    NetworkNamespace two = sandbox();
    chain.add("one", one);
    String two0 = addresses(chain.add("two", two)).getFirst().replace("/32", "");
    Chain second =
        withUs("{\"type\": \"macvlan\", \"master\": \"eth0\", \"name\": \"lan\", %s}", "lan-pool")
            .with("CNI_IFNAME", "net1");
    createPool();

    String one1 = addresses(second.add("one", one)).getFirst();

    assertThat(one1).startsWith("10.77.0.").endsWith("/28");
    assertThat(said(one, "ip", "-br", "addr", "show", "net1")).contains(one1);
    assertThat(ping(one, two0)).contains("1 received");
    assertThat(rig.stored(ResourceKind.IPAM_HANDLE)).hasSize(3);
    assertThat(second.delete("one", one)).isEqualTo(new Ended(0, ""));
    assertThat(chain.check("one", one)).isEqualTo(new Ended(0, ""));
    assertThat(ping(one, two0)).contains("1 received");
    assertThat(rig.stored(ResourceKind.IPAM_HANDLE)).hasSize(2);
  }

  /// It wants a gateway, which Calico's does not give either: nothing is left of that.
  @Test
  void aPairGoesWithoutUs() throws Exception {
    Chain chain = withUs("{\"type\": \"ptp\", %s}");
    NetworkNamespace one = sandbox();

    Ended refused = chain.run("ADD", "one", one);

    assertThat(refused.exitCode()).as(refused.output()).isEqualTo(1);
    assertThat(chain.delete("one", one)).isEqualTo(new Ended(0, ""));
    assertThat(rig.stored(ResourceKind.IPAM_HANDLE)).isEmpty();
  }

  /// For whoever names it.
  private void createPool() {
    try (Datastore datastore = DatastoreSettings.embedded(base.resolve("store/db")).open()) {
      datastore.create(
          ResourceCodec.readStored(
              ResourceKind.IP_POOL,
              """
              {"metadata": {"name": "lan-pool"},
               "spec": {"cidr": "10.77.0.0/24", "blockSize": 28, "nodeSelector": "!all()"}}
              """));
    }
  }

  /// A network whose plugin runs us as its IPAM plugin, as `calico-ipam` in CNI_PATH.
  private Chain withUs(String plugin, String... pools) throws IOException {
    Path ours = Files.createDirectories(base.resolve("ours")).resolve("calico-ipam");
    Files.createSymbolicLink(ours, Path.of(calico.getFirst()));
    String ipam =
        "\"ipam\": {\"type\": \"calico-ipam\", \"ipv4_pools\": %s}"
            .formatted(JSON.writeValueAsString(pools));
    return new Chain("1.0.0", plugin.formatted(ipam))
        .with("CNI_PATH", ours.getParent() + ":" + PLUGINS);
  }

  // ---- others in the chain

  @Test
  void tuningAndBandwidthComeAfterUs() throws Exception {
    Chain chain =
        new Chain(
            "1.0.0",
            CALICO,
            "{\"type\": \"tuning\", \"sysctl\": {\"net.core.somaxconn\": \"500\"}}",
            """
            {"type": "bandwidth", "ingressRate": 8000000, "ingressBurst": 8000000,
             "egressRate": 8000000, "egressBurst": 8000000}
            """);
    NetworkNamespace one = sandbox();

    JsonNode result = chain.add("one", one);

    String ours = rig.podInterfaces().getFirst();
    assertThat(said(one, "sysctl", "-n", "net.core.somaxconn")).isEqualTo("500\n");
    assertThat(said(rig.host(), "tc", "qdisc", "show", "dev", ours)).contains("tbf", "rate 8Mbit");
    assertThat(result.path("interfaces").findValuesAsText("name")).startsWith(ours, "eth0");
    assertThat(chain.check("one", one)).isEqualTo(new Ended(0, ""));
    assertThat(chain.delete("one", one)).isEqualTo(new Ended(0, ""));
    assertThat(said(rig.host(), "ip", "-br", "link")).doesNotContain(ours, "bwp");
    assertThat(rig.stored(ResourceKind.IPAM_HANDLE)).isEmpty();
  }

  @Test
  void portmapComesAfterUs() throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":", -1))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "iptables"))),
        "portmap needs iptables");
    Chain chain =
        new Chain(
            "1.0.0",
            CALICO,
            """
            {"type": "portmap", "snat": true, "capabilities": {"portMappings": true},
             "runtimeConfig": {"portMappings": [{"hostPort": 8080, "containerPort": 80, "protocol": "tcp"}]}}
            """);
    NetworkNamespace one = sandbox();

    String address = addresses(chain.add("one", one)).getFirst().replace("/32", "");

    assertThat(said(rig.host(), "iptables", "-t", "nat", "-S"))
        .contains("-j DNAT --to-destination %s:80".formatted(address));
    // its CHECK of 1.1.1 wants rules of IPv6 for a pod without
    assertThat(chain.delete("one", one)).isEqualTo(new Ended(0, ""));
    assertThat(said(rig.host(), "iptables", "-t", "nat", "-S")).doesNotContain("DNAT --to");
  }

  @Test
  void whatOneBeforeUsGaveStays() throws Exception {
    Chain chain = new Chain("1.0.0", "{\"type\": \"loopback\"}", CALICO);
    NetworkNamespace one = sandbox();

    JsonNode result = chain.add("one", one);

    assertThat(result.path("interfaces").findValuesAsText("name"))
        .containsExactly("lo", rig.podInterfaces().getFirst(), "eth0");
    JsonNode ours = result.path("ips").path(result.path("ips").size() - 1);
    assertThat(ours.path("interface").intValue()).isEqualTo(2);
    assertThat(result.path("ips").path(0).path("address").textValue()).isEqualTo("127.0.0.1/8");
    assertThat(chain.delete("one", one)).isEqualTo(new Ended(0, ""));
  }

  // ---- other networks of the pod

  @Test
  void aBridgeIsThePodsSecondNetwork() throws Exception {
    Chain bridge = bridge();
    Chain chain = new Chain("1.0.0", CALICO);
    NetworkNamespace one = sandbox();
    NetworkNamespace two = sandbox();
    String two0 = addresses(chain.add("two", two)).getFirst().replace("/32", "");
    String two1 = addresses(bridge.with("CNI_IFNAME", "net1").add("two", two)).getFirst();
    chain.add("one", one);
    bridge.with("CNI_IFNAME", "net1").add("one", one);

    assertThat(ping(one, two0)).contains("1 received");
    assertThat(ping(one, two1.replace("/24", ""))).contains("1 received");
    assertThat(bridge.with("CNI_IFNAME", "net1").delete("one", one).exitCode()).isZero();
    assertThat(chain.check("one", one)).isEqualTo(new Ended(0, ""));
    assertThat(ping(one, two0)).contains("1 received");
  }

  @Test
  void weAreThePodsSecondNetwork() throws Exception {
    Chain bridge = bridge();
    Chain chain = new Chain("1.0.0", CALICO).with("CNI_IFNAME", "net1");
    NetworkNamespace one = sandbox();
    NetworkNamespace two = sandbox();
    bridge.add("one", one);
    chain.add("one", one);
    bridge.add("two", two);
    String there = addresses(chain.add("two", two)).getFirst().replace("/32", "");

    assertThat(ping(one, there)).contains("1 received");
    assertThat(chain.check("one", one)).isEqualTo(new Ended(0, ""));
    assertThat(chain.delete("one", one)).isEqualTo(new Ended(0, ""));
    assertThat(said(one, "ip", "-br", "link")).contains("eth0").doesNotContain("net1");
  }

  /// It would take the first one's pair, as both have one name on the host. As Multus calls: the
  /// pod's first network, then the second, of another name and other pools, each again, and
  /// backwards to the end; and the other way round.
  @Test
  void weAreNotBothNetworksOfAPod() throws Exception {
    createPool();
    String lan =
        """
        {"type": "calico", "name": "lan", "ipam": {"type": "calico-ipam", "ipv4_pools": ["lan-pool"]}}
        """;
    NetworkNamespace two = sandbox();
    String there = addresses(new Chain("1.0.0", CALICO).add("two", two)).getFirst();
    for (List<String> names : List.of(List.of("eth0", "net1"), List.of("net1", "eth0"))) {
      Chain first = new Chain("1.0.0", CALICO).with("CNI_IFNAME", names.getFirst());
      NetworkNamespace one = sandbox();
      first.add("one", one);
      for (String network : List.of(CALICO, lan, lan)) {
        Chain second = new Chain("1.0.0", network).with("CNI_IFNAME", names.getLast());

        assertThat(second.run("ADD", "one", one).output())
            .contains(
                "\"code\":4",
                "CNI_IFNAME is '%s', but interface '%s' of pod default/one is of this"
                    .formatted(names.getLast(), names.getFirst()));
        assertThat(second.delete("one", one)).isEqualTo(new Ended(0, ""));
      }

      assertThat(first.check("one", one)).isEqualTo(new Ended(0, ""));
      assertThat(said(one, "ip", "route", "show", "default").lines()).hasSize(1);
      assertThat(ping(one, there.replace("/32", ""))).contains("1 received");
      assertThat(rig.stored(ResourceKind.IPAM_HANDLE)).hasSize(2);
      assertThat(first.delete("one", one)).isEqualTo(new Ended(0, ""));
      assertThat(rig.stored(ResourceKind.IPAM_HANDLE)).hasSize(1);
    }
  }

  private Chain bridge() {
    return new Chain(
        "1.0.0",
        """
        {"type": "bridge", "bridge": "br9",
         "ipam": {"type": "host-local", "dataDir": "%s", "subnet": "10.99.0.0/24"}}
        """
            .formatted(base.resolve("bridge")));
  }

  private String hostLocal() {
    return """
    {"type": "calico", "ipam": {"type": "host-local", "dataDir": "%s", "subnet": "10.7.0.0/29"}}
    """
        .formatted(base.resolve("host-local"));
  }

  /// What host-local has given away.
  private List<String> booked() throws IOException {
    try (Stream<Path> files = Files.list(base.resolve("host-local/net1"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("[0-9.]+"))
          .sorted()
          .toList();
    }
  }

  private static List<String> addresses(JsonNode result) {
    return result.path("ips").findValuesAsText("address");
  }

  private NetworkNamespace sandbox() {
    NetworkNamespace namespace = NodeRig.namespace();
    sandboxes.add(namespace);
    return namespace;
  }

  private static List<String> plugin(String type) {
    return List.of(PLUGINS.resolve(type).toString());
  }

  private static String ping(NetworkNamespace from, String to) throws Exception {
    return said(from, "ping", "-n", "-c", "1", "-W", "5", to);
  }

  private static String said(NetworkNamespace where, String... command) throws Exception {
    Process process = where.call(new ProcessBuilder(command).redirectErrorStream(true)::start);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  /// A network's plugins, as a runtime calls them.
  private final class Chain {

    private final String version;
    private final String[] plugins;
    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, JsonNode> results = new HashMap<>();

    Chain(String version, String... plugins) {
      this.version = version;
      this.plugins = plugins;
    }

    Chain with(String variable, String value) {
      variables.put(variable, value);
      return this;
    }

    JsonNode add(String pod, NetworkNamespace sandbox) throws Exception {
      Ended ended = run("ADD", pod, sandbox);
      assertThat(ended.exitCode()).as(ended.output()).isZero();
      return results.getOrDefault(pod, JSON.missingNode());
    }

    Ended check(String pod, NetworkNamespace sandbox) throws Exception {
      return run("CHECK", pod, sandbox);
    }

    Ended delete(String pod, NetworkNamespace sandbox) throws Exception {
      return run("DEL", pod, sandbox);
    }

    Ended run(String command, String pod, NetworkNamespace sandbox) throws Exception {
      return run(command, pod, sandbox, Map.of());
    }

    Ended run(String command, String pod, NetworkNamespace sandbox, Map<String, String> more)
        throws Exception {
      Map<String, String> environment = environment(command, pod, sandbox);
      environment.putAll(more);
      boolean isAdd = command.equals("ADD");
      List<String> inOrder = List.of(plugins);
      Ended ended = new Ended(0, "");
      for (String plugin : command.equals("DEL") ? inOrder.reversed() : inOrder) {
        ObjectNode config = (ObjectNode) JSON.readTree(plugin);
        config.put("cniVersion", version);
        if (!config.has("name")) {
          config.put("name", "net1");
        }
        boolean isFirst = isAdd && plugin.equals(plugins[0]);
        if (!isFirst && results.containsKey(pod) && version.compareTo("0.3") > 0) {
          config.set("prevResult", results.get(pod));
        }
        String type = config.path("type").textValue();
        ended =
            rig.run(type.equals("calico") ? calico : plugin(type), environment, config.toString());
        if (ended.exitCode() != 0) {
          return ended;
        }
        if (isAdd) {
          results.put(pod, JSON.readTree(ended.output()));
        }
      }
      return ended;
    }

    private Map<String, String> environment(String command, String pod, NetworkNamespace sandbox) {
      Map<String, String> environment =
          new HashMap<>(
              Map.of(
                  "CNI_COMMAND",
                  command,
                  "CNI_CONTAINERID",
                  "container-of-" + pod,
                  "CNI_NETNS",
                  NodeRig.path(sandbox),
                  "CNI_IFNAME",
                  "eth0",
                  "CNI_PATH",
                  PLUGINS.toString(),
                  "CNI_ARGS",
                  "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=" + pod));
      environment.putAll(variables);
      return environment;
    }
  }
}

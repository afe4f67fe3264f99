// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.embedded.EmbeddedDatastore;
import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.testing.Waiting;
import dev.brindle.node.testing.Namespaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
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

/// A real daemon in a namespace of its own, real pods, the real plugin, real packets.
class OneNodeTest {

  private static final Pattern ADDRESS = Pattern.compile("\"address\":\"([0-9a-f.:]+)/");
  private static final int PORT = 4711;

  @TempDir private Path base;
  private final List<AutoCloseable> open = new ArrayList<>();
  private NetworkNamespace host = NetworkNamespace.current(JnrLibc.get());
  private Optional<Process> daemon = Optional.empty();
  private long runs;

  @BeforeEach
  void makeHost() {
    host = namespace();
    try (LiveKernel kernel = LiveKernel.in(NetworkNamespace.open(JnrLibc.get(), host.path()))) {
      kernel.links().setUp(1, true);
      try (NetworkNamespace elsewhere = Namespaces.create()) {
        kernel
            .links()
            .createVeth(
                "eth0", Optional.empty(), 1500, 0, "out", Optional.empty(), path(elsewhere));
        Link eth0 = kernel.links().find("eth0").orElseThrow();
        kernel.links().addAddress(eth0.index(), InterfaceAddress.parse("192.0.2.1/24"));
        kernel.links().setUp(eth0.index(), true);
        startDaemon();
      }
    }
  }

  private NetworkNamespace namespace() {
    NetworkNamespace made = Namespaces.create();
    open.add(made);
    return made;
  }

  /// Of use in other processes as well.
  private static String path(NetworkNamespace namespace) {
    return "/proc/%d/fd/%d".formatted(ProcessHandle.current().pid(), namespace.descriptor());
  }

  @AfterEach
  void cleanUp() throws Exception {
    if (daemon.isPresent()) {
      daemon.get().destroyForcibly().waitFor();
    }
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void podsReachEachOtherAndComeAndGo() throws Exception {
    NetworkNamespace one = namespace();
    NetworkNamespace two = namespace();

    Ended first = plugin("ADD", "one", one);
    assertThat(first.exitCode).as(first.output).isZero();
    Ended second = plugin("ADD", "two", two);
    assertThat(second.exitCode).as(second.output).isZero();
    List<String> addresses = addresses(second.output);
    assertThat(addresses).hasSize(2);
    assertThat(text(base.resolve("state/mtu")))
        .as("where other plugins look")
        .isEqualTo(mtu() + "\n");

    // IPv4 only: a JVM that began in a namespace without IPv6 has none for good
    assertReaches(one, two, addresses.getFirst());
    assertThat(plugin("CHECK", "one", one)).isEqualTo(new Ended(0, ""));

    // the daemon is killed: traffic goes on, calls are refused; started again it goes on
    daemon.orElseThrow().destroyForcibly().waitFor();
    assertReaches(one, two, addresses.getFirst());
    assertThat(plugin("DEL", "two", two).output).contains("\"code\":11");
    startDaemon();
    Ended again = plugin("ADD", "one", one);
    assertThat(addresses(again.output)).isEqualTo(addresses(first.output));
    assertReaches(one, two, addresses.getFirst());

    assertThat(plugin("DEL", "two", two)).isEqualTo(new Ended(0, ""));
    assertThat(plugin("DEL", "two", two)).isEqualTo(new Ended(0, ""));
    assertThat(plugin("DEL", "one", one)).isEqualTo(new Ended(0, ""));
    assertThat(plugin("CHECK", "one", one).exitCode).isEqualTo(1);
    assertThat(podInterfaces()).isEmpty();

    daemon.orElseThrow().destroy();
    assertThat(daemon.orElseThrow().waitFor()).isZero();
  }

  /// Beside a daemon that is well, with a pod; the machine's own clock is not ours to judge.
  @Test
  void theDoctorFindsNothing() throws Exception {
    NetworkNamespace one = namespace();
    Ended pod = plugin("ADD", "one", one);
    assertThat(pod.exitCode).as(pod.output).isZero();
    plugInAgain();
    ProcessBuilder builder =
        new ProcessBuilder(
            java(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.brindle.node.doctor.DoctorMain",
            "--config=" + storeFile(),
            "--root=" + base);
    builder
        .environment()
        .putAll(
            Map.of(
                "NODENAME",
                "node1",
                "IP",
                "192.0.2.1/24",
                "BRINDLE_RUN_DIR",
                base.resolve("run").toString(),
                "BRINDLE_STATE_DIR",
                base.resolve("state").toString()));
    Process process = host.call(builder.redirectErrorStream(true)::start);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).contains("it runs and is ready");
    assertThat(
            said.lines()
                .filter(line -> line.matches("(problem|warning|unknown) .*"))
                .filter(line -> !line.contains(" clock ")))
        .as(said)
        .isEmpty();
  }

  /// Its cable was pulled when the daemon ran.
  private void plugInAgain() {
    try (LiveKernel kernel = LiveKernel.in(NetworkNamespace.open(JnrLibc.get(), host.path()))) {
      Waiting.until(() -> "eth0 is gone", () -> kernel.links().find("eth0").isEmpty());
      kernel
          .links()
          .createVeth(
              "eth0", Optional.empty(), 1500, 0, "out", Optional.empty(), path(namespace()));
      Link eth0 = kernel.links().find("eth0").orElseThrow();
      kernel.links().addAddress(eth0.index(), InterfaceAddress.parse("192.0.2.1/24"));
      kernel.links().setUp(eth0.index(), true);
    }
  }

  @Test
  void aHostEndpointIsInForceWhateverBecomesOfTheDaemon() throws Exception {
    try (EmbeddedDatastore store = EmbeddedDatastore.open(base.resolve("store/db"))) {
      store.create(
          new HostEndpoint(
              Metadata.named("all"),
              new HostEndpoint.Spec("node1", "*", List.of(), List.of(), List.of())));
    }
    Waiting.until(
        () -> "the host endpoint is in force: " + text(base.resolve("log")), this::isClosed);
    Map<String, InstalledTable.Chain> before = table().chains();

    daemon.orElseThrow().destroyForcibly().waitFor();
    assertThat(isClosed()).isTrue();
    startDaemon();
    assertThat(table().chains()).isEqualTo(before);
    assertThat(isClosed()).isTrue();

    try (EmbeddedDatastore store = EmbeddedDatastore.open(base.resolve("store/db"))) {
      store.delete(ResourceKey.of(ResourceKind.HOST_ENDPOINT, "all"));
    }
    Waiting.until(() -> "it is gone: " + text(base.resolve("log")), () -> !isClosed());
    assertReaches(host, host, "127.0.0.1");
  }

  /// Whether this host's own packets are dropped on their way out to itself.
  private boolean isClosed() {
    try (DatagramSocket client = host.call(() -> new DatagramSocket())) {
      client.send(new DatagramPacket(new byte[] {1}, 1, InetAddress.ofLiteral("127.0.0.1"), PORT));
      return false;
    } catch (IOException e) {
      assertThat(e).hasMessage("Operation not permitted");
      return true;
    }
  }

  private InstalledTable table() {
    try (LiveKernel kernel = LiveKernel.in(NetworkNamespace.open(JnrLibc.get(), host.path()))) {
      return kernel.nft().read(NftFamily.IP, "calico").orElseThrow();
    }
  }

  private int mtu() {
    try (LiveKernel kernel = LiveKernel.in(NetworkNamespace.open(JnrLibc.get(), host.path()))) {
      return kernel.links().list().stream()
          .filter(link -> link.name().startsWith("cali"))
          .mapToInt(Link::mtu)
          .findFirst()
          .orElseThrow();
    }
  }

  private List<String> podInterfaces() {
    try (LiveKernel kernel = LiveKernel.in(NetworkNamespace.open(JnrLibc.get(), host.path()))) {
      return kernel.links().list().stream()
          .map(Link::name)
          .filter(name -> name.startsWith("cali"))
          .toList();
    }
  }

  private static List<String> addresses(String output) {
    List<String> addresses = new ArrayList<>();
    Matcher matcher = ADDRESS.matcher(output);
    while (matcher.find()) {
      addresses.add(matcher.group(1));
    }
    return addresses;
  }

  private void assertReaches(NetworkNamespace from, NetworkNamespace to, String address)
      throws IOException {
    boolean reaches = reaches(from, to, address);
    assertThat(reaches)
        .as(() -> "the datagram's answer came; the daemon said:\n" + text(base.resolve("log")))
        .isTrue();
  }

  /// Whether a datagram gets there and its answer back.
  private static boolean reaches(NetworkNamespace from, NetworkNamespace to, String address)
      throws IOException {
    InetSocketAddress target = new InetSocketAddress(InetAddress.ofLiteral(address), PORT);
    try (DatagramSocket server = to.call(() -> new DatagramSocket(target));
        DatagramSocket client = from.call(() -> new DatagramSocket())) {
      server.setSoTimeout(20_000);
      client.setSoTimeout(20_000);
      client.send(new DatagramPacket(new byte[] {1}, 1, target));
      var question = new DatagramPacket(new byte[1], 1);
      server.receive(question);
      server.send(new DatagramPacket(new byte[] {2}, 1, question.getSocketAddress()));
      var answer = new DatagramPacket(new byte[1], 1);
      client.receive(answer);
      return answer.getData()[0] == 2;
    } catch (SocketTimeoutException _) {
      return false;
    }
  }

  private Path storeFile() {
    try {
      return Files.writeString(
          base.resolve("calicoctl.cfg"),
          """
          apiVersion: projectcalico.org/v3
          kind: CalicoAPIConfig
          spec: {datastoreType: embedded, datastoreFile: %s}
          """
              .formatted(base.resolve("store/db")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void startDaemon() {
    Path config = storeFile();
    ProcessBuilder builder =
        new ProcessBuilder(
            java(),
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            NodeMain.class.getName(),
            "run",
            "--name=node1",
            "--ip",
            "192.0.2.1/24",
            "--config=" + config);
    builder
        .environment()
        .putAll(
            Map.of(
                "NODENAME",
                "overridden",
                "CALICO_IPV4POOL_CIDR",
                "10.244.0.0/16",
                "CALICO_IPV6POOL_CIDR",
                "fd00:244::/64",
                "BRINDLE_RUN_DIR",
                base.resolve("run").toString(),
                "BRINDLE_CNI_DIR",
                base.resolve("cni").toString(),
                "BRINDLE_STATE_DIR",
                base.resolve("state").toString()));
    Path log = base.resolve("log");
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    // a process is started by a thread of its own here, so it is born in the thread's namespace
    Process started = host.call(builder::start);
    daemon = Optional.of(started);
    awaitLine(log, started);
  }

  /// Waits for the daemon to say that it runs, once more than it has said already.
  private void awaitLine(Path log, Process started) {
    long wanted = ++runs;
    Waiting.until(
        () -> "the daemon runs: " + text(log), () -> count(log) >= wanted || !started.isAlive());
    assertThat(started.isAlive()).as(text(log)).isTrue();
  }

  private static long count(Path log) {
    return text(log).lines().filter(line -> line.contains("node1 runs after")).count();
  }

  private static String text(Path log) {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Ended plugin(String command, String pod, NetworkNamespace namespace) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            java(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.brindle.cni.plugin.PluginMain");
    builder
        .environment()
        .putAll(
            Map.of(
                "CNI_COMMAND",
                command,
                "CNI_CONTAINERID",
                "container-of-" + pod,
                "CNI_NETNS",
                path(namespace),
                "CNI_IFNAME",
                "eth0",
                "CNI_ARGS",
                "K8S_POD_NAMESPACE=default;K8S_POD_NAME=" + pod,
                "BRINDLE_CNI_DIR",
                base.resolve("cni").toString()));
    Process process = builder.start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(
          """
          {"cniVersion": "1.0.0", "name": "net1", "type": "calico",
           "ipam": {"type": "calico-ipam", "assign_ipv4": "true", "assign_ipv6": "true"}}
          """
              .getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private record Ended(int exitCode, String output) {}
}

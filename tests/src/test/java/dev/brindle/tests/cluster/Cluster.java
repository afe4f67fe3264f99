// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.api.net.IpFamily;
import dev.brindle.lab.host.Host;
import dev.brindle.lab.host.Site;
import dev.brindle.lab.probe.LocalHttp;
import dev.brindle.lab.topology.Addressing;
import dev.brindle.lab.topology.FamilyChoice;
import dev.brindle.lab.topology.NodeSpec;
import dev.brindle.lab.topology.RouterKind;
import dev.brindle.lab.topology.Topology;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A cluster on this machine.
///
/// ```
///   this process .254 ─┐
///   control plane .250 ┤ segment1 (172.18.1.0/24)
///   node1 .11, node2 … ┘        pods 10.244.0.0/16, services 10.96.0.0/16
/// ```
final class Cluster implements AutoCloseable {

  private static final Path RUN = Path.of("/run");
  private static final long MS_NOSUID = 2;
  private static final int MNT_DETACH = 2;
  private static final int HEALTH_PORT = 9099;
  private static final int OK = 200;

  private final Path base;
  private final Kubelets kind;
  private final List<NodeSpec> specs;
  private final Path echo;
  private final Site site;
  private final Machine control;
  private final Authority authority;
  private final ControlPlane plane;
  private final Api admin;
  private final Map<String, Machine> machines = new ConcurrentSkipListMap<>();
  private final Map<String, Kubelet> kubelets = new LinkedHashMap<>();
  private final Network network;
  private Optional<ServiceProxy> services = Optional.empty();

  private Cluster(
      Path base, int nodes, Kubelets kind, FamilyChoice families, Path echo, Path plugins)
      throws IOException {
    this.base = base;
    this.kind = kind;
    this.echo = echo;
    this.specs =
        IntStream.rangeClosed(1, nodes).mapToObj(i -> new NodeSpec("node" + i, i, 1)).toList();
    this.site =
        new Site(
            JnrLibc.get(), new Topology(1, specs, List.of(), RouterKind.NONE, families, List.of()));
    site.build();
    Host host = site.addEtcd();
    try (LiveKernel ground = LiveKernel.in(NetworkNamespace.current(JnrLibc.get()))) {
      ground
          .links()
          .addAddress(
              ground.links().find("segment1").orElseThrow().index(),
              Addressing.router(1, IpFamily.IPV4));
    }
    String url = "https://%s:%d".formatted(apiServer(), ControlPlane.PORT);
    this.authority =
        Authority.make(base, apiServer(), url, specs.stream().map(NodeSpec::name).toList());
    this.control = Machine.start(host, base.resolve("machine-control"), ControlGroups.NONE);
    for (NodeSpec spec : specs) {
      machines.put(
          spec.name(),
          Machine.start(
              site.host(spec.name()),
              base.resolve("machine-" + spec.name()),
              kind.groups(spec.name())));
    }
    this.plane = ControlPlane.start(control, authority, base, apiServer());
    this.admin = new Api(authority, Authority.ADMIN);
    this.network = kind.network(this, plugins);
  }

  /// Skips the test where something is missing.
  ///
  /// @param base an empty directory
  static Cluster start(Path base, int nodes, Kubelets kind)
      throws IOException, InterruptedException {
    return start(base, nodes, kind, FamilyChoice.IPV4);
  }

  /// @param families of nodes' addresses; Kubernetes itself has IPv4
  static Cluster start(Path base, int nodes, Kubelets kind, FamilyChoice families)
      throws IOException, InterruptedException {
    needRoot();
    Programs.need(ControlPlane.PROGRAMS);
    Programs.need(List.of("ip", "nft", "mount"));
    kind.need();
    Path echo = EchoProgram.compile(base);
    Path plugins = EchoProgram.compilePlugins(Files.createDirectory(base.resolve("plugins")));
    // names of namespaces are files in /run/netns: not the real machine's
    JnrLibc.get().mount("tmpfs", RUN.toString(), "tmpfs", MS_NOSUID, "mode=755");
    Files.createDirectory(RUN.resolve("netns"));
    return new Cluster(base, nodes, kind, families, echo, plugins);
  }

  private static void needRoot() throws IOException {
    String users = Files.readString(Path.of("/proc/self/uid_map")).strip();
    assumeTrue(
        System.getenv("BRINDLE_TEST_NAMESPACE") != null && users.matches("0 +0 +4294967295"),
        "nodes with files and processes of their own need root, in namespaces of the test's own");
  }

  static String apiServer() {
    return Addressing.etcd(IpFamily.IPV4).address().toString();
  }

  ControlPlane plane() {
    return plane;
  }

  Api api() {
    return admin;
  }

  Machine control() {
    return control;
  }

  Authority authority() {
    return authority;
  }

  /// Where files of this cluster are.
  Path base() {
    return base;
  }

  Path log(String name) {
    return base.resolve(name + ".log");
  }

  /// Those with power.
  List<String> nodes() {
    return List.copyOf(machines.keySet());
  }

  // ---- in the order of a new cluster

  void startKubelets() {
    specs.forEach(this::startKubelet);
  }

  private void startKubelet(NodeSpec spec) {
    Machine machine = machine(spec.name());
    kubelets.put(spec.name(), kind.start(machine, authority, address(spec.name()), echo, base));
  }

  /// Of a node.
  String address(String node) {
    return Addressing.node(spec(node), IpFamily.IPV4).address().toString();
  }

  /// The same of IPv6.
  String address6(String node) {
    return Addressing.node(spec(node), IpFamily.IPV6).address().toString();
  }

  private NodeSpec spec(String node) {
    return specs.stream().filter(spec -> spec.name().equals(node)).findFirst().orElseThrow();
  }

  Kubelet kubelet(String node) {
    return Objects.requireNonNull(kubelets.get(node), node);
  }

  /// @throws AssertionError if one has ended
  boolean kubeletsRun() {
    kubelets.forEach(
        (node, kubelet) -> {
          if (!kubelet.isAlive()) {
            throw new AssertionError(
                "kubelet of %s has ended: %s".formatted(node, kubelet.lastWords()));
          }
        });
    return true;
  }

  /// Brindle, and what stands for kube-proxy.
  void startNetwork() {
    services = Optional.of(ServiceProxy.start(admin, () -> List.copyOf(machines.values())));
    network.start();
  }

  Network network() {
    return network;
  }

  /// Why the daemon of a node is not ready; empty if it is.
  Optional<String> notReady(String node) {
    try {
      LocalHttp.Reply reply = LocalHttp.get(machine(node).host(), HEALTH_PORT, "/readiness");
      return reply.status() == OK
          ? Optional.empty()
          : Optional.of("%d %s".formatted(reply.status(), reply.body().strip()));
    } catch (IOException e) {
      return Optional.of(e.toString());
    }
  }

  void awaitReady(String node) {
    Eventually.until(
        () -> "%s is ready: %s%n%s".formatted(node, notReady(node), network.lastWords(node)),
        () -> notReady(node).isEmpty());
  }

  /// Until each daemon says that its store is away.
  void awaitStoreMissed() {
    for (String node : nodes()) {
      Eventually.until(
          () -> "%s misses its store: %s".formatted(node, notReady(node)),
          () -> notReady(node).orElse("").contains("datastore"));
    }
  }

  Machine machine(String node) {
    return Objects.requireNonNull(machines.get(node), node);
  }

  /// As when the power goes: kubelet, daemon, pods, all.
  void powerOff(String node) {
    Optional.ofNullable(kubelets.remove(node)).ifPresent(Kubelet::close);
    Machine off = machine(node);
    machines.remove(node);
    off.close();
  }

  /// The power goes and comes back: the node has what is on its disk, and nothing else. Brindle
  /// comes by itself, or as its supervisor would start it.
  void reboot(String node) {
    Optional.ofNullable(kubelets.remove(node)).ifPresent(Kubelet::close);
    Machine off = machine(node);
    machines.remove(node);
    Machine again = off.restart(() -> site.replace(spec(node)), () -> kind.groups(node));
    machines.put(node, again);
    network.restarted(node);
    startKubelet(spec(node));
  }

  // ---- asking

  /// @param input of kubectl
  /// @return what it wrote
  String kubectl(String input, String... arguments) {
    List<String> line = new ArrayList<>(List.of(Programs.path("kubectl")));
    line.add("--kubeconfig=" + authority.config(Authority.ADMIN));
    line.add("--cache-dir=/run/kubectl");
    line.addAll(List.of(arguments));
    return control.run(line, Map.of(), input).ok().out();
  }

  JsonNode get(String path) {
    try {
      return admin.get(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<JsonNode> list(String path) {
    try {
      List<JsonNode> items = new ArrayList<>();
      admin.get(path).path("items").forEach(items::add);
      return items;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The network of the pod that has this address.
  NetworkNamespace network(String address) {
    for (Machine machine : machines.values()) {
      try (Stream<Path> files = Files.list(machine.file("/run/netns"))) {
        for (Path file : files.toList()) {
          Optional<NetworkNamespace> found = open(file, address);
          if (found.isPresent()) {
            return found.get();
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new IllegalStateException("no pod has " + address);
  }

  private static Optional<NetworkNamespace> open(Path file, String address) {
    if (!NetworkNamespace.isNamespace(JnrLibc.get(), file)) {
      return Optional.empty(); // it comes or goes just now
    }
    NetworkNamespace namespace = NetworkNamespace.open(JnrLibc.get(), file);
    boolean isThat = namespace.call(() -> isOwn(address));
    if (isThat) {
      return Optional.of(namespace);
    }
    namespace.close();
    return Optional.empty();
  }

  /// Whether somebody may listen there. Java's own list of IPv6 addresses is the process's, not
  /// that of the namespace that a thread is in.
  private static boolean isOwn(String address) throws IOException {
    try (DatagramChannel channel = DatagramChannel.open()) {
      channel.bind(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
      return true;
    } catch (BindException _) {
      return false;
    }
  }

  /// What the parts said last, for a failure's message.
  String lastWords() {
    StringBuilder words = new StringBuilder();
    kubelets.forEach(
        (name, one) -> words.append("%n%n-- kubelet of %s%n%s".formatted(name, one.lastWords())));
    for (String name : machines.keySet()) {
      words.append("%n%n-- brindle of %s%n%s".formatted(name, network.lastWords(name)));
    }
    return words.toString();
  }

  @Override
  public void close() {
    services.ifPresent(ServiceProxy::close);
    kubelets.values().forEach(Kubelet::close);
    machines.values().forEach(Machine::close);
    control.close();
    // the next cluster's have the same names
    Stream.concat(
            Stream.of("segment1", Topology.ETCD), specs.stream().map(spec -> "n" + spec.number()))
        .forEach(Cluster::removeLink);
    site.close();
    JnrLibc.get().unmount(RUN.toString(), MNT_DETACH);
  }

  private static void removeLink(String name) {
    try {
      Process process =
          new ProcessBuilder(Programs.path("ip"), "link", "delete", name).inheritIO().start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException("link %s is not removed".formatted(name));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.datastore.embedded.EmbeddedDatastore;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.reconcile.NftPlan;
import dev.brindle.node.doctor.check.Check;
import dev.brindle.node.doctor.check.Finding;
import dev.brindle.node.doctor.check.Findings;
import dev.brindle.node.doctor.check.Severity;
import dev.brindle.node.doctor.check.Symptom;
import dev.brindle.node.health.StatusSocket;
import dev.brindle.node.settings.NodeSettingsReader;
import dev.brindle.node.settings.NodeSettingsReader.HostNames;
import dev.brindle.node.setup.NodePlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Two nodes, n1 and n2, with a router between them, each in a namespace of its own, and a store;
/// n2 listens for BGP. n1 is who is looked at.
final class Ward {

  static final IpAddress PATIENT = IpAddress.parse("192.0.2.1");
  static final IpAddress NEIGHBOUR = IpAddress.parse("198.51.100.2");

  final LiveKernel patient;
  final LiveKernel router;
  final LiveKernel neighbour;
  final Path base;
  final Path root;
  final EmbeddedDatastore store;
  final Map<String, String> environment = new HashMap<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private Optional<ServerSocketChannel> bgp = Optional.empty();

  Ward(Path base) throws IOException {
    this.base = base;
    this.root = Files.createDirectories(base.resolve("root"));
    this.patient = kernel();
    this.router = kernel();
    this.neighbour = kernel();
    cable(patient, "eth0", "192.0.2.1/24", router, "left", "192.0.2.254/24");
    cable(neighbour, "eth0", "198.51.100.2/24", router, "right", "198.51.100.254/24");
    router.sysctl().write("net/ipv4/ip_forward", "1");
    gateway(patient, "192.0.2.254");
    gateway(neighbour, "198.51.100.254");
    store = EmbeddedDatastore.open(base.resolve("store/db"));
    open.add(store);
    store.create(node("n1", "192.0.2.1/24"));
    store.create(node("n2", "198.51.100.2/24"));
    listen();
    environment.putAll(
        Map.of(
            "NODENAME",
            "n1",
            "DATASTORE_TYPE",
            "embedded",
            "BRINDLE_DATASTORE_FILE",
            base.resolve("store/db").toString(),
            "BRINDLE_RUN_DIR",
            base.resolve("run").toString(),
            "BRINDLE_STATE_DIR",
            base.resolve("state").toString(),
            "FELIX_PROMETHEUSMETRICSPORT",
            "9091"));
  }

  private LiveKernel kernel() {
    try {
      LiveKernel kernel = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()));
      open.add(kernel);
      kernel.links().setUp(1, true);
      return kernel;
    } catch (KernelException e) {
      assumeTrue(
          !e.errno().equals(Errno.EPERM),
          () -> "needs to be root of a namespace: " + e.getMessage());
      throw e;
    }
  }

  static Resource node(String name, String address) {
    return new NodePlan(
            name,
            Optional.empty(),
            Optional.of(InterfaceAddress.parse(address)),
            Optional.empty(),
            List.of(),
            "")
        .applyTo(Optional.empty());
  }

  private static void cable(
      LiveKernel one,
      String name,
      String address,
      LiveKernel other,
      String otherName,
      String otherAddress) {
    String there =
        "/proc/%d/fd/%d".formatted(ProcessHandle.current().pid(), other.namespace().descriptor());
    one.links().createVeth(name, Optional.empty(), 1500, 0, otherName, Optional.empty(), there);
    address(one, name, address);
    address(other, otherName, otherAddress);
  }

  /// Gives an interface an address, and sets it up.
  static void address(LiveKernel kernel, String name, String address) {
    Link link = kernel.links().find(name).orElseThrow();
    kernel.links().addAddress(link.index(), InterfaceAddress.parse(address));
    kernel.links().setUp(link.index(), true);
  }

  private static void gateway(LiveKernel kernel, String gateway) {
    route(
        kernel,
        Route.via(
            Cidr.parse("0.0.0.0/0"), RouteOwner.BOOT, IpAddress.parse(gateway), "eth0", false));
  }

  static void route(LiveKernel kernel, Route route) {
    for (var failure : kernel.routes().apply(List.of(new RouteChange.Add(route)))) {
      throw failure.cause();
    }
  }

  /// Another interface of the patient.
  void extra(String name, String address) {
    cable(patient, name, address, router, "x" + name, "169.254.9.9/32");
  }

  /// A table of somebody else's, with one chain.
  static void chain(
      LiveKernel kernel,
      String table,
      String name,
      Optional<NftChain.Base> base,
      NftRule... rules) {
    var chain = new NftChain(name, base, List.of(rules));
    kernel
        .nft()
        .run(
            NftPlan.between(
                List.of(
                    new NftTable(
                        NftFamily.IP,
                        table,
                        new TreeMap<>(Map.of(name, chain)),
                        new TreeMap<>(Map.of()))),
                List.of()));
  }

  void listen() throws IOException {
    ServerSocketChannel server = neighbour.namespace().call(ServerSocketChannel::open);
    server.bind(new InetSocketAddress(179));
    bgp = Optional.of(server);
    open.add(server);
  }

  void silence() throws IOException {
    bgp.orElseThrow().close();
  }

  /// Somebody listens in the patient's namespace.
  void taken(int port) throws IOException {
    ServerSocketChannel server = patient.namespace().call(ServerSocketChannel::open);
    server.bind(new InetSocketAddress(port));
    open.add(server);
  }

  void file(String path, String... lines) {
    try {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.write(file, List.of(lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void keep(AutoCloseable each) {
    open.add(each);
  }

  Findings look(IpAddress... peers) {
    var settings = NodeSettingsReader.read(environment, new HostNames("", "n1"));
    var arguments =
        new DoctorArguments(
            false, Optional.empty(), List.of(peers), Duration.ofMillis(300), root, false);
    return new Doctor(new Place(patient, root), settings, arguments).look();
  }

  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  void tunnel(int vni, int port) {
    patient
        .links()
        .createVxlan(
            "vxlan.calico",
            Optional.empty(),
            1450,
            new Link.Kind.Vxlan(vni, Optional.of(PATIENT), 0, port, false));
    address(patient, "vxlan.calico", "10.244.0.1/32");
    tell("n1", "192.0.2.1/24", "10.244.0.1");
  }

  /// The Node says its tunnel's address.
  void tell(String name, String own, String tunnel) {
    var node = (CalicoNode) store.get(node(name, own).key()).orElseThrow();
    var spec = node.spec();
    store.update(
        new CalicoNode(
            node.metadata(),
            new CalicoNode.Spec(
                spec.bgp(),
                Optional.of(IpAddress.parse(tunnel)),
                "",
                Optional.empty(),
                "",
                spec.orchRefs(),
                spec.wireguard(),
                spec.addresses(),
                spec.interfaces()),
            node.status()));
  }

  /// Runs a program in the patient's network.
  void run(String input, String... line) throws Exception {
    var builder = new ProcessBuilder(line).redirectErrorStream(true);
    // not everybody may write the machine's own, and here nobody else is to be kept out
    builder.environment().put("XTABLES_LOCKFILE", base.resolve("xtables.lock").toString());
    Process process = patient.namespace().call(builder::start);
    try (var words = process.outputWriter(StandardCharsets.UTF_8)) {
      words.write(input);
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", List.of(line), said).isZero();
  }

  void daemonSays(String answer) throws Exception {
    keep(StatusSocket.start(base.resolve("run/status.sock"), () -> answer));
  }

  /// The machine's own clock, which nobody here can set right, is left out.
  static List<Finding> bad(Findings findings) {
    return findings.all().stream()
        .filter(each -> each.severity() != Severity.OK && each.check() != Check.CLOCK)
        .toList();
  }

  void assertFound(Symptom symptom, String... words) {
    List<Finding> found = bad(look());
    assertThat(found).extracting(Finding::symptom).as("%s", found).contains(Optional.of(symptom));
    assertThat(
            found.stream()
                .filter(each -> each.symptom().equals(Optional.of(symptom)))
                .map(Finding::seen))
        .anySatisfy(seen -> assertThat(seen).contains(words));
    Set<Optional<Symptom>> others =
        found.stream().map(Finding::symptom).collect(Collectors.toSet());
    others.remove(Optional.of(symptom));
    assertThat(others).as("and nothing else: %s", found).isEmpty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.EncapsulationMode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Distrust;
import dev.brindle.datastore.KubernetesNodes;
import dev.brindle.datastore.connect.DatastoreSettings;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Settings;
import dev.brindle.felix.settings.SettingsResolver;
import dev.brindle.linux.kernel.RouteWalk;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.model.RouteSelection;
import dev.brindle.linux.nft.CalicoRemains;
import dev.brindle.node.HostFacts;
import dev.brindle.node.NodeProcess;
import dev.brindle.node.NodeSources;
import dev.brindle.node.address.HostInterface;
import dev.brindle.node.address.NodeAddress;
import dev.brindle.node.doctor.check.AddressCheck;
import dev.brindle.node.doctor.check.Check;
import dev.brindle.node.doctor.check.ClockCheck;
import dev.brindle.node.doctor.check.CredentialCheck;
import dev.brindle.node.doctor.check.DaemonCheck;
import dev.brindle.node.doctor.check.FileCheck;
import dev.brindle.node.doctor.check.Finding;
import dev.brindle.node.doctor.check.Findings;
import dev.brindle.node.doctor.check.KernelCheck;
import dev.brindle.node.doctor.check.LeftoverCheck;
import dev.brindle.node.doctor.check.ManagerCheck;
import dev.brindle.node.doctor.check.PathCheck;
import dev.brindle.node.doctor.check.PeerCheck;
import dev.brindle.node.doctor.check.PortCheck;
import dev.brindle.node.doctor.check.RuleCheck;
import dev.brindle.node.doctor.check.StoreCheck;
import dev.brindle.node.doctor.check.Symptom;
import dev.brindle.node.doctor.check.SysctlCheck;
import dev.brindle.node.settings.Backend;
import dev.brindle.node.settings.NodeSettings;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Looks at one node. What cannot be looked at is a finding too, and keeps nothing else from being
/// looked at.
final class Doctor {

  private static final int BGP_PORT = 179;
  private static final String CNI_DIRECTORY = "etc/cni/net.d";

  private final Place place;
  private final NodeSettings settings;
  private final DoctorArguments arguments;
  private final List<Finding> found = new ArrayList<>();

  Doctor(Place place, NodeSettings settings, DoctorArguments arguments) {
    this.place = place;
    this.settings = settings;
    this.arguments = arguments;
  }

  Findings look() {
    DaemonProbe.Answer daemon = DaemonProbe.ask(settings.statusSocket());
    found.addAll(DaemonCheck.of(daemon.word()));
    attempt(Check.RIGHTS, this::rights);
    Cluster cluster = cluster();
    attempt(Check.FILES, this::files);
    attempt(Check.CREDENTIALS, () -> CredentialCheck.of(credentials(), Instant.now()));
    attempt(Check.KERNEL, () -> kernel(cluster));
    attempt(Check.SYSCTLS, () -> sysctls(cluster, daemon.isLive()));
    attempt(Check.PORTS, () -> ports(cluster, daemon.isLive()));
    attempt(Check.NETWORK_MANAGERS, this::managers);
    attempt(Check.RULES, () -> rules(cluster));
    attempt(Check.LEFTOVERS, () -> leftovers(cluster, daemon.isLive()));
    Map<IpFamily, NodeAddress> chosen = new EnumMap<>(IpFamily.class);
    attempt(Check.ADDRESS, () -> addresses(cluster, chosen));
    neighbours(cluster, chosen, daemon);
    return new Findings(found);
  }

  private void attempt(Check check, Supplier<List<Finding>> look) {
    try {
      found.addAll(look.get());
    } catch (RuntimeException e) {
      found.add(
          Finding.unknown(
              check,
              "it cannot be looked at: %s".formatted(e.getMessage() == null ? e : e.getMessage())));
    }
  }

  private CredentialCheck.Facts credentials() {
    List<CredentialCheck.Credential> all =
        new ArrayList<>(CredentialProbe.look(settings.variables()));
    CredentialCheck.Facts kubeconfig = KubeconfigProbe.look(settings.variables());
    all.addAll(kubeconfig.credentials());
    return new CredentialCheck.Facts(all, kubeconfig.mismatches());
  }

  private List<Finding> rights() {
    String guards = new FileProbe(arguments.root()).guards();
    return HostFacts.mayAdministerNetworks()
        ? List.of(Finding.ok(Check.RIGHTS, "this process may administer networks; " + guards))
        : List.of(Symptom.NO_NET_ADMIN.at("this process lacks CAP_NET_ADMIN; " + guards));
  }

  // ---- the store

  private Cluster cluster() {
    DatastoreSettings store;
    try {
      store = NodeProcess.store(arguments.config(), settings.variables());
    } catch (IllegalArgumentException e) {
      found.add(Symptom.STORE_AWAY.at(String.valueOf(e.getMessage())));
      return Cluster.UNKNOWN;
    }
    if (store instanceof DatastoreSettings.Embedded(Path file) && !Files.exists(file)) {
      found.add(Finding.ok(Check.STORE, "%s is not made yet".formatted(file)));
      return Cluster.UNKNOWN;
    }
    try (Datastore open = store.open()) {
      Cluster cluster = Cluster.read("the store (%s)".formatted(store.type()), open);
      found.addAll(StoreCheck.answers(cluster.name(), cluster.took(), cluster.information()));
      found.addAll(StoreCheck.leftBehind(cluster.nodes(), cluster.claims()));
      attempt(Check.CLOCK, () -> clock(open.kubernetesNodes()));
      return cluster;
    } catch (DatastoreException e) {
      found.add(away(store, e));
      return Cluster.UNKNOWN;
    }
  }

  private static Finding away(DatastoreSettings store, DatastoreException e) {
    Optional<Distrust> distrust = Distrust.in(e).or(() -> refusal(store, e));
    List<StoreCheck.Shown> shown =
        distrust.isEmpty()
            ? List.of()
            : store.servers().stream()
                .flatMap(server -> CertificateProbe.look(server).stream())
                .toList();
    return StoreCheck.away(String.valueOf(e.getMessage()), distrust, shown);
  }

  /// A server that resets the connection may have said why, but nobody has heard it.
  private static Optional<Distrust> refusal(DatastoreSettings store, DatastoreException e) {
    boolean isReset = false;
    for (Throwable each = e; each != null; each = each.getCause()) {
      isReset |= each instanceof SocketException && !(each instanceof ConnectException);
    }
    return isReset && store.servers().stream().anyMatch(CertificateProbe::turnsStrangersAway)
        ? Optional.of(Distrust.REFUSED)
        : Optional.empty();
  }

  private static List<Finding> clock(Optional<KubernetesNodes> kubernetes) {
    Optional<Duration> ahead =
        kubernetes
            .flatMap(KubernetesNodes::clock)
            .map(then -> Duration.between(then, Instant.now()));
    return ClockCheck.of(JnrLibc.get().isClockSynchronized(), ahead);
  }

  // ---- the machine

  private List<Finding> files() {
    return FileCheck.of(
        List.of(
            FileProbe.directory("BRINDLE_RUN_DIR", settings.runDirectory()),
            FileProbe.directory("BRINDLE_STATE_DIR", settings.stateDirectory())));
  }

  /// Who may not try cannot say what is missing.
  private List<Finding> kernel(Cluster cluster) {
    if (!HostFacts.mayAdministerNetworks()) {
      return List.of(Finding.unknown(Check.KERNEL, "nothing can be tried without CAP_NET_ADMIN"));
    }
    return KernelCheck.of(
        KernelProbe.look(
            place.kernel().sysctl().read("kernel/osrelease").orElse("of unknown version"),
            wantsVxlan(cluster),
            wants(cluster, pool -> pool.spec().ipipMode(), settings.pool4().ipip())));
  }

  private boolean wantsVxlan(Cluster cluster) {
    return wants(cluster, pool -> pool.spec().vxlanMode(), settings.pool4().vxlan());
  }

  /// @param first what the first node gives the first pool, while there is none
  private static boolean wants(
      Cluster cluster, Function<IpPool, EncapsulationMode> mode, EncapsulationMode first) {
    return cluster.pools().isEmpty()
        ? first != EncapsulationMode.NEVER
        : cluster.pools().stream().anyMatch(pool -> mode.apply(pool) != EncapsulationMode.NEVER);
  }

  private List<Finding> sysctls(Cluster cluster, boolean isLive) {
    Set<String> own =
        cluster.node(settings.name()).stream()
            .flatMap(node -> AddressCheck.addresses(node).stream())
            .map(IpAddress::toString)
            .collect(Collectors.toSet());
    Set<String> devices =
        HostFacts.interfaces(place.kernel()).stream()
            .filter(each -> isPassed(each, own))
            .map(HostInterface::name)
            .collect(Collectors.toSet());
    Map<String, String> values = new HashMap<>();
    for (String path : SysctlCheck.paths(devices)) {
      place.kernel().sysctl().read(path).ifPresent(value -> values.put(path, value));
    }
    return SysctlCheck.of(
        new SysctlCheck.Facts(
            values, devices, cluster.nodes().size(), isLive, cluster.hasIpv6Pods()));
  }

  /// Whether packets of pods come by.
  private static boolean isPassed(HostInterface each, Set<String> own) {
    return each.name().startsWith("cali")
        || each.name().equals("tunl0")
        || each.name().equals("vxlan.calico")
        || each.addresses().stream().anyMatch(it -> own.contains(it.address().toString()));
  }

  private List<Finding> ports(Cluster cluster, boolean isLive) {
    Settings felix = felix(cluster);
    List<PortCheck.Need> needs = new ArrayList<>();
    if (settings.backend().speaksBgp()) {
      needs.add(new PortCheck.Need("tcp", bgpPort(cluster), "BGP"));
    }
    if (wantsVxlan(cluster)) {
      needs.add(new PortCheck.Need("udp", felix.get(Parameters.VXLAN_PORT), "VXLAN"));
    }
    needs.add(new PortCheck.Need("tcp", felix.get(Parameters.HEALTH_PORT), "health"));
    needs.add(new PortCheck.Need("tcp", felix.get(Parameters.PROMETHEUS_METRICS_PORT), "metrics"));
    return PortCheck.of(needs, SocketProbe.look(place, needs, isLive));
  }

  private static int bgpPort(Cluster cluster) {
    return cluster.bgp().flatMap(each -> each.spec().listenPort()).orElse(BGP_PORT);
  }

  private Settings felix(Cluster cluster) {
    Map<String, String> labels =
        cluster.node(settings.name()).map(node -> node.metadata().labels()).orElse(Map.of());
    return SettingsResolver.resolve(settings.variables(), cluster.felix(), settings.name(), labels)
        .settings();
  }

  private List<Finding> managers() {
    List<String> programs =
        Processes.in(place.namespace().inode()).stream().map(LeftoverCheck.Program::name).toList();
    return ManagerCheck.of(new FileProbe(arguments.root()).managers(programs));
  }

  private List<Finding> rules(Cluster cluster) {
    return RuleCheck.of(
        new RuleCheck.Facts(
            place.kernel().foreignChains(), place.kernel().oldChains(), cluster.hasIpv6Pods()));
  }

  private List<Finding> leftovers(Cluster cluster, boolean isLive) {
    Settings felix = felix(cluster);
    return LeftoverCheck.of(
        new LeftoverCheck.Facts(
            place.kernel().calicoRemains(),
            CalicoRemains.tables(place.kernel().oldChains()),
            Processes.in(place.namespace().inode()),
            place.kernel().links().list(),
            new FileProbe(arguments.root()).cniFiles(CNI_DIRECTORY),
            isLive ? 0 : bgpRoutes(),
            felix.get(Parameters.VXLAN_VNI),
            felix.get(Parameters.VXLAN_PORT),
            tunnelAddresses(cluster)));
  }

  /// IPv4 only: the interfaces of IPv6 have names of their own. Without a store nobody knows what
  /// they should have.
  private List<LeftoverCheck.TunnelAddress> tunnelAddresses(Cluster cluster) {
    if (cluster.equals(Cluster.UNKNOWN)) {
      return List.of();
    }
    Optional<CalicoNode.Spec> spec = cluster.node(settings.name()).map(CalicoNode::spec);
    Map<String, Optional<IpAddress>> expected =
        Map.of(
            "tunl0",
            spec.flatMap(CalicoNode.Spec::bgp).flatMap(CalicoNode.Bgp::ipv4IPIPTunnelAddr),
            "vxlan.calico",
            spec.flatMap(CalicoNode.Spec::ipv4VXLANTunnelAddr));
    List<LeftoverCheck.TunnelAddress> found = new ArrayList<>();
    for (HostInterface each : HostFacts.interfaces(place.kernel())) {
      Optional<IpAddress> own = expected.getOrDefault(each.name(), Optional.empty());
      if (expected.containsKey(each.name())) {
        each.addresses().stream()
            .map(it -> it.address())
            .filter(IpAddress::isIpv4)
            .map(
                it ->
                    new LeftoverCheck.TunnelAddress(
                        each.name(), it.toString(), own.map(IpAddress::toString).orElse("")))
            .forEach(found::add);
      }
    }
    return found;
  }

  private int bgpRoutes() {
    int count = 0;
    for (IpFamily family : IpFamily.values()) {
      List<Route> routes = new ArrayList<>();
      RouteSelection bird = RouteSelection.all(family, Route.MAIN_TABLE).of(RouteOwner.BIRD);
      try (RouteWalk walk = place.kernel().routes().walk(bird)) {
        walk.finish(routes::add);
      }
      count += routes.size();
    }
    return count;
  }

  // ---- its place among the others

  private List<Finding> addresses(Cluster cluster, Map<IpFamily, NodeAddress> chosen) {
    List<HostInterface> interfaces = HostFacts.interfaces(place.kernel());
    Optional<CalicoNode.Bgp> stored =
        cluster.node(settings.name()).flatMap(node -> node.spec().bgp());
    if (settings.backend() != Backend.NONE) {
      var elsewhere = new NodeSources(cluster.kubernetes(), settings.kubernetesName());
      for (IpFamily family : IpFamily.values()) {
        Optional<InterfaceAddress> before =
            stored.flatMap(bgp -> family == IpFamily.IPV4 ? bgp.ipv4Address() : bgp.ipv6Address());
        chosen.put(
            family,
            NodeAddress.choose(
                family,
                settings.address(family),
                settings.method(family),
                before,
                interfaces,
                elsewhere));
      }
    }
    return AddressCheck.of(
        new AddressCheck.Facts(
            settings.name(), chosen, interfaces, cluster.nodes(), cluster.pools()));
  }

  private void neighbours(
      Cluster cluster, Map<IpFamily, NodeAddress> chosen, DaemonProbe.Answer daemon) {
    Map<IpFamily, IpAddress> own = new EnumMap<>(IpFamily.class);
    chosen.forEach(
        (family, each) -> each.address().ifPresent(address -> own.put(family, address.address())));
    attempt(
        Check.PEERS,
        () -> {
          var others = new Neighbourhood(place, own, arguments.patience());
          List<Neighbourhood.Target> targets = targets(cluster, others);
          List<Finding> all = new ArrayList<>();
          if (settings.backend().speaksBgp()) {
            all.addAll(PeerCheck.of(others.bgp(targets, bgpPort(cluster), daemon.sessions())));
          }
          all.addAll(PathCheck.of(others.paths(targets)));
          return all;
        });
  }

  private List<Neighbourhood.Target> targets(Cluster cluster, Neighbourhood others) {
    List<Neighbourhood.Target> all = others.others(settings.name(), cluster.nodes());
    return arguments.peers().isEmpty()
        ? all
        : arguments.peers().stream()
            .map(
                address ->
                    all.stream()
                        .filter(each -> each.address().equals(address))
                        .findFirst()
                        .orElseGet(
                            () ->
                                new Neighbourhood.Target(
                                    address.toString(), address, Optional.empty())))
            .toList();
  }
}

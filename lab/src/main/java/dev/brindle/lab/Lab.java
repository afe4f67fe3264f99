// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.lab.fault.Rig;
import dev.brindle.lab.host.Host;
import dev.brindle.lab.host.Site;
import dev.brindle.lab.probe.Echo;
import dev.brindle.lab.program.Await;
import dev.brindle.lab.program.CniPlugin;
import dev.brindle.lab.program.CommandLine;
import dev.brindle.lab.program.EtcdProgram;
import dev.brindle.lab.program.Installation;
import dev.brindle.lab.program.NodeDaemon;
import dev.brindle.lab.program.NodeDaemons;
import dev.brindle.lab.program.RouterProgram;
import dev.brindle.lab.program.Sessions;
import dev.brindle.lab.program.Workplace;
import dev.brindle.lab.router.RouterPart;
import dev.brindle.lab.topology.Addressing;
import dev.brindle.lab.topology.LabOptions;
import dev.brindle.lab.topology.NodeSpec;
import dev.brindle.lab.topology.Peerings;
import dev.brindle.lab.topology.PodSpec;
import dev.brindle.lab.topology.StoreKind;
import dev.brindle.lab.topology.Topology;
import dev.brindle.lab.topology.TourPolicy;
import dev.brindle.lab.topology.Traffic;
import dev.brindle.linux.libc.Libc;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A running cluster: machines, daemons, router and pods, brought up one after the other.
///
/// It needs no taking down: it lives in the namespaces of the supervisor's process, and goes with
/// it.
final class Lab implements Rig, AutoCloseable {

  /// They end at once, but one whose classes are recorded writes them all down first, which on a
  /// busy machine takes half a minute.
  private static final Duration DAEMON_END = Duration.ofSeconds(45);

  private final Libc libc;
  private final Topology topology;
  private final LabOptions options;
  private final Installation installation;
  private final Workplace workplace;
  private final Site site;
  private final Map<String, NodeDaemon> daemons = new LinkedHashMap<>();
  private final Map<String, List<IpAddress>> podAddresses = new LinkedHashMap<>();
  private final List<Echo> echoes = new ArrayList<>();
  private Optional<RouterProgram> router = Optional.empty();
  private Optional<EtcdProgram> etcd = Optional.empty();

  Lab(
      Libc libc,
      Topology topology,
      LabOptions options,
      Installation installation,
      Workplace workplace) {
    this.libc = libc;
    this.topology = topology;
    this.options = options;
    this.installation = installation;
    this.workplace = workplace;
    this.site = new Site(libc, topology);
  }

  @Override
  public Topology topology() {
    return topology;
  }

  @Override
  public Workplace workplace() {
    return workplace;
  }

  @Override
  public Host host(String name) {
    return site.host(name);
  }

  void buildMachines() {
    site.build();
    if (topology.hasOutside()) {
      echoes.add(Echo.start(site.host(Topology.OUTSIDE), served(Topology.OUTSIDE)));
    }
  }

  /// Where it is a program of its own.
  void startStore() throws IOException, InterruptedException {
    if (options.store() == StoreKind.ETCD) {
      IpFamily family = topology.family().families().iterator().next();
      EtcdProgram program =
          EtcdProgram.start(
              installation, site.addEtcd(), Addressing.etcd(family).address(), workplace);
      etcd = Optional.of(program);
      Await.until(program::notReady);
    }
  }

  void startRouter() throws IOException, InterruptedException {
    if (topology.hasOutside()) {
      router =
          Optional.of(
              RouterProgram.start(
                  topology.router(),
                  site.host(Topology.ROUTER),
                  workplace,
                  RouterPart.in(topology),
                  installation));
    }
  }

  void startDaemons() throws IOException {
    for (NodeSpec node : topology.nodes()) {
      daemons.put(
          node.name(),
          NodeDaemons.start(installation, site.host(node.name()), node, options, workplace));
    }
  }

  void awaitDaemons() throws InterruptedException {
    for (NodeDaemon daemon : daemons.values()) {
      Await.until(() -> daemon.notReady().map(why -> daemon.name() + ": " + why));
    }
  }

  /// Makes the nodes peers of the router.
  void peerWithRouter() throws IOException, InterruptedException {
    if (topology.hasOutside()) {
      apply(workplace.write("peers.yaml", Peerings.yaml(topology)));
    }
  }

  void apply(Path file) throws IOException, InterruptedException {
    CommandLine.apply(installation, etcd.map(_ -> site.host(Topology.ETCD)), workplace, file);
  }

  int expectedSessions() {
    return Peerings.sessions(topology);
  }

  int establishedSessions() {
    Map<List<IpAddress>, String> metrics = new HashMap<>();
    for (NodeSpec node : topology.nodes()) {
      List<IpAddress> own =
          topology.family().families().stream()
              .map(family -> Addressing.node(node, family).address())
              .toList();
      metrics.put(own, daemon(node.name()).metrics());
    }
    return Sessions.established(metrics);
  }

  void awaitSessions() throws InterruptedException {
    Await.until(
        () -> {
          int established = establishedSessions();
          return established >= expectedSessions()
              ? Optional.empty()
              : router
                  .flatMap(RouterProgram::failed)
                  .or(
                      () ->
                          Optional.of(
                              "%d of %d BGP sessions are established"
                                  .formatted(established, expectedSessions())));
        });
  }

  /// Plugs one pod in, with what it answers on.
  Duration addPod(PodSpec pod) throws IOException, InterruptedException {
    Host host = site.addPod(pod.name());
    CniPlugin plugin = new CniPlugin(installation.plugin(), workplace, topology.family());
    CniPlugin.Added added = plugin.add(site.host(pod.node()), pod, host.path());
    synchronized (podAddresses) {
      podAddresses.put(pod.name(), added.addresses());
    }
    echoes.add(Echo.start(host, served(pod.name())));
    return added.took();
  }

  private Set<Traffic> served(String name) {
    Set<Traffic> served =
        new LinkedHashSet<>(
            List.of(
                Traffic.tcp(TourPolicy.PORT),
                Traffic.udp(TourPolicy.PORT),
                Traffic.tcp(TourPolicy.ADMIN_PORT)));
    topology.stated().stream()
        .filter(expectation -> expectation.to().equals(name))
        .forEach(expectation -> served.add(expectation.traffic()));
    return served;
  }

  /// @throws IllegalStateException if the machine has no address of that family (yet)
  IpAddress address(String name, IpFamily family) {
    if (name.equals(Topology.OUTSIDE)) {
      return Addressing.outside(family).address();
    }
    return addresses(name).stream()
        .filter(address -> address.family() == family)
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("%s has no %s address".formatted(name, family)));
  }

  List<IpAddress> addresses(String pod) {
    synchronized (podAddresses) {
      return podAddresses.getOrDefault(pod, List.of());
    }
  }

  List<NodeDaemon> daemons() {
    return List.copyOf(daemons.values());
  }

  @Override
  public NodeDaemon daemon(String node) {
    NodeDaemon daemon = daemons.get(topology.node(node).name());
    if (daemon == null) {
      throw new IllegalStateException(node + " has not been started yet");
    }
    return daemon;
  }

  void setLink(String node, boolean up) {
    site.setLink(topology.node(node), up);
  }

  @Override
  public Site site() {
    return site;
  }

  @Override
  public Libc libc() {
    return libc;
  }

  @Override
  public void brindle(List<String> order) throws IOException, InterruptedException {
    CommandLine.brindle(installation, etcd.map(_ -> site.host(Topology.ETCD)), workplace, order);
  }

  @Override
  public void close() throws IOException {
    daemons.values().forEach(NodeDaemon::close);
    try {
      for (NodeDaemon daemon : daemons.values()) {
        daemon.awaitEnd(DAEMON_END);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // in a hurry: what is left ends with our PID namespace
    }
    etcd.ifPresent(EtcdProgram::close);
    for (Echo echo : echoes) {
      echo.close();
    }
    site.close();
  }
}

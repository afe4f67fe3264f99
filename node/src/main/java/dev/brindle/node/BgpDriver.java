// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BgpPeer;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.FelixConfiguration;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.SecretPassword.SecretKeyRef;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.bird.filter.OutgoingWays;
import dev.brindle.bird.speaker.ListenException;
import dev.brindle.bird.speaker.Speaker;
import dev.brindle.bird.speaker.SpeakerReport;
import dev.brindle.bird.topology.BgpResources;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.PeeringPlan;
import dev.brindle.bird.topology.SecretContent;
import dev.brindle.bird.topology.ServiceRoutes;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.topology.SpeakerPlan;
import dev.brindle.felix.route.RouteOwnership;
import dev.brindle.felix.settings.ClusterRouting;
import dev.brindle.felix.settings.FloatingIps;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Settings;
import dev.brindle.felix.settings.SettingsResolver;
import dev.brindle.node.bgp.KernelRouteSink;
import dev.brindle.node.settings.NodeSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the speaker as the datastore says: whom to peer with, what to announce, which routes are
/// bird's to write. Called by one thread.
final class BgpDriver implements ResourceLoop.Concern {

  static final List<ResourceKind> KINDS =
      List.of(
          ResourceKind.NODE,
          ResourceKind.BGP_PEER,
          ResourceKind.BGP_FILTER,
          ResourceKind.BGP_CONFIGURATION,
          ResourceKind.IP_POOL,
          ResourceKind.BLOCK_AFFINITY,
          ResourceKind.WORKLOAD_ENDPOINT,
          ResourceKind.PROFILE,
          ResourceKind.FELIX_CONFIGURATION);

  private static final Logger LOG = LoggerFactory.getLogger(BgpDriver.class);

  private final NodeSettings settings;
  private final Speaker speaker;
  private final KernelRouteSink sink;
  private final SecretFiles secretFiles;
  private final Consumer<PeeringPlan> peering;
  private final ServiceWatch services;
  private volatile Map<SecretKeyRef, SecretContent> secrets = Map.of();
  private volatile Optional<SpeakerConfig> running = Optional.empty();
  private volatile Instant reconfigured = Instant.EPOCH;
  private volatile Optional<OutgoingWays> ways = Optional.empty();
  private volatile Set<String> podInterfaces = Set.of();
  private volatile List<String> problems = List.of();
  private Map<IpAddress, IpAddress> reachableBy = Map.of();
  private List<String> complained = List.of();

  /// @param peering is told what the interfaces of pods have to have
  BgpDriver(
      NodeSettings settings,
      Speaker speaker,
      KernelRouteSink sink,
      ServiceWatch services,
      Consumer<PeeringPlan> peering) {
    this.peering = peering;
    this.services = services;
    this.settings = settings;
    this.speaker = speaker;
    this.sink = sink;
    this.secretFiles = SecretFiles.of(settings.variables());
  }

  /// @return what keeps the speaker from running as it should
  List<String> attempt(Collection<Resource> resources) {
    ClusterRouting routing = routing(resources);
    Set<Cidr> blocks = ownBlocks(resources);
    List<Cidr> felixPools =
        all(resources, IpPool.class)
            .filter(pool -> RouteOwnership.of(pool, routing) == RouteOwnership.FELIX)
            .map(pool -> pool.spec().cidr())
            .toList();
    BgpResources known = BgpResources.of(settings.name(), resources);
    known = known.withServices(services.sources());
    List<Cidr> notOurs = new ArrayList<>(felixPools);
    notOurs.addAll(ServiceRoutes.notInKernel(known));
    Set<Cidr> blackholes =
        blocks.stream()
            .filter(block -> felixPools.stream().noneMatch(pool -> pool.contains(block)))
            .collect(Collectors.toSet());
    sink.local(blackholes, notOurs, reachableBy);
    return speak(resources, known, () -> sink.local(blackholes, notOurs, reachableBy));
  }

  /// @param reach to be called when the gateways of peers are others
  private List<String> speak(Collection<Resource> resources, BgpResources found, Runnable reach) {
    Optional<SpeakerPlan> plan;
    BgpResources known = found;
    if (ServiceRoutes.areWanted(known)) {
      services.want();
      if (running.isEmpty() && services.isComing()) {
        return List.of("services are announced, and they are not read yet");
      }
      known = found.withServices(services.sources()); // which may just have come
    }
    peering.accept(known.peering());
    secrets = secretFiles.read(known.secretsAskedFor());
    if (known.asksForWays()) {
      podInterfaces = podInterfaces(resources);
      ways = ways();
      if (ways.isEmpty()) {
        return List.of("BGPFilters name interfaces, and the kernel's routes are not read yet");
      }
      known = known.withWays(ways.get());
    } else {
      ways = Optional.empty();
    }
    try {
      plan =
          SpeakerPlan.of(known.withSecrets(secrets), settings.routerId(), ownAddresses(resources));
    } catch (IllegalArgumentException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
    if (plan.isEmpty()) {
      return List.of(
          "node %s is not in the datastore, or has no address".formatted(settings.name()));
    }
    if (!plan.get().reachableBy().equals(reachableBy)) {
      reachableBy = plan.get().reachableBy();
      reach.run();
    }
    try {
      become(plan.get().config());
    } catch (ListenException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
    problems = plan.get().problems();
    List<String> said = new ArrayList<>(problems);
    plan.get().openness().ifPresent(said::add);
    services.problem().ifPresent(said::add);
    complain(said);
    return List.of();
  }

  private void become(SpeakerConfig config) {
    if (running.isEmpty()) {
      speaker.start(config);
      LOG.info(
          "BGP speaks as {} in AS {} on {}, {} peers",
          config.identifier(),
          config.as(),
          config.listen(),
          config.peers().size());
    } else if (!running.get().equals(config)) {
      speaker.reconfigure(config);
      LOG.info("BGP has {} peers, announces {}", config.peers().size(), config.announce().size());
    }
    if (!running.equals(Optional.of(config))) {
      reconfigured = Instant.now();
    }
    running = Optional.of(config);
  }

  /// Resources that do not count: said once, not tried again.
  private void complain(List<String> problems) {
    problems.stream()
        .filter(problem -> !complained.contains(problem))
        .forEach(problem -> LOG.warn("bgp: {}", problem));
    complained = List.copyOf(problems);
  }

  private ClusterRouting routing(Collection<Resource> resources) {
    return felixSettings(resources).get(Parameters.PROGRAM_CLUSTER_ROUTES);
  }

  private Settings felixSettings(Collection<Resource> resources) {
    Map<String, String> labels =
        all(resources, CalicoNode.class)
            .filter(node -> node.metadata().name().equals(settings.name()))
            .findFirst()
            .map(node -> node.metadata().labels())
            .orElse(Map.of());
    return SettingsResolver.resolve(
            settings.variables(),
            all(resources, FelixConfiguration.class).toList(),
            settings.name(),
            labels)
        .settings();
  }

  @Override
  public Optional<String> ownNode() {
    return Optional.of(settings.name());
  }

  /// All but the pods of other nodes.
  @Override
  public boolean isHeld(Resource resource) {
    return !(resource instanceof WorkloadEndpoint endpoint)
        || endpoint.spec().node().equals(settings.name());
  }

  /// Pods of other nodes, and ours in our own blocks, which are announced as wholes, come and go
  /// without any news for BGP, unless pods may be peers.
  @Override
  public boolean matters(Resource resource, Collection<Resource> all) {
    boolean mayPeer =
        all(all, BgpPeer.class).anyMatch(it -> !it.spec().localWorkloadSelector().isEmpty());
    if (resource instanceof Profile) {
      return mayPeer;
    }
    if (!(resource instanceof WorkloadEndpoint endpoint)) {
      return true;
    }
    if (!endpoint.spec().node().equals(settings.name())) {
      return false;
    }
    if (mayPeer) {
      return true;
    }
    Set<Cidr> blocks = ownBlocks(all);
    return !endpoint.spec().ipNATs().isEmpty()
        || !endpoint.spec().ipNetworks().stream()
            .allMatch(
                net -> blocks.stream().anyMatch(block -> !block.isHost() && block.contains(net)));
  }

  private Set<Cidr> ownBlocks(Collection<Resource> resources) {
    return all(resources, BlockAffinity.class)
        .map(BlockAffinity::spec)
        .filter(spec -> spec.node().equals(settings.name()) && spec.type().equals("host"))
        .filter(spec -> spec.state() == BlockAffinity.State.CONFIRMED && !spec.deleted())
        .map(BlockAffinity.Spec::cidr)
        .collect(Collectors.toSet());
  }

  /// Of pods on this node; those outside the node's blocks are announced one by one.
  private List<Cidr> ownAddresses(Collection<Resource> resources) {
    boolean isFloating =
        felixSettings(resources).get(Parameters.FLOATING_IPS) == FloatingIps.ENABLED;
    return all(resources, WorkloadEndpoint.class)
        .map(WorkloadEndpoint::spec)
        .filter(spec -> spec.node().equals(settings.name()))
        .flatMap(
            spec ->
                isFloating
                    ? Stream.concat(spec.ipNetworks().stream(), floating(spec))
                    : spec.ipNetworks().stream())
        .distinct()
        .sorted()
        .toList();
  }

  private static Stream<Cidr> floating(WorkloadEndpoint.Spec spec) {
    return spec.ipNATs().stream().map(nat -> Cidr.host(nat.externalIP()));
  }

  private static <T extends Resource> Stream<T> all(Collection<Resource> resources, Class<T> type) {
    return resources.stream().filter(type::isInstance).map(type::cast);
  }

  /// Whether a Secret that is asked for is another than when it was last looked at. From any
  /// thread.
  boolean hasOtherSecrets() {
    Map<SecretKeyRef, SecretContent> before = secrets;
    return !secretFiles.read(before.keySet()).equals(before);
  }

  /// Routes to pods lead to no next hop of others, and come and go.
  private Optional<OutgoingWays> ways() {
    return sink.interfaces()
        .map(
            all -> {
              Map<Cidr, String> others = new HashMap<>(all);
              others.values().removeIf(podInterfaces::contains);
              return new OutgoingWays(others);
            });
  }

  private Set<String> podInterfaces(Collection<Resource> resources) {
    return all(resources, WorkloadEndpoint.class)
        .map(WorkloadEndpoint::spec)
        .filter(spec -> spec.node().equals(settings.name()))
        .map(WorkloadEndpoint.Spec::interfaceName)
        .collect(Collectors.toSet());
  }

  /// Whether filters that look at interfaces may say something else than when the kernel was last
  /// looked at. From any thread.
  boolean hasOtherWays() {
    return ways.isPresent() && !ways().equals(ways);
  }

  /// What of the resources does not count, and why. From any thread.
  List<String> problems() {
    return problems;
  }

  /// Empty until it has started.
  Optional<Speaker> speaker() {
    return running.map(_ -> speaker);
  }

  /// Empty until the speaker has started.
  Optional<SpeakerReport> report() {
    return running.map(_ -> speaker.report());
  }

  /// When the speaker last took another configuration. From any thread.
  Instant reconfigured() {
    return reconfigured;
  }

  /// Why BGP is not ready: mesh and configured peers that are not there yet, until the routes are
  /// complete for the first time.
  List<String> obstacles() {
    Optional<SpeakerReport> report = report();
    if (report.isEmpty()) {
      return List.of("the speaker has not started");
    }
    List<String> obstacles = new ArrayList<>();
    report.get().peers().stream()
        .filter(peer -> !peer.isEstablished() && !report.get().converged())
        .filter(peer -> peer.type() != PeerType.LOCAL_WORKLOAD) // no pod keeps a node from working
        .forEach(
            peer ->
                obstacles.add(
                    "no session with %s (%s): %s %s"
                        .formatted(peer.name(), peer.address(), peer.state(), peer.reason())
                        .strip()));
    return obstacles;
  }
}

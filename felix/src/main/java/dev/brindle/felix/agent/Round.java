// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.felix.dataplane.Dataplane;
import dev.brindle.felix.dataplane.DesiredState;
import dev.brindle.felix.dataplane.TablePlan;
import dev.brindle.felix.endpoint.Bandwidth;
import dev.brindle.felix.endpoint.EndpointPlan;
import dev.brindle.felix.endpoint.EndpointStatus;
import dev.brindle.felix.endpoint.EndpointStatus.State;
import dev.brindle.felix.render.PolicyRenderer;
import dev.brindle.felix.render.RenderContext;
import dev.brindle.felix.route.ClusterRoutes;
import dev.brindle.felix.route.ClusterView;
import dev.brindle.felix.route.TunnelPlan;
import dev.brindle.felix.route.Underlay;
import dev.brindle.felix.settings.FloatingIps;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Settings;
import dev.brindle.felix.settings.SettingsResolver;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.LinkAddress;
import dev.brindle.linux.model.Route;
import dev.brindle.policy.engine.PolicyDelta;
import dev.brindle.policy.engine.PolicyEngine;
import dev.brindle.policy.rule.ServiceKnowledge;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// All that the agent's thread owns, and one round of it: take in what is new, work out what should
/// be, make it so.
final class Round {

  private static final String IPV6_THERE = "net/ipv6/conf/all/forwarding";

  private static final String REVERSE_PATH_OF_ALL = "net/ipv4/conf/all/rp_filter";

  private final Map<String, String> environment;
  private final String node;
  private final Kernel kernel;
  private final PolicyEngine engine;
  private final Cluster cluster;
  private final PolicyRenderer renderer;
  private final Dataplane dataplane;

  private Settings settings = Settings.DEFAULTS;
  private List<String> warnings = List.of();
  private boolean isServicesDirty;
  private List<IpFamily> families = List.of();
  private List<IpFamily> closedFamilies = List.of();
  private TunnelPlan tunnels = new TunnelPlan(List.of(), Optional.empty(), List.of(), 0);
  private List<Route> clusterRoutes = List.of();

  /// By interface, and the endpoints they were made of.
  private Map<String, EndpointPlan> endpointPlans = Map.of();

  private Map<String, WorkloadEndpoint> plannedEndpoints = Map.of();
  private boolean isClusterDirty = true;

  Round(
      String node,
      Map<String, String> environment,
      ServiceKnowledge services,
      Kernel kernel,
      TablePlan plan) {
    this.node = node;
    this.environment = Map.copyOf(environment);
    this.kernel = kernel;
    this.engine = new PolicyEngine(node, services);
    this.cluster = new Cluster(node);
    this.renderer =
        new PolicyRenderer(List.of(IpFamily.values()), RenderContext.of(Settings.DEFAULTS));
    this.dataplane = new Dataplane(kernel, renderer, plan);
  }

  /// Takes in resources. Touches nothing.
  ///
  /// @return whether the kernel, or what is said of it, may have to change
  boolean take(Collection<Change> changes) {
    if (changes.isEmpty() && !isServicesDirty) {
      return false;
    }
    isServicesDirty = false;
    Map<ResourceKey, String> problemsBefore = Map.copyOf(engine.problems());
    PolicyDelta delta = engine.apply(changes);
    renderer.apply(delta);
    boolean isLocal = changes.stream().anyMatch(cluster::isLocalEndpoint);
    isClusterDirty |= cluster.apply(changes);
    return !delta.isEmpty()
        || isLocal
        || isClusterDirty
        || !engine.problems().equals(problemsBefore);
  }

  /// What is different for it is worked out with the next resources taken in.
  void services(ServiceKnowledge knowledge) {
    engine.services(knowledge);
    isServicesDirty = true;
  }

  /// A pod's interface matters once its endpoint is known, and while it is, or was, up.
  ///
  /// @return whether the kernel, or what is said of it, may have to change
  boolean linkChanged(Link link) {
    boolean isInUse = link.isUp() || dataplane.isUp(link.name());
    dataplane.linkChanged(link);
    if (Bandwidth.isDevice(link.name())) {
      return !link.isUp();
    }
    if (!isPodInterface(link.name())) {
      isClusterDirty = true;
      return true;
    }
    return isInUse && endpointPlans.containsKey(link.name());
  }

  /// @return whether the kernel, or what is said of it, may have to change
  boolean linkGone(int index, String name) {
    dataplane.linkGone(index, name);
    if (Bandwidth.isDevice(name)) {
      return true;
    }
    if (!isPodInterface(name)) {
      isClusterDirty = true;
      return true;
    }
    return endpointPlans.containsKey(name);
  }

  private boolean isForPods(String name) {
    return isPodInterface(name) || Bandwidth.isDevice(name);
  }

  private boolean isPodInterface(String name) {
    return settings.isPodInterface(name);
  }

  /// An address of this host came or went: which interface leads to the others may be different.
  /// Addresses of pods' interfaces say nothing about that.
  ///
  /// @return whether the kernel, or what is said of it, may have to change
  boolean addressesChanged(int link) {
    boolean isHosts = dataplane.linkName(link).filter(this::isForPods).isEmpty();
    isClusterDirty |= isHosts;
    return isHosts;
  }

  void refreshRules() {
    dataplane.refreshRules();
  }

  void refreshRoutes() {
    dataplane.refreshRoutes();
    isClusterDirty = true;
  }

  /// Makes the kernel match.
  ///
  /// @return what did not work
  List<String> apply(Instant now) {
    if (isClusterDirty) {
      reconsider();
      isClusterDirty = false;
    }
    return dataplane.apply(
        new DesiredState(settings, families, closedFamilies, tunnels, clusterRoutes, endpoints()),
        now);
  }

  /// Plans of endpoints that are as they were are kept.
  @SuppressWarnings("ReferenceEquality") // most are the very ones of the last time
  private Map<String, EndpointPlan> endpoints() {
    Map<String, EndpointPlan> plans = new HashMap<>();
    Map<String, WorkloadEndpoint> planned = new HashMap<>();
    for (WorkloadEndpoint endpoint : renderer.endpoints()) {
      String device = endpoint.spec().interfaceName();
      if (!isPodInterface(device)) {
        continue; // an endpoint that names the host's own interface gets nothing
      }
      EndpointPlan plan = endpointPlans.get(device);
      WorkloadEndpoint before = plannedEndpoints.get(device);
      boolean isNew = plan == null || (endpoint != before && !endpoint.equals(before));
      plans.put(device, isNew ? EndpointPlan.of(endpoint, settings, families) : plan);
      planned.put(device, endpoint);
    }
    endpointPlans = plans;
    plannedEndpoints = planned;
    return plans;
  }

  private void reconsider() {
    var resolved =
        SettingsResolver.resolve(environment, cluster.configurations(), node, cluster.labels());
    settings = resolved.settings();
    warnings = resolved.warnings();
    chooseFamilies();
    endpointPlans = Map.of();
    ClusterView view = cluster.view();
    Collection<Link> links = dataplane.links().values();
    List<LinkAddress> addresses = kernel.links().addresses();
    renderer.hostInterfaces(hostInterfaces(links, addresses));
    Underlay underlay =
        Underlay.of(view, links, addresses, settings.get(Parameters.MTU_IFACE_PATTERN));
    tunnels = TunnelPlan.of(view, underlay, settings, families);
    clusterRoutes = ClusterRoutes.of(view, underlay, settings, families);
    renderer.nets(Cluster.nets(view, settings));
    renderer.context(new RenderContext(settings, tunnelContext(view), cluster.serviceNetworks()));
  }

  /// The addresses of this host's own interfaces, by name.
  private Map<String, Set<IpAddress>> hostInterfaces(
      Collection<Link> links, List<LinkAddress> addresses) {
    Map<Integer, String> names =
        links.stream()
            .filter(link -> !isForPods(link.name()))
            .collect(Collectors.toMap(Link::index, Link::name, (first, _) -> first));
    Map<String, Set<IpAddress>> found = new HashMap<>();
    for (LinkAddress address : addresses) {
      String name = names.get(address.link());
      if (name != null) {
        found.computeIfAbsent(name, _ -> new HashSet<>()).add(address.address().address());
      }
    }
    return found;
  }

  private void chooseFamilies() {
    boolean isThere = kernel.sysctl().read(IPV6_THERE).isPresent();
    boolean isUsed = isThere && settings.get(Parameters.IPV6_SUPPORT);
    families = isUsed ? List.of(IpFamily.IPV4, IpFamily.IPV6) : List.of(IpFamily.IPV4);
    closedFamilies = isThere && !isUsed ? List.of(IpFamily.IPV6) : List.of();
  }

  private RenderContext.Tunnels tunnelContext(ClusterView view) {
    Map<String, Optional<IpAddress>> addresses = new HashMap<>();
    tunnels
        .vxlans()
        .forEach(tunnel -> addresses.put(tunnel.device(), Optional.of(tunnel.address())));
    tunnels.ipip().ifPresent(tunnel -> addresses.put(TunnelPlan.IPIP_DEVICE, tunnel.address()));
    return new RenderContext.Tunnels(
        tunnels.ipip().isPresent(),
        families.stream().filter(family -> TunnelPlan.isVxlanOn(view, settings, family)).toList(),
        addresses);
  }

  /// How far each endpoint of this node has got.
  Map<ResourceKey, EndpointStatus> statuses() {
    Map<ResourceKey, EndpointStatus> statuses = new HashMap<>();
    Map<ResourceKey, String> devices = new HashMap<>();
    renderer.endpoints().forEach(e -> devices.put(e.key(), e.spec().interfaceName()));
    cluster
        .revisions()
        .forEach(
            (key, revision) -> {
              String device = devices.get(key);
              boolean isHost = key.kind() == ResourceKind.HOST_ENDPOINT;
              State state =
                  isHost
                      ? hostState(key)
                      : device == null ? State.SHADOWED : dataplane.state(device);
              String detail = isHost ? hostDetail(state) : detail(state, device);
              statuses.put(key, new EndpointStatus(key, revision, state, detail));
            });
    return statuses;
  }

  private State hostState(ResourceKey key) {
    return dataplane.hostState(renderer.interfacesOf(key), renderer.hosts().hasOthers(key));
  }

  private static String hostDetail(State state) {
    return switch (state) {
      case UP -> "";
      case NO_INTERFACE, SHADOWED ->
          "no interface that is there and up is its: by name, by address, or another has it";
      case ERROR -> "see the agent's problems";
    };
  }

  private static String detail(State state, @Nullable String device) {
    return switch (state) {
      case UP -> "";
      case NO_INTERFACE -> "interface %s is not there or not up".formatted(device);
      case ERROR -> "interface %s: see the agent's problems".formatted(device);
      case SHADOWED -> "it has no interface of its own";
    };
  }

  Settings settings() {
    return settings;
  }

  /// Settings that do not count, and why.
  List<String> settingWarnings() {
    return warnings;
  }

  /// The same, and resources that do not count.
  List<String> warnings() {
    List<String> all = new ArrayList<>(warnings);
    engine.problems().forEach((key, problem) -> all.add("%s: %s".formatted(key, problem)));
    forgersInTheWay().ifPresent(all::add);
    Map<String, String> unlimited = dataplane.bandwidthShortcomings();
    unlimited.values().stream()
        .distinct()
        .sorted()
        .forEach(
            why ->
                without(
                        spec -> why.equals(unlimited.get(spec.interfaceName())),
                        "bandwidth: " + why)
                    .ifPresent(all::add));
    if (settings.get(Parameters.FLOATING_IPS) == FloatingIps.DISABLED) {
      without(
              spec -> !spec.ipNATs().isEmpty(),
              "floating addresses lead nowhere: floatingIPs of the FelixConfiguration is Disabled")
          .ifPresent(all::add);
    }
    return all;
  }

  /// One line for all of this node's endpoints that ask for what is not there.
  private Optional<String> without(Predicate<WorkloadEndpoint.Spec> asks, String words) {
    List<ResourceKey> asking =
        renderer.endpoints().stream()
            .filter(endpoint -> asks.test(endpoint.spec()))
            .map(WorkloadEndpoint::key)
            .sorted()
            .toList();
    if (asking.isEmpty()) {
      return Optional.empty();
    }
    String others = asking.size() == 1 ? "" : " and %d more".formatted(asking.size() - 1);
    return Optional.of("%s%s: %s".formatted(asking.getFirst(), others, words));
  }

  /// Of an interface's setting and that of all interfaces the stricter counts.
  private Optional<String> forgersInTheWay() {
    return renderer.endpoints().stream()
        .filter(endpoint -> EndpointPlan.mayForge(endpoint, settings))
        .findFirst()
        .filter(_ -> kernel.sysctl().read(REVERSE_PATH_OF_ALL).filter("1"::equals).isPresent())
        .map(
            endpoint ->
                "%s: the kernel drops what it may send from other sources while %s is 1: set it to 0"
                    .formatted(endpoint.key(), REVERSE_PATH_OF_ALL));
  }

  int podMtu() {
    return tunnels.podMtu();
  }

  int policyCount() {
    return renderer.policyCount();
  }

  int lastTransactionSize() {
    return dataplane.lastTransactionSize();
  }
}

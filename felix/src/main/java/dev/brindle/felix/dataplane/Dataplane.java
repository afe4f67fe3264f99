// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.dataplane;

import dev.brindle.felix.endpoint.EndpointStatus.State;
import dev.brindle.felix.render.PolicyRenderer;
import dev.brindle.felix.route.TunnelPlan;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.model.Link;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Makes the kernel match what is desired: tunnels, then rules, then pod interfaces and their
/// bandwidth, then routes, and last away with tunnels that nothing needs. Rules come before routes,
/// so no packet finds a way before its policy is there; and what goes loses its rules first.
///
/// A step that fails leaves the others running, and is tried again with everything it needs read
/// from the kernel. One owner; not for several threads.
public final class Dataplane {

  /// How long a new pod interface may have routes that we know nothing of: whoever made it may be
  /// ahead of the datastore.
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Kernel kernel;
  private final HostStep host;
  private final TunnelStep tunnels;
  private final NftStep rules;
  private final EndpointStep endpoints;
  private final BandwidthStep bandwidth;
  private final RouteStep routes;
  private final Map<Integer, Instant> firstSeen = new HashMap<>();

  private final Map<String, Link> links = new HashMap<>();
  private Optional<TunnelPlan> tunnelsDone = Optional.empty();
  private boolean areLinksKnown;
  private boolean areRulesDone;
  private Set<String> ruled = Set.of();

  public Dataplane(Kernel kernel, PolicyRenderer renderer, TablePlan plan) {
    this.kernel = kernel;
    this.host = new HostStep(kernel.sysctl());
    this.tunnels = new TunnelStep(kernel);
    this.rules = new NftStep(kernel.nft(), renderer, plan);
    this.endpoints = new EndpointStep(kernel);
    this.bandwidth = new BandwidthStep(kernel);
    this.routes = new RouteStep(kernel.routes(), kernel.conntrack());
  }

  /// An interface came or changed. When it went down, or another took its name, the kernel took its
  /// routes away.
  public void linkChanged(Link link) {
    if (areLinksKnown) {
      links.put(link.name(), link);
    }
    if (!link.isUp()) {
      bandwidth.distrust(link.name());
    }
    doubt(link.name());
  }

  /// An interface went, and its routes with it. News of an older one than the one there now count
  /// for little.
  public void linkGone(int index, String name) {
    if (areLinksKnown) {
      links.computeIfPresent(name, (_, known) -> known.index() == index ? null : known);
    }
    bandwidth.distrust(name);
    doubt(name);
  }

  private void doubt(String name) {
    routes.distrust(name);
    boolean isTunnel =
        TunnelPlan.vxlanDevices().contains(name) || name.equals(TunnelPlan.IPIP_DEVICE);
    if (isTunnel) {
      tunnelsDone = Optional.empty();
    }
  }

  /// Compare rules and sets with the kernel at the next `apply`.
  public void refreshRules() {
    rules.distrust();
  }

  /// Compare routes, tunnels and interfaces with the kernel at the next `apply`.
  public void refreshRoutes() {
    areLinksKnown = false;
    routes.distrust();
    endpoints.distrust();
    bandwidth.distrust();
    tunnelsDone = Optional.empty();
  }

  /// The interfaces of this host, as they were when last looked at.
  public Map<String, Link> links() {
    if (!areLinksKnown) {
      List<Link> found = kernel.links().list();
      links.clear();
      found.forEach(link -> links.put(link.name(), link));
      areLinksKnown = true;
    }
    return links;
  }

  /// The name of an interface that is known.
  public Optional<String> linkName(int index) {
    return links.values().stream()
        .filter(link -> link.index() == index)
        .map(Link::name)
        .findFirst();
  }

  /// Whether an interface is up, as far as is known.
  public boolean isUp(String device) {
    Link link = links.get(device);
    return link != null && link.isUp();
  }

  /// @return what did not work, empty if all is as desired
  public List<String> apply(DesiredState desired, Instant now) {
    List<String> problems = new ArrayList<>();
    problems.addAll(host.apply(desired));
    boolean isTunnelNews = !tunnelsDone.equals(Optional.of(desired.tunnels()));
    List<String> tunnelProblems = new ArrayList<>();
    if (isTunnelNews) {
      tunnelProblems.addAll(tunnels.setUp(desired.tunnels()));
    }
    List<String> ruleProblems = rules.apply(desired.families(), desired.closedFamilies());
    areRulesDone = rules.isInForce();
    problems.addAll(ruleProblems);
    Set<String> settled = settled(desired, now, problems);
    problems.addAll(endpoints.apply(desired, links));
    problems.addAll(bandwidth.apply(desired, links));
    problems.addAll(routes.apply(desired, links, settled, unruled(desired)));
    if (isTunnelNews) {
      tunnelProblems.addAll(tunnels.tearDown(desired.tunnels()));
      problems.addAll(tunnelProblems);
      tunnelsDone = tunnelProblems.isEmpty() ? Optional.of(desired.tunnels()) : Optional.empty();
    }
    return problems;
  }

  /// Interfaces for which rules were never in force.
  private Set<String> unruled(DesiredState desired) {
    if (areRulesDone) {
      ruled = desired.endpoints().keySet();
      return Set.of();
    }
    return desired.endpoints().keySet().stream()
        .filter(device -> !ruled.contains(device))
        .collect(Collectors.toUnmodifiableSet());
  }

  /// How far the endpoint of an interface has got.
  public State state(String device) {
    Link link = links.get(device);
    if (!areRulesDone) {
      return State.ERROR;
    }
    if (link == null || !link.isUp()) {
      return State.NO_INTERFACE;
    }
    boolean isDone =
        endpoints.isDone(device)
            && !routes.hasFailed(device)
            && !rules.closedDevices().contains(device);
    return isDone ? State.UP : State.ERROR;
  }

  /// How far a host endpoint has got that has these interfaces.
  ///
  /// @param interfaces names, or `PolicyRenderer.interfacesOf` an endpoint for all others
  public State hostState(Collection<String> interfaces, boolean isForOthers) {
    if (!areRulesDone || interfaces.stream().anyMatch(rules.closedDevices()::contains)) {
      return State.ERROR;
    }
    return isForOthers || interfaces.stream().anyMatch(this::isUp) ? State.UP : State.NO_INTERFACE;
  }

  /// Why pods' bandwidth is not limited as they ask for, by name of the interface.
  public Map<String, String> bandwidthShortcomings() {
    return bandwidth.shortcomings();
  }

  public int lastTransactionSize() {
    return rules.lastSize();
  }

  private Set<String> settled(DesiredState desired, Instant now, List<String> problems) {
    try {
      links();
    } catch (KernelException e) {
      problems.add("interfaces: " + e.getMessage());
    }
    Set<Integer> present = new HashSet<>();
    Set<String> settled = new HashSet<>();
    for (Link link : links.values()) {
      if (desired.settings().isPodInterface(link.name())) {
        present.add(link.index());
        firstSeen.putIfAbsent(link.index(), now);
        if (isOld(link, now)) {
          settled.add(link.name());
        }
      }
    }
    firstSeen.keySet().retainAll(present);
    return settled;
  }

  private boolean isOld(Link link, Instant now) {
    Instant since = firstSeen.getOrDefault(link.index(), now);
    return !now.isBefore(since.plus(GRACE));
  }
}

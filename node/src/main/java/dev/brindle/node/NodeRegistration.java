// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.WriteResult;
import dev.brindle.node.address.Autodetection;
import dev.brindle.node.address.HostInterface;
import dev.brindle.node.address.NodeAddress;
import dev.brindle.node.settings.AddressSetting;
import dev.brindle.node.settings.Backend;
import dev.brindle.node.settings.NodeSettings;
import dev.brindle.node.setup.NodePlan;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the Node of this node as the environment and the host's interfaces say. Each call looks
/// anew, writes only what changed and logs only what it has not said yet. One thread at a time.
final class NodeRegistration {

  private static final Logger LOG = LoggerFactory.getLogger(NodeRegistration.class);

  /// How often someone else may be faster before we give up.
  private static final int TRIES = 20;

  /// A log line is not for all addresses of a host with hundreds.
  private static final int MOST_TOLD = 8;

  private final NodeSettings settings;
  private final Datastore datastore;
  private final Supplier<List<HostInterface>> interfaces;
  private final Autodetection.Elsewhere elsewhere;
  private final ResourceKey key;
  private final Map<IpFamily, NodeAddress> told = new EnumMap<>(IpFamily.class);
  private boolean isRegistered;
  private volatile Map<IpFamily, NodeAddress> choices = Map.of();

  /// @param interfaces of the host, as they are now
  NodeRegistration(
      NodeSettings settings,
      Datastore datastore,
      Supplier<List<HostInterface>> interfaces,
      Autodetection.Elsewhere elsewhere) {
    this.settings = settings;
    this.datastore = datastore;
    this.interfaces = interfaces;
    this.elsewhere = elsewhere;
    this.key = ResourceKey.of(ResourceKind.NODE, settings.name());
  }

  /// @throws StartException if the node cannot have an address, or another node has it: then
  ///     nothing is written
  CalicoNode register() {
    List<HostInterface> present = interfaces.get();
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Optional<CalicoNode> stored = datastore.get(key).map(CalicoNode.class::cast);
      Map<IpFamily, NodeAddress> chosen = choose(stored, present);
      NodePlan plan = plan(chosen, present);
      Optional<CalicoNode> written = write(stored, plan);
      if (written.isPresent()) {
        isRegistered = true;
        choices = Map.copyOf(chosen);
        chosen.forEach(this::tell);
        return written.get();
      }
    }
    throw new StartException(
        "%s: others changed it %d times while it was to be written".formatted(key, TRIES));
  }

  /// What was chosen last, and why; for any thread.
  Map<IpFamily, NodeAddress> choices() {
    return choices;
  }

  /// @return empty if someone else was faster
  private Optional<CalicoNode> write(Optional<CalicoNode> stored, NodePlan plan) {
    CalicoNode wanted = plan.applyTo(stored);
    boolean isThere = stored.filter(wanted::equals).isPresent();
    if (!isThere || !isRegistered) {
      refuseConflict(plan);
    }
    if (isThere) {
      return stored;
    }
    WriteResult result = stored.isEmpty() ? datastore.create(wanted) : datastore.update(wanted);
    if (result instanceof WriteResult.Written(Resource written)) {
      LOG.info("{} {}, interfaces {}", stored.isEmpty() ? "created" : "updated", key, texts(plan));
      return Optional.of((CalicoNode) written);
    }
    return Optional.empty();
  }

  private static String texts(NodePlan plan) {
    List<String> texts =
        plan.interfaces().stream()
            .map(each -> each.name() + " " + String.join(" ", each.addresses()))
            .toList();
    return texts.isEmpty() ? "not listed" : String.join(", ", texts);
  }

  private void refuseConflict(NodePlan plan) {
    if (!settings.checksAddress()) {
      return;
    }
    List<CalicoNode> nodes =
        datastore.list(ResourceKind.NODE).stream().map(CalicoNode.class::cast).toList();
    plan.conflict(nodes)
        .ifPresent(
            conflict -> {
              throw new StartException(
                  conflict + ", or set DISABLE_NODE_IP_CHECK=true if it is meant so");
            });
  }

  private NodePlan plan(Map<IpFamily, NodeAddress> chosen, List<HostInterface> present) {
    Optional<InterfaceAddress> ipv4 = address(chosen, IpFamily.IPV4);
    Optional<InterfaceAddress> ipv6 = address(chosen, IpFamily.IPV6);
    if (ipv4.isEmpty() && ipv6.isEmpty() && settings.backend() != Backend.NONE) {
      throw new StartException(
          "the node has neither an IPv4 nor an IPv6 address: set IP or IP6 to one, or to autodetect");
    }
    return new NodePlan(
        settings.name(),
        settings.as(),
        ipv4,
        ipv6,
        NodePlan.interfaces(present, listed()),
        settings.variables().getOrDefault(ServiceWatch.NODE, "").strip());
  }

  private static Optional<InterfaceAddress> address(
      Map<IpFamily, NodeAddress> chosen, IpFamily family) {
    return Optional.ofNullable(chosen.get(family)).flatMap(NodeAddress::address);
  }

  /// Interfaces are listed for the families the environment speaks of.
  private List<IpFamily> listed() {
    return Stream.of(IpFamily.values())
        .filter(
            family ->
                settings.address(family) instanceof AddressSetting.Given
                    || settings.address(family) instanceof AddressSetting.Autodetect)
        .toList();
  }

  private Map<IpFamily, NodeAddress> choose(
      Optional<CalicoNode> node, List<HostInterface> present) {
    Optional<CalicoNode.Bgp> bgp = node.flatMap(each -> each.spec().bgp());
    Map<IpFamily, NodeAddress> chosen = new EnumMap<>(IpFamily.class);
    chosen.put(
        IpFamily.IPV4, choose(IpFamily.IPV4, bgp.flatMap(CalicoNode.Bgp::ipv4Address), present));
    chosen.put(
        IpFamily.IPV6, choose(IpFamily.IPV6, bgp.flatMap(CalicoNode.Bgp::ipv6Address), present));
    return chosen;
  }

  private NodeAddress choose(
      IpFamily family, Optional<InterfaceAddress> stored, List<HostInterface> present) {
    if (settings.backend() == Backend.NONE) {
      return new NodeAddress(stored, NodeAddress.Outcome.CHOSEN, "as in the datastore");
    }
    NodeAddress chosen =
        NodeAddress.choose(
            family, settings.address(family), settings.method(family), stored, present, elsewhere);
    if (!chosen.isFound()) {
      String variable = family == IpFamily.IPV4 ? "IP" : "IP6";
      throw new StartException(
          "%s: set %s to an address, or %s_AUTODETECTION_METHOD to another method"
              .formatted(chosen.reason(), variable, variable));
    }
    return chosen;
  }

  private void tell(IpFamily family, NodeAddress chosen) {
    NodeAddress before = told.put(family, chosen);
    boolean isKnown = before == null ? chosen.address().isEmpty() : chosen.saysTheSame(before);
    if (isKnown) {
      return;
    }
    String address = chosen.address().map(InterfaceAddress::toString).orElse("none");
    switch (chosen.outcome()) {
      case KEPT -> LOG.warn("{} address stays {}: {}", family, address, chosen.reason());
      case NOT_HERE -> LOG.warn("{} address {} ({})", family, address, chosen.reason());
      case CHOSEN, MISSING ->
          LOG.info("{} address {} ({}){}", family, address, chosen.reason(), passedOver(chosen));
    }
  }

  private static String passedOver(NodeAddress chosen) {
    List<String> all = chosen.passedOver();
    if (all.isEmpty()) {
      return "";
    }
    String rest = all.size() > MOST_TOLD ? "; and %d more".formatted(all.size() - MOST_TOLD) : "";
    return "; not " + String.join("; ", all.subList(0, Math.min(MOST_TOLD, all.size()))) + rest;
  }
}

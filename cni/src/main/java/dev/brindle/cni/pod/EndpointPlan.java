// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.pod;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.MacAddress;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.cni.protocol.CniConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The resources that tell the cluster of a pod.
public final class EndpointPlan {

  private static final String NAMESPACE_LABEL = "projectcalico.org/namespace";
  private static final String ORCHESTRATOR_LABEL = "projectcalico.org/orchestrator";
  private static final String ACCOUNT_LABEL = "projectcalico.org/serviceaccount";
  private static final int LABEL_LIMIT = 63;

  private EndpointPlan() {}

  /// @param said what Kubernetes says of the pod's endpoint; empty where it says nothing, and the
  ///     network configuration does
  public static WorkloadEndpoint endpoint(
      PodIdentity pod,
      CniConfig config,
      List<Cidr> addresses,
      MacAddress mac,
      PodAsks asks,
      Optional<WorkloadEndpoint> said) {
    String account =
        said.map(it -> it.spec().serviceAccountName()).orElseGet(config::serviceAccount);
    Map<String, String> given = said.map(it -> it.metadata().labels()).orElseGet(config::labels);
    Metadata metadata =
        Metadata.named(pod.namespace(), pod.endpointName()).withLabels(labels(pod, given, account));
    return new WorkloadEndpoint(
        metadata,
        new WorkloadEndpoint.Spec(
            pod.orchestrator(),
            pod.isKubernetes() ? "" : pod.workload(),
            pod.node(),
            pod.containerId(),
            pod.pod(),
            pod.endpoint(),
            account,
            addresses,
            floating(addresses, asks),
            Optional.empty(),
            Optional.empty(),
            profiles(pod, config, account),
            pod.hostInterface(),
            Optional.of(mac),
            said.map(it -> it.spec().ports()).orElse(List.of()),
            asks.sources()));
  }

  /// Each floating address leads to the pod's own of its family, if there is one.
  private static List<WorkloadEndpoint.IpNat> floating(List<Cidr> addresses, PodAsks asks) {
    return asks.floatingAddresses().stream()
        .flatMap(
            outside ->
                addresses.stream()
                    .filter(inside -> inside.family() == outside.family())
                    .limit(1)
                    .map(inside -> new WorkloadEndpoint.IpNat(inside.address(), outside)))
        .toList();
  }

  private static Map<String, String> labels(
      PodIdentity pod, Map<String, String> given, String account) {
    Map<String, String> labels = new HashMap<>(given);
    labels.put(NAMESPACE_LABEL, pod.namespace());
    labels.put(ORCHESTRATOR_LABEL, pod.orchestrator());
    if (!account.isEmpty() && account.length() < LABEL_LIMIT) {
      labels.put(ACCOUNT_LABEL, account);
    }
    return labels;
  }

  private static List<String> profiles(PodIdentity pod, CniConfig config, String account) {
    if (!config.isKubernetesPolicy()) {
      return List.of(config.name());
    }
    List<String> profiles = new ArrayList<>(List.of("kns." + pod.namespace()));
    if (!account.isEmpty()) {
      profiles.add("ksa.%s.%s".formatted(pod.namespace(), account));
    }
    return profiles;
  }

  /// What endpoints of a network get that has no policy of Kubernetes: out to everywhere, in from
  /// everywhere for pods, and from the same network for bare containers.
  public static Profile networkProfile(PodIdentity pod, CniConfig config) {
    Rule allow = Rule.of(Rule.Action.ALLOW);
    Rule ingress = pod.isKubernetes() ? allow : from(allow, "has(%s)".formatted(config.name()));
    return new Profile(
        Metadata.named(config.name()),
        new Profile.Spec(List.of(ingress), List.of(allow), Map.of(config.name(), "")));
  }

  private static Rule from(Rule rule, String selector) {
    Rule.Entity any = Rule.Entity.ANY;
    Rule.Entity source =
        new Rule.Entity(
            any.nets(),
            selector,
            any.namespaceSelector(),
            any.services(),
            any.ports(),
            any.notNets(),
            any.notSelector(),
            any.notPorts(),
            any.serviceAccounts());
    return new Rule(
        rule.action(),
        rule.ipVersion(),
        rule.protocol(),
        rule.notProtocol(),
        rule.icmp(),
        rule.notICMP(),
        rule.http(),
        source,
        rule.destination(),
        rule.metadata());
  }
}

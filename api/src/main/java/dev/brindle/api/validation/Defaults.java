// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.FelixConfiguration;
import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.KubeControllersConfiguration;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.StagedAction;
import dev.brindle.api.resource.StagedGlobalNetworkPolicy;
import dev.brindle.api.resource.StagedNetworkPolicy;
import dev.brindle.api.resource.Tier;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.api.resource.WorkloadEndpointName;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What is filled in before a resource is checked and stored, besides what the records fill in.
public final class Defaults {

  private static final double TIER_ORDER = 1_000_000;
  private static final String TIER_LABEL = "projectcalico.org/tier";
  private static final int LONGEST_ACCOUNT_LABEL = 62;
  private static final Map<String, Object> FELIX =
      Map.of(
          "bpfLogLevel", "", // which Calico never leaves out
          "nftablesMode", "Auto",
          "nftablesFlowTableOffload", "Disabled",
          "floatingIPs", "Disabled",
          "bpfConnectTimeLoadBalancing", "TCP",
          "bpfHostNetworkedNATWithoutCTLB", "Enabled");

  private Defaults() {}

  public static Resource fill(Resource resource) {
    return switch (resource) {
      case NetworkPolicy policy ->
          new NetworkPolicy(tiered(policy, policy.spec().tier()), policy(policy.spec()));
      case GlobalNetworkPolicy policy ->
          new GlobalNetworkPolicy(tiered(policy, policy.spec().tier()), policy(policy.spec()));
      case StagedNetworkPolicy policy -> staged(policy);
      case StagedGlobalNetworkPolicy policy -> staged(policy);
      case Tier tier when tier.spec().order().isEmpty() ->
          new Tier(
              tier.metadata(),
              new Tier.Spec(Optional.of(TIER_ORDER), tier.spec().defaultAction()),
              tier.status());
      case BgpConfiguration configuration -> bgp(configuration);
      case FelixConfiguration configuration -> felix(configuration);
      case KubeControllersConfiguration configuration -> ControllerDefaults.fill(configuration);
      case WorkloadEndpoint endpoint -> endpoint(endpoint);
      default -> resource; // the records of the others have all their defaults
    };
  }

  private static Metadata tiered(Resource policy, String tier) {
    return with(policy.metadata(), TIER_LABEL, tier);
  }

  private static NetworkPolicy.Spec policy(NetworkPolicy.Spec spec) {
    return new NetworkPolicy.Spec(
        spec.tier(),
        spec.order(),
        spec.selector(),
        spec.ingress(),
        spec.egress(),
        PolicyType.effective(spec.types(), spec.ingress(), spec.egress()),
        spec.serviceAccountSelector(),
        spec.performanceHints());
  }

  private static GlobalNetworkPolicy.Spec policy(GlobalNetworkPolicy.Spec spec) {
    return new GlobalNetworkPolicy.Spec(
        spec.tier(),
        spec.order(),
        spec.selector(),
        spec.namespaceSelector(),
        spec.serviceAccountSelector(),
        spec.ingress(),
        spec.egress(),
        PolicyType.effective(spec.types(), spec.ingress(), spec.egress()),
        spec.doNotTrack(),
        spec.preDNAT(),
        spec.applyOnForward(),
        spec.performanceHints());
  }

  /// What stands for a removal says nothing else, and so has no types.
  private static StagedNetworkPolicy staged(StagedNetworkPolicy policy) {
    StagedNetworkPolicy.Spec spec = policy.spec();
    return new StagedNetworkPolicy(
        tiered(policy, spec.tier()),
        spec.stagedAction() == StagedAction.DELETE
            ? spec
            : StagedNetworkPolicy.Spec.of(spec.stagedAction(), policy(spec.policy())));
  }

  private static StagedGlobalNetworkPolicy staged(StagedGlobalNetworkPolicy policy) {
    StagedGlobalNetworkPolicy.Spec spec = policy.spec();
    return new StagedGlobalNetworkPolicy(
        tiered(policy, spec.tier()),
        spec.stagedAction() == StagedAction.DELETE
            ? spec
            : StagedGlobalNetworkPolicy.Spec.of(spec.stagedAction(), policy(spec.policy())));
  }

  private static BgpConfiguration bgp(BgpConfiguration configuration) {
    BgpConfiguration.Spec spec = configuration.spec();
    return new BgpConfiguration(
        configuration.metadata(),
        new BgpConfiguration.Spec(
            or(spec.logSeverityScreen(), "Info"),
            spec.nodeToNodeMeshEnabled(),
            spec.asNumber(),
            spec.serviceClusterIPs(),
            spec.serviceExternalIPs(),
            spec.serviceLoadBalancerIPs(),
            or(spec.serviceLoadBalancerAggregation(), "Enabled"),
            spec.communities(),
            spec.prefixAdvertisements(),
            spec.listenPort(),
            spec.nodeMeshPassword(),
            spec.nodeMeshMaxRestartTime(),
            spec.bindMode(),
            spec.ignoredInterfaces(),
            spec.localWorkloadPeeringIPV4(),
            spec.localWorkloadPeeringIPV6(),
            spec.programClusterRoutes(),
            spec.ipv4NormalRoutePriority(),
            spec.ipv6NormalRoutePriority()));
  }

  private static String or(String text, String ifEmpty) {
    return text.isEmpty() ? ifEmpty : text;
  }

  private static FelixConfiguration felix(FelixConfiguration configuration) {
    Map<String, Object> spec = new TreeMap<>(FELIX);
    spec.putAll(configuration.spec());
    if (configuration.spec().get("bpfConnectTimeLoadBalancingEnabled") instanceof Boolean isOn) {
      spec.put("bpfHostNetworkedNATWithoutCTLB", "Disabled");
      spec.put("bpfConnectTimeLoadBalancing", isOn ? "Enabled" : "Disabled");
    }
    return new FelixConfiguration(configuration.metadata(), spec);
  }

  private static WorkloadEndpoint endpoint(WorkloadEndpoint endpoint) {
    WorkloadEndpoint.Spec spec = endpoint.spec();
    Metadata metadata = endpoint.metadata();
    if (metadata.name().isEmpty()) {
      metadata = named(metadata, WorkloadEndpointName.of(spec).orElse(""));
    }
    metadata = with(metadata, "projectcalico.org/namespace", metadata.namespace());
    metadata = with(metadata, "projectcalico.org/orchestrator", spec.orchestrator());
    String account = spec.serviceAccountName();
    if (!account.isEmpty() && account.length() <= LONGEST_ACCOUNT_LABEL) {
      metadata = with(metadata, "projectcalico.org/serviceaccount", account);
    }
    return endpoint.withMetadata(metadata);
  }

  private static Metadata named(Metadata metadata, String name) {
    return new Metadata(
        name,
        metadata.generateName(),
        metadata.namespace(),
        metadata.labels(),
        metadata.annotations(),
        metadata.resourceVersion(),
        metadata.uid(),
        metadata.creationTimestamp(),
        metadata.deletionTimestamp());
  }

  private static Metadata with(Metadata metadata, String label, String value) {
    Map<String, String> labels = new TreeMap<>(metadata.labels());
    labels.put(label, value);
    return metadata.withLabels(labels);
  }
}

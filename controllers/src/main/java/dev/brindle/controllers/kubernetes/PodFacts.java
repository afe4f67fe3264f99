// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.kubernetes;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.api.resource.WorkloadEndpoint.EndpointPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a pod and its endpoint say of themselves: by what an endpoint is known to be the pod's, and
/// what of it follows the pod. All that is remembered of either, as there are many.
///
/// @param node as the one calls it who says it
/// @param container empty where nobody says it
/// @param addresses none while nobody knows them
/// @param profiles of an endpoint, in the order they apply
public record PodFacts(
    String namespace,
    String pod,
    String node,
    String container,
    List<Cidr> addresses,
    Map<String, String> labels,
    String account,
    List<EndpointPort> ports,
    List<String> profiles) {

  private static final String KUBERNETES = "k8s";

  public PodFacts {
    addresses = List.copyOf(addresses);
    labels = Map.copyOf(labels);
    ports = List.copyOf(ports);
    profiles = List.copyOf(profiles);
  }

  public static PodFacts of(WorkloadEndpoint endpoint) {
    WorkloadEndpoint.Spec spec = endpoint.spec();
    return new PodFacts(
        endpoint.metadata().namespace(),
        spec.pod(),
        spec.node(),
        spec.containerID(),
        spec.ipNetworks(),
        endpoint.metadata().labels(),
        spec.serviceAccountName(),
        spec.ports(),
        spec.profiles());
  }

  /// Whether it is the endpoint of a pod of Kubernetes, and not of anything else.
  public static boolean isOfPod(WorkloadEndpoint endpoint) {
    return endpoint.spec().orchestrator().equals(KUBERNETES) && !endpoint.spec().pod().isEmpty();
  }

  /// Whether an endpoint is this pod's, and not one that an earlier pod of the name has left: it is
  /// in the same container, or where nobody can tell has an address in common.
  ///
  /// @param theirNode of the endpoint, as Kubernetes calls it
  boolean has(PodFacts endpoint, String theirNode) {
    boolean isNamed = namespace.equals(endpoint.namespace) && pod.equals(endpoint.pod);
    if (!isNamed || !node.equals(theirNode)) {
      return false;
    }
    boolean isSaid = !container.isEmpty() && !endpoint.container.isEmpty();
    return isSaid
        ? container.equals(endpoint.container)
        : addresses.stream().anyMatch(endpoint.addresses::contains);
  }

  /// Whether an endpoint of this pod says what the pod says.
  boolean isSaidBy(PodFacts endpoint) {
    return labels.equals(endpoint.labels)
        && account.equals(endpoint.account)
        && ports.equals(endpoint.ports)
        && profiles(endpoint.profiles).equals(endpoint.profiles);
  }

  /// The endpoint as it is to be. All else is CNI's.
  public WorkloadEndpoint on(WorkloadEndpoint endpoint) {
    WorkloadEndpoint.Spec spec = endpoint.spec();
    return new WorkloadEndpoint(
        endpoint.metadata().withLabels(labels),
        new WorkloadEndpoint.Spec(
            spec.orchestrator(),
            spec.workload(),
            spec.node(),
            spec.containerID(),
            spec.pod(),
            spec.endpoint(),
            account,
            spec.ipNetworks(),
            spec.ipNATs(),
            spec.ipv4Gateway(),
            spec.ipv6Gateway(),
            profiles(spec.profiles()),
            spec.interfaceName(),
            spec.mac(),
            ports,
            spec.allowSpoofedSourcePrefixes(),
            spec.qosControls()));
  }

  /// With the one of its service account after the one of its namespace. An endpoint of a network
  /// without Kubernetes' policy has neither.
  private List<String> profiles(List<String> stored) {
    int ofNamespace = stored.indexOf("kns." + namespace);
    String ofAccount = "ksa.%s.%s".formatted(namespace, account);
    if (ofNamespace < 0 || account.isEmpty() || stored.contains(ofAccount)) {
      return stored;
    }
    List<String> profiles = new ArrayList<>(stored);
    profiles.add(ofNamespace + 1, ofAccount);
    profiles.removeIf(it -> it.startsWith("ksa.") && !it.equals(ofAccount));
    return profiles;
  }
}

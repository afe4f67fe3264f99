// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.INVALID_ENVIRONMENT;

import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.protocol.CniException;
import java.util.Optional;
import java.util.stream.Stream;

/// Other interfaces of a pod that are ours: there may be none. As in Calico the host's side is
/// named for the pod alone, so that a second pair would be made in place of the first, and both
/// would
/// have their addresses booked under one handle.
///
/// @param away who came while the store was away
record PodSiblings(String node, EndpointStore store, PodLinks links, Optional<AwayPods> away) {

  /// Where endpoints are made of Pods there is nowhere to write another interface's addresses.
  void refuseWithoutRoom(PodIdentity pod) {
    if (store.isOfPods() && !pod.isUsual()) {
      throw new CniException(
          INVALID_ENVIRONMENT,
          ("CNI_IFNAME is '%s', but where the store is Kubernetes the interface of this plugin is a"
                  + " pod's first, 'eth0': expected another plugin (bridge, macvlan, ...) for"
                  + " interface '%s' of pod %s, which may have its addresses from calico-ipam")
              .formatted(pod.endpoint(), pod.endpoint(), pod));
    }
  }

  /// Asks the store nothing of a usual first one, unless something has the pod's name on the host.
  void refuseSecond(PodIdentity pod) {
    if (pod.isUsual() && !links.has(pod.hostInterface())) {
      return;
    }
    ofSameContainer(pod)
        .findFirst()
        .ifPresent(
            other -> {
              throw new CniException(
                  INVALID_ENVIRONMENT,
                  ("CNI_IFNAME is '%s', but interface '%s' of pod %s is of this plugin already:"
                          + " expected another plugin for a second network")
                      .formatted(pod.endpoint(), other, pod));
            });
  }

  /// Whether the container has another one. It costs a listing, so nobody is asked of a first one
  /// that has its endpoint, or whose endpoint is its Pod.
  ///
  /// @param known the endpoint of this one
  boolean hasAny(PodIdentity pod, Optional<WorkloadEndpoint> known) {
    boolean isSure = pod.isUsual() && (known.isPresent() || store.isOfPods());
    return !isSure && ofSameContainer(pod).findAny().isPresent();
  }

  /// Whether the pod has another one, in whichever container; not asked of a usual first one.
  boolean isStored(PodIdentity pod) {
    return !pod.isUsual() && stored(pod).findAny().isPresent();
  }

  /// Their names, whether the store knows of them or not.
  private Stream<String> ofSameContainer(PodIdentity pod) {
    return Stream.concat(
            stored(pod)
                .filter(pod::owns)
                .map(WorkloadEndpoint::spec)
                .map(WorkloadEndpoint.Spec::endpoint),
            away.stream().flatMap(pods -> pods.interfacesOf(pod)))
        .filter(other -> !other.equals(pod.endpoint()));
  }

  private Stream<WorkloadEndpoint> stored(PodIdentity pod) {
    return store.of(node, pod.hostInterface()).stream()
        .filter(found -> !found.key().equals(pod.endpointKey()));
  }
}

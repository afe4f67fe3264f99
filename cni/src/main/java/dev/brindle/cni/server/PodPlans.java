// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.TRY_AGAIN_LATER;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.cni.pod.PairPlan;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.pod.PodPlan;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/// What is to be made for pods of a node.
///
/// @param chosenMtu for pods of networks that name none; empty while nobody knows one
record PodPlans(String node, Supplier<OptionalInt> chosenMtu) {

  /// Calico's, while nobody knows better.
  private static final int FALLBACK_MTU = 1440;

  PodPlan of(PodIdentity pod, CniConfig config, List<Cidr> given) {
    return of(Optional.empty(), pod, config, given);
  }

  /// @param begun what was made of it before the addresses were known
  PodPlan of(Optional<PairPlan> begun, PodIdentity pod, CniConfig config, List<Cidr> given) {
    List<Cidr> routes = config.ipam().routes();
    return new PodPlan(
        pod.hostInterface(),
        pod.endpoint(),
        begun.map(PairPlan::mtu).orElseGet(() -> mtu(pod, config)),
        given,
        config.allowIpForwarding(),
        routes.isEmpty() ? PodPlan.DEFAULT_ROUTES : routes);
  }

  /// @param families of the addresses that it will have
  PairPlan pair(PodIdentity pod, CniConfig config, Collection<IpFamily> families) {
    return new PairPlan(
        pod.hostInterface(),
        pod.endpoint(),
        mtu(pod, config),
        Set.copyOf(families),
        config.allowIpForwarding());
  }

  private int mtu(PodIdentity pod, CniConfig config) {
    if (config.mtu() > 0) {
      return config.mtu();
    }
    OptionalInt chosen = chosenMtu.get();
    if (chosen.isEmpty() && config.requiresKnownMtu()) {
      throw new CniException(
          TRY_AGAIN_LATER,
          ("network configuration: require_mtu_file is true and mtu is not set, but the daemon of"
                  + " node '%s' has not found out yet which MTU pods have: pod %s has to wait until"
                  + " it has, and its readiness says what keeps it")
              .formatted(node, pod));
    }
    return chosen.orElse(FALLBACK_MTU);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.TRY_AGAIN_LATER;

import dev.brindle.api.net.Cidr;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.pod.PodPlan;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniException;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/// What is to be made for pods of a node.
///
/// @param chosenMtu for pods of networks that name none; empty while nobody knows one
record PodPlans(String node, Supplier<OptionalInt> chosenMtu) {

  /// Calico's, while nobody knows better.
  private static final int FALLBACK_MTU = 1440;

  PodPlan of(PodIdentity pod, CniConfig config, List<Cidr> given) {
    List<Cidr> routes = config.ipam().routes();
    return new PodPlan(
        pod.hostInterface(),
        pod.endpoint(),
        mtu(pod, config),
        given,
        config.allowIpForwarding(),
        routes.isEmpty() ? PodPlan.DEFAULT_ROUTES : routes);
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

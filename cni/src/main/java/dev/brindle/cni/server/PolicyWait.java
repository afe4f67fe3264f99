// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.TRY_AGAIN_LATER;

import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniException;
import java.time.Duration;

/// How long ADD waits for a pod's policy.
///
/// @param patience if the network does not say
record PolicyWait(PolicyGate gate, Duration patience, String node) {

  /// @param endpoint as it was stored, or given to felix
  /// @throws CniException code 11 if its policy is not in the kernel in time
  void await(PodIdentity pod, WorkloadEndpoint endpoint, CniConfig config)
      throws InterruptedException {
    Duration atMost =
        config.policyTimeoutSeconds() > 0
            ? Duration.ofSeconds(config.policyTimeoutSeconds())
            : patience;
    if (!gate.await(endpoint.key(), endpoint.metadata().resourceVersion(), atMost)) {
      throw new CniException(
          TRY_AGAIN_LATER,
          ("the policy of pod %s was not in the kernel after %d s: the log and the readiness of the"
                  + " brindle node daemon of %s say why")
              .formatted(pod, atMost.toSeconds(), node));
    }
  }
}

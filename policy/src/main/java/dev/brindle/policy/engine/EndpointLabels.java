// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.label.CalicoLabels;
import dev.brindle.api.resource.WorkloadEndpoint;
import java.util.Map;

/// The labels an endpoint has of itself. What speaks of its namespace and service account is taken
/// from the endpoint, never from labels that a pod's author can write.
final class EndpointLabels {

  /// A longer name cannot be a label's value.
  private static final int MAX_LABEL_VALUE = 63;

  private EndpointLabels() {}

  static Map<String, String> of(WorkloadEndpoint endpoint) {
    Map<String, String> labels = LabelOwners.withoutForeign(endpoint.metadata().labels());
    labels.put(CalicoLabels.NAMESPACE, endpoint.metadata().namespace());
    WorkloadEndpoint.Spec spec = endpoint.spec();
    if (!spec.orchestrator().isEmpty()) {
      labels.put(CalicoLabels.ORCHESTRATOR, spec.orchestrator());
    }
    String account = spec.serviceAccountName();
    if (!account.isEmpty() && account.length() < MAX_LABEL_VALUE) {
      labels.put(CalicoLabels.SERVICE_ACCOUNT, account);
    }
    return labels;
  }
}

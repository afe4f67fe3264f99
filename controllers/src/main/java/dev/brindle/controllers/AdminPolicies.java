// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells people that the policies which administrators gave Kubernetes (ClusterNetworkPolicy,
/// AdminNetworkPolicy, BaselineAdminNetworkPolicy) are not enforced, where Calico's store is
/// another: nodes read policy there, and only NetworkPolicies are brought there.
final class AdminPolicies {

  private static final Logger LOG = LoggerFactory.getLogger(AdminPolicies.class);

  private static final int FEW = 3;

  private final Datastore kubernetes;
  private volatile List<String> found = List.of();
  private boolean isBlindnessTold;

  /// @param kubernetes without what is Calico's own
  AdminPolicies(Datastore kubernetes) {
    this.kubernetes = kubernetes;
  }

  /// Looks for them; what is new is logged.
  ///
  /// @return nothing: there is nothing that trying again would mend
  List<String> look() {
    List<String> now;
    try {
      now =
          kubernetes.list(ResourceKind.GLOBAL_NETWORK_POLICY).stream()
              .map(Resource::metadata)
              .map(it -> it.name())
              .sorted()
              .toList();
    } catch (DatastoreException e) {
      if (!e.isRefusal()) {
        throw e;
      }
      if (!isBlindnessTold) {
        LOG.info("nobody knows whether there are policies of administrators: {}", e.getMessage());
        isBlindnessTold = true;
      }
      return List.of();
    }
    isBlindnessTold = false;
    if (!now.equals(found)) {
      found = now;
      notes().forEach(LOG::warn);
    }
    return List.of();
  }

  /// What of the cluster's policy is not in force.
  List<String> notes() {
    if (found.isEmpty()) {
      return List.of();
    }
    int others = found.size() - FEW;
    return List.of(
        "NOT ENFORCED: %d policies of administrators in Kubernetes (%s%s) have no effect with this store: write them as GlobalNetworkPolicies"
            .formatted(
                found.size(),
                String.join(", ", found.subList(0, Math.min(FEW, found.size()))),
                others > 0 ? " and %d others".formatted(others) : ""));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.kubernetes.ApiServer;
import dev.brindle.datastore.kubernetes.KubernetesDatastore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AdminPoliciesTest {

  private static final String POLICIES =
      "/apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies";

  private final ApiServer server = new ApiServer();
  private final Datastore kubernetes = KubernetesDatastore.openBeside(Stores.settings(server));
  private final AdminPolicies policies = new AdminPolicies(kubernetes);

  @AfterEach
  void end() {
    kubernetes.close();
    server.close();
  }

  private void policy(String name) {
    server.create(
        POLICIES,
        """
        {"metadata": {"name": "%s"}, "spec": {"tier": "Admin", "priority": 10,
         "subject": {"namespaces": {}}, "ingress": [{"action": "Deny", "from": [{"namespaces": {}}]}]}}
        """
            .formatted(name));
  }

  @Test
  void aClusterWithoutThemHasNothingToTell() {
    assertThat(policies.look()).isEmpty();
    assertThat(policies.notes()).isEmpty();
  }

  @Test
  void whatIsNotInForceIsToldUntilItIsGone() {
    server.serve("clusternetworkpolicies");
    for (String name : new String[] {"a", "b", "c", "d"}) {
      policy(name);
    }
    policies.look();

    assertThat(policies.notes().getFirst())
        .contains("NOT ENFORCED: 4 policies of administrators", "and 1 others")
        .contains("write them as GlobalNetworkPolicies");

    for (String name : new String[] {"a", "b", "c", "d"}) {
      server.remove(POLICIES, name);
    }
    policies.look();
    assertThat(policies.notes()).isEmpty();
  }

  /// Who has not been given the right to look does all else.
  @Test
  void whoMayNotLookSaysNothing() {
    server.serve("clusternetworkpolicies");
    policy("a");
    server.forbid("list clusternetworkpolicies");

    assertThat(policies.look()).isEmpty();
    assertThat(policies.notes()).isEmpty();
  }
}

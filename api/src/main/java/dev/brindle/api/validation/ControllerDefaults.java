// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.resource.KubeControllersConfiguration;
import dev.brindle.api.resource.KubeControllersConfiguration.Controllers;
import dev.brindle.api.resource.KubeControllersConfiguration.LoadBalancer;
import dev.brindle.api.resource.KubeControllersConfiguration.Migration;
import dev.brindle.api.resource.KubeControllersConfiguration.NodeController;
import java.util.Optional;

/// What is filled in for the controllers that a configuration asks for.
final class ControllerDefaults {

  private static final int METRICS_PORT = 9094;

  private ControllerDefaults() {}

  static KubeControllersConfiguration fill(KubeControllersConfiguration configuration) {
    KubeControllersConfiguration.Spec spec = configuration.spec();
    return new KubeControllersConfiguration(
        configuration.metadata(),
        new KubeControllersConfiguration.Spec(
            spec.logSeverityScreen(),
            or(spec.healthChecks(), "Enabled"),
            spec.etcdV3CompactionPeriod(),
            spec.prometheusMetricsPort().or(() -> Optional.of(METRICS_PORT)),
            controllers(spec.controllers()),
            spec.debugProfilePort()),
        configuration.status());
  }

  private static Controllers controllers(Controllers given) {
    return new Controllers(
        given.node().map(ControllerDefaults::node),
        given.policy(),
        given.workloadEndpoint(),
        given.serviceAccount(),
        given.namespace(),
        given.loadBalancer().map(it -> new LoadBalancer(or(it.assignIPs(), "AllServices"))),
        given.migration().map(it -> new Migration(or(it.policyNameMigrator(), "Enabled"))));
  }

  private static NodeController node(NodeController given) {
    return new NodeController(
        given.reconcilerPeriod(),
        given.syncLabels(),
        given.hostEndpoint(),
        or(given.leakGracePeriod(), "15m0s"));
  }

  private static String or(String text, String ifEmpty) {
    return text.isEmpty() ? ifEmpty : text;
  }
}

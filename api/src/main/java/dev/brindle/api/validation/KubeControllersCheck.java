// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.KubeControllersConfiguration;
import dev.brindle.api.resource.KubeControllersConfiguration.HostEndpoints;
import dev.brindle.api.resource.KubeControllersConfiguration.NodeController;
import dev.brindle.api.resource.KubeControllersConfiguration.Reconciler;
import dev.brindle.api.resource.KubeControllersConfiguration.Template;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Settings of the controllers.
final class KubeControllersCheck {

  private static final List<String> SEVERITIES =
      List.of("None", "Debug", "Info", "Warning", "Error", "Fatal", "Panic");
  private static final List<String> SWITCH = List.of("Enabled", "Disabled");
  private static final List<String> ASSIGNMENTS = List.of("AllServices", "RequestedServicesOnly");
  private static final int MAX_PORT = 65_535;
  private static final String CONTROLLERS = "spec.controllers.";

  private KubeControllersCheck() {}

  static void check(KubeControllersConfiguration configuration, Findings findings) {
    KubeControllersConfiguration.Spec spec = configuration.spec();
    findings.oneOf("spec.logSeverityScreen", spec.logSeverityScreen(), SEVERITIES);
    findings.oneOf("spec.healthChecks", spec.healthChecks(), SWITCH);
    Durations.check("spec.etcdV3CompactionPeriod", spec.etcdV3CompactionPeriod(), findings);
    findings.inRange("spec.prometheusMetricsPort", spec.prometheusMetricsPort(), 0, MAX_PORT);
    findings.inRange("spec.debugProfilePort", spec.debugProfilePort(), 0, MAX_PORT);
    check(spec.controllers(), findings);
  }

  private static void check(
      KubeControllersConfiguration.Controllers controllers, Findings findings) {
    controllers.node().ifPresent(node -> check(node, findings));
    check("policy", controllers.policy(), findings);
    check("workloadEndpoint", controllers.workloadEndpoint(), findings);
    check("serviceAccount", controllers.serviceAccount(), findings);
    check("namespace", controllers.namespace(), findings);
    controllers
        .loadBalancer()
        .ifPresent(
            found ->
                findings.oneOf(
                    CONTROLLERS + "loadBalancer.assignIPs", found.assignIPs(), ASSIGNMENTS));
    controllers
        .migration()
        .ifPresent(
            found ->
                findings.oneOf(
                    CONTROLLERS + "migration.policyNameMigrator",
                    found.policyNameMigrator(),
                    SWITCH));
  }

  private static void check(String name, Optional<Reconciler> controller, Findings findings) {
    controller.ifPresent(
        found ->
            Durations.check(
                CONTROLLERS + name + ".reconcilerPeriod", found.reconcilerPeriod(), findings));
  }

  private static void check(NodeController node, Findings findings) {
    String field = CONTROLLERS + "node.";
    Durations.check(field + "reconcilerPeriod", node.reconcilerPeriod(), findings);
    Durations.check(field + "leakGracePeriod", node.leakGracePeriod(), findings);
    findings.oneOf(field + "syncLabels", node.syncLabels(), SWITCH);
    node.hostEndpoint().ifPresent(found -> check(field + "hostEndpoint.", found, findings));
  }

  private static void check(String field, HostEndpoints endpoints, Findings findings) {
    findings.oneOf(field + "autoCreate", endpoints.autoCreate(), SWITCH);
    findings.oneOf(
        field + "createDefaultHostEndpoint", endpoints.createDefaultHostEndpoint(), SWITCH);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < endpoints.templates().size(); i++) {
      Template template = endpoints.templates().get(i);
      String place = field + "templates[" + i + "].";
      findings.require(
          names.add(template.generateName()),
          place + "generateName",
          template.generateName(),
          "two templates must not have one name");
      check(place, template, findings);
    }
  }

  private static void check(String field, Template template, Findings findings) {
    findings.require(
        Names.isSubdomain(template.generateName()),
        field + "generateName",
        template.generateName(),
        "must be part of a name");
    findings.require(
        !template.interfaceCIDRs().isEmpty() || !template.interfacePattern().isEmpty(),
        field + "interfacePattern",
        "",
        "interfaceCIDRs or interfacePattern has to be there");
    for (String cidr : template.interfaceCIDRs()) {
      findings.require(
          cidr.contains("/") && Cidr.tryParse(cidr).isPresent(),
          field + "interfaceCIDRs",
          cidr,
          "invalid CIDR");
    }
    findings.require(
        isPattern(template.interfacePattern()),
        field + "interfacePattern",
        template.interfacePattern(),
        "must be a regular expression");
    SelectorCheck.check(field + "nodeSelector", template.nodeSelector(), findings);
    template
        .labels()
        .forEach((key, value) -> MetadataCheck.checkLabel(field + "labels", key, value, findings));
  }

  private static boolean isPattern(String text) {
    try {
      Pattern.compile(text);
      return true;
    } catch (PatternSyntaxException _) {
      return false;
    }
  }
}

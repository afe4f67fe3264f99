// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.KubeControllersConfiguration;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceCodec;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControllerSettingsTest {

  private static ControllerSettings settings(String spec, Map<String, String> environment) {
    var stored =
        (KubeControllersConfiguration)
            ResourceCodec.readStored(
                ResourceKind.KUBE_CONTROLLERS_CONFIGURATION,
                "{\"metadata\":{\"name\":\"default\"},\"spec\":%s}".formatted(spec));
    return ControllerSettings.of(Optional.of(stored), environment);
  }

  @Test
  void aClusterThatSaysNothingHasTheUsualOnes() {
    ControllerSettings usual = ControllerSettings.of(Optional.empty(), Map.of());

    assertThat(usual.warnings()).isEmpty();
    assertThat(usual.hasNodeController()).isTrue();
    assertThat(usual.leakGrace()).contains(Duration.ofMinutes(15));
    assertThat(usual.sweepPeriod()).isEqualTo(Duration.ofSeconds(450));
    assertThat(usual.reconcilerPeriod()).isEqualTo(Duration.ofMinutes(5));
    assertThat(usual.syncsLabels()).isTrue();
    assertThat(usual.hostEndpoints().orElseThrow().autoCreate()).isEqualTo("Disabled");
    assertThat(usual.hasHealthChecks()).isTrue();
    assertThat(usual.metricsPort()).isEqualTo(9094);
    assertThat(usual.hasLoadBalancer()).isTrue();
    assertThat(usual.servesOnlyRequested()).isFalse();
    assertThat(usual.movesPolicies()).isTrue();
    assertThat(ResourceCodec.stored(ControllerSettings.usual()))
        .contains("\"prometheusMetricsPort\":9094", "\"leakGracePeriod\":\"15m0s\"");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # controllers stored                  | variables                    | runs  | grace | period | labels | hosts    | warnings
          {}                                    | -                            | false | -     | PT5M   | false  | -        | 0
          {"node":{}}                           | -                            | true  | -     | PT5M   | true   | Disabled | 0
          {"node":{"leakGracePeriod":"90s"}}    | -                            | true  | PT90S | PT45S  | true   | Disabled | 0
          {"node":{"leakGracePeriod":"0s"}}     | -                            | true  | PT0S  | PT5M   | true   | Disabled | 0
          {"node":{"leakGracePeriod":"soon"}}   | -                            | true  | -     | PT5M   | true   | Disabled | 1
          {"node":{"syncLabels":"Disabled"}}    | -                            | true  | -     | PT5M   | false  | Disabled | 0
          {"node":{"syncLabels":"Disabled"}}    | SYNC_NODE_LABELS=true        | true  | -     | PT5M   | true   | Disabled | 0
          {"node":{}}                           | SYNC_NODE_LABELS=perhaps     | true  | -     | PT5M   | true   | Disabled | 1
          {"node":{}}                           | AUTO_HOST_ENDPOINTS=enabled  | true  | -     | PT5M   | true   | Enabled  | 0
          {"node":{}}                           | ENABLED_CONTROLLERS=policy   | false | -     | PT5M   | false  | -        | 0
          {}                                    | ENABLED_CONTROLLERS=node     | true  | PT15M | PT7M30S | true  | Disabled | 0
          {"node":{}}                           | ENABLED_CONTROLLERS=node,xy  | true  | -     | PT5M   | true   | Disabled | 1
          {"node":{},"policy":{}}               | -                            | true  | -     | PT5M   | true   | Disabled | 0
          {"node":{},"loadBalancer":{}}         | -                            | true  | -     | PT5M   | true   | Disabled | 0
          """)
  void whatCounts(
      String controllers,
      @Nullable String variable,
      boolean runs,
      @Nullable String grace,
      String sweepPeriod,
      boolean labels,
      @Nullable String hosts,
      int warnings) {
    Map<String, String> environment = new HashMap<>(Map.of("PATH", "/bin"));
    if (variable != null) {
      String[] pair = variable.split("=", 2);
      environment.put(pair[0], pair[1]);
    }
    ControllerSettings settings =
        settings("{\"controllers\":%s}".formatted(controllers), environment);

    assertThat(settings.hasNodeController()).isEqualTo(runs);
    assertThat(settings.leakGrace()).isEqualTo(Optional.ofNullable(grace).map(Duration::parse));
    assertThat(settings.sweepPeriod()).isEqualTo(Duration.parse(sweepPeriod));
    assertThat(settings.syncsLabels()).isEqualTo(labels);
    assertThat(settings.hostEndpoints().map(it -> it.autoCreate()))
        .isEqualTo(Optional.ofNullable(hosts));
    assertThat(settings.warnings()).hasSize(warnings);
  }

  @Test
  void theStatusSaysWhatCountsAndWhichVariablesDid() {
    ControllerSettings settings =
        settings(
            "{\"controllers\":{\"node\":{\"reconcilerPeriod\":\"1m0s\"},\"policy\":{},"
                + "\"loadBalancer\":{\"assignIPs\":\"AllServices\"}}}",
            Map.of(
                "RECONCILER_PERIOD", "2m", "LOG_LEVEL", "debug", "HEALTH_ENABLED", "no", "X", "y"));

    assertThat(settings.status().get("environmentVars"))
        .isEqualTo(Map.of("RECONCILER_PERIOD", "2m", "LOG_LEVEL", "debug"));
    assertThat(String.valueOf(settings.status().get("runningConfig")))
        .isEqualTo(
            "{logSeverityScreen=Debug, healthChecks=Enabled, etcdV3CompactionPeriod=10m0s,"
                + " controllers={node={reconcilerPeriod=2m, syncLabels=Enabled,"
                + " hostEndpoint={autoCreate=Disabled, createDefaultHostEndpoint=Enabled}},"
                + " policy={reconcilerPeriod=2m}, loadBalancer={assignIPs=AllServices}}}");
    assertThat(settings.warnings())
        .containsExactlyInAnyOrder(
            "HEALTH_ENABLED is 'no': expected disabled, enabled, false, true; it does not count");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # controllers stored                  | variables                                | policies | endpoints
          {}                                    | -                                        | -        | -
          {"policy":{},"workloadEndpoint":{}}   | -                                        | PT5M     | PT5M
          {"policy":{"reconcilerPeriod":"1m"}}  | -                                        | PT1M     | -
          {"policy":{"reconcilerPeriod":"0s"}}  | -                                        | PT5M     | -
          {"policy":{"reconcilerPeriod":"1m"}}  | RECONCILER_PERIOD=7m                     | PT7M     | -
          {"policy":{}}                         | ENABLED_CONTROLLERS=workloadendpoint     | -        | PT5M
          {}                                    | ENABLED_CONTROLLERS=policy               | PT5M     | -
          """)
  void whetherPoliciesAndEndpointsFollow(
      String controllers,
      @Nullable String variable,
      @Nullable String policies,
      @Nullable String endpoints) {
    Map<String, String> environment = new HashMap<>();
    if (variable != null) {
      String[] pair = variable.split("=", 2);
      environment.put(pair[0], pair[1]);
    }
    ControllerSettings settings =
        settings("{\"controllers\":%s}".formatted(controllers), environment);

    assertThat(settings.hasPolicies()).isEqualTo(policies != null);
    assertThat(settings.hasEndpoints()).isEqualTo(endpoints != null);
    if (policies != null) {
      assertThat(settings.policyPeriod()).isEqualTo(Duration.parse(policies));
    }
    if (endpoints != null) {
      assertThat(settings.endpointPeriod()).isEqualTo(Duration.parse(endpoints));
    }
    assertThat(settings.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # controllers stored                | ENABLED_CONTROLLERS | namespaces | accounts | node
          {}                                  | -                   | false      | false    | false
          {"namespace":{}}                    | -                   | true       | false    | false
          {"serviceAccount":{},"node":{}}     | -                   | false      | true     | true
          {"serviceAccount":{},"node":{}}     | profile             | true       | false    | false
          {}                                  | namespace, node     | true       | false    | true
          {"namespace":{}}                    | serviceaccount      | false      | true     | false
          """)
  void whoseProfilesFollow(
      String controllers,
      @Nullable String named,
      boolean ofNamespaces,
      boolean ofAccounts,
      boolean node) {
    ControllerSettings settings =
        settings(
            "{\"controllers\":%s}".formatted(controllers),
            named == null ? Map.of() : Map.of("ENABLED_CONTROLLERS", named));

    assertThat(settings.hasNamespaceProfiles()).isEqualTo(ofNamespaces);
    assertThat(settings.hasAccountProfiles()).isEqualTo(ofAccounts);
    assertThat(settings.hasNodeController()).isEqualTo(node);
    assertThat(settings.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # controllers stored                                    | ENABLED_CONTROLLERS | services | only requested
          {}                                                      | -                   | false    | false
          {"loadBalancer":{}}                                     | -                   | true     | false
          {"loadBalancer":{"assignIPs":"AllServices"}}            | -                   | true     | false
          {"loadBalancer":{"assignIPs":"RequestedServicesOnly"}}  | -                   | true     | true
          {"loadBalancer":{"assignIPs":"RequestedServicesOnly"}}  | loadbalancer        | true     | true
          {"loadBalancer":{}}                                     | node                | false    | false
          {}                                                      | loadbalancer        | true     | false
          """)
  void whetherServicesGetAddresses(
      String controllers, @Nullable String named, boolean services, boolean onlyRequested) {
    ControllerSettings settings =
        settings(
            "{\"controllers\":%s}".formatted(controllers),
            named == null ? Map.of() : Map.of("ENABLED_CONTROLLERS", named));

    assertThat(settings.hasLoadBalancer()).isEqualTo(services);
    assertThat(settings.servesOnlyRequested()).isEqualTo(onlyRequested);
    assertThat(settings.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          # controllers stored                              | ENABLED_CONTROLLERS | names of policies
          {}                                                | -                   | false
          {"migration":{}}                                  | -                   | true
          {"migration":{"policyNameMigrator":"Enabled"}}    | -                   | true
          {"migration":{"policyNameMigrator":"Disabled"}}   | -                   | false
          {"migration":{"policyNameMigrator":"Disabled"}}   | migration           | false
          {"migration":{}}                                  | node                | false
          {}                                                | node,migration      | true
          """)
  void whetherPoliciesGetTheNamesOfToday(
      String controllers, @Nullable String named, boolean isWanted) {
    ControllerSettings settings =
        settings(
            "{\"controllers\":%s}".formatted(controllers),
            named == null ? Map.of() : Map.of("ENABLED_CONTROLLERS", named));

    assertThat(settings.movesPolicies()).isEqualTo(isWanted);
    assertThat(
            String.valueOf(settings.status().get("runningConfig")).contains("policyNameMigrator"))
        .isEqualTo(isWanted || controllers.contains("Disabled"));
    assertThat(settings.warnings()).isEmpty();
  }

  /// Else it would be written again and again.
  @Test
  void theStatusIsWhatItWasWhenItWasStored() {
    ControllerSettings settings =
        settings(
            """
            {"prometheusMetricsPort":9,"controllers":{"node":{"hostEndpoint":{
              "templates":[{"generateName":"x","interfaceCIDRs":["10.0.0.0/8"],"labels":{"a":"b"}}]}}}}""",
            Map.of("RECONCILER_PERIOD", "2m"));
    KubeControllersConfiguration usual = ControllerSettings.usual();
    var told = new KubeControllersConfiguration(usual.metadata(), usual.spec(), settings.status());

    assertThat(
            ResourceCodec.readStored(
                ResourceKind.KUBE_CONTROLLERS_CONFIGURATION, ResourceCodec.stored(told)))
        .isEqualTo(told);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.settings;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brindle.api.resource.KubeControllersConfiguration;
import dev.brindle.api.resource.KubeControllersConfiguration.Controllers;
import dev.brindle.api.resource.KubeControllersConfiguration.HostEndpoints;
import dev.brindle.api.resource.KubeControllersConfiguration.LoadBalancer;
import dev.brindle.api.resource.KubeControllersConfiguration.Migration;
import dev.brindle.api.resource.KubeControllersConfiguration.NodeController;
import dev.brindle.api.resource.KubeControllersConfiguration.Reconciler;
import dev.brindle.api.resource.KubeControllersConfiguration.Spec;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.validation.Defaults;
import dev.brindle.api.validation.Durations;
import dev.brindle.datastore.codec.ResourceCodec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the controllers do, after all has been said.
///
/// @param spec what counts: only controllers that this version has
/// @param environment variables that were taken into account, as they are
/// @param warnings what has no effect, or cannot be understood, in words for people
public record ControllerSettings(
    Spec spec, Map<String, String> environment, List<String> warnings) {

  /// The name of the one resource that counts.
  public static final String NAME = "default";

  static final String ENABLED = "Enabled";
  static final String DISABLED = "Disabled";

  /// The node controller of a cluster that says nothing else.
  static final NodeController NODE =
      new NodeController(
          "5m0s", ENABLED, Optional.of(new HostEndpoints(DISABLED, ENABLED, List.of())), "15m0s");

  /// The controllers of profiles, policies and endpoints of such a cluster; they do nothing where
  /// Kubernetes is the store.
  static final Reconciler FOLLOWING = new Reconciler("5m0s");

  /// The controller of services of such a cluster; it does nothing without pools for them.
  static final LoadBalancer BALANCER = new LoadBalancer("AllServices");

  /// Of such a cluster. One whose settings an older Calico made names no migration: then none is
  /// made, as its nodes may not know the names of today.
  static final Migration MIGRATION = new Migration(ENABLED);

  static final String ONLY_REQUESTED = "RequestedServicesOnly";

  private static final Duration USUAL_PERIOD = Duration.ofMinutes(5);

  /// Of metrics, where nobody says another.
  public static final int USUAL_PORT = 9094;

  private static final JsonMapper JSON = new JsonMapper();
  private static final TypeReference<LinkedHashMap<String, Object>> TREE = new TypeReference<>() {};

  public ControllerSettings {
    environment = Map.copyOf(environment);
    warnings = List.copyOf(warnings);
  }

  /// What a cluster is given that has none.
  public static KubeControllersConfiguration usual() {
    Controllers controllers =
        new Controllers(
            Optional.of(NODE),
            Optional.of(FOLLOWING),
            Optional.of(FOLLOWING),
            Optional.of(FOLLOWING),
            Optional.of(FOLLOWING),
            Optional.of(BALANCER),
            Optional.of(MIGRATION));
    return (KubeControllersConfiguration)
        Defaults.fill(
            new KubeControllersConfiguration(
                Metadata.named(NAME),
                new Spec("Info", ENABLED, "10m0s", Optional.empty(), controllers, Optional.empty()),
                Map.of()));
  }

  /// @param stored empty for the usual ones
  /// @param environment of the process: it overrules what is stored
  public static ControllerSettings of(
      Optional<KubeControllersConfiguration> stored, Map<String, String> environment) {
    return new SettingsReader(environment).read(stored.orElseGet(ControllerSettings::usual).spec());
  }

  /// Whether there is anything to do for nodes: to collect addresses, labels and host endpoints.
  public boolean hasNodeController() {
    return spec.controllers().node().isPresent();
  }

  /// Whether profiles follow namespaces, where Kubernetes is not the store.
  public boolean hasNamespaceProfiles() {
    return spec.controllers().namespace().isPresent();
  }

  /// The same of service accounts.
  public boolean hasAccountProfiles() {
    return spec.controllers().serviceAccount().isPresent();
  }

  /// Whether policies follow Kubernetes', where that is not the store.
  public boolean hasPolicies() {
    return spec.controllers().policy().isPresent();
  }

  /// Whether endpoints follow pods, where Kubernetes is not the store.
  public boolean hasEndpoints() {
    return spec.controllers().workloadEndpoint().isPresent();
  }

  /// Whether services get addresses.
  public boolean hasLoadBalancer() {
    return spec.controllers().loadBalancer().isPresent();
  }

  /// Whether of services without a class only those get addresses that ask for them.
  public boolean servesOnlyRequested() {
    return spec.controllers()
        .loadBalancer()
        .filter(it -> it.assignIPs().equals(ONLY_REQUESTED))
        .isPresent();
  }

  /// Whether policies that an older Calico stored as `default.NAME` are to be stored as `NAME`.
  public boolean movesPolicies() {
    return spec.controllers()
        .migration()
        .filter(it -> it.policyNameMigrator().equals(ENABLED))
        .isPresent();
  }

  /// After how long without any news all policies are compared anew.
  public Duration policyPeriod() {
    return period(spec.controllers().policy());
  }

  /// The same for endpoints.
  public Duration endpointPeriod() {
    return period(spec.controllers().workloadEndpoint());
  }

  /// The same for profiles, of namespaces or of accounts.
  public Duration profilePeriod() {
    Controllers all = spec.controllers();
    return period(all.namespace().or(all::serviceAccount));
  }

  private static Duration period(Optional<Reconciler> controller) {
    return period(controller.map(Reconciler::reconcilerPeriod).orElse(""));
  }

  private static Duration period(String text) {
    return Durations.tryParse(text).filter(period -> !period.isZero()).orElse(USUAL_PERIOD);
  }

  private Optional<NodeController> node() {
    return spec.controllers().node();
  }

  /// After how long without any news all is compared anew.
  public Duration reconcilerPeriod() {
    return period(node().map(NodeController::reconcilerPeriod).orElse(""));
  }

  /// How long an address must seem to be lost; zero or empty where none is taken back from a node
  /// that is there.
  public Optional<Duration> leakGrace() {
    return node().flatMap(it -> Durations.tryParse(it.leakGracePeriod()));
  }

  /// How often addresses are looked for that are lost.
  public Duration sweepPeriod() {
    return leakGrace()
        .filter(grace -> !grace.isZero())
        .map(grace -> grace.dividedBy(2))
        .orElse(USUAL_PERIOD);
  }

  public boolean syncsLabels() {
    return node().filter(it -> !it.syncLabels().equals(DISABLED)).isPresent();
  }

  public Optional<HostEndpoints> hostEndpoints() {
    return node().flatMap(NodeController::hostEndpoint);
  }

  public boolean hasHealthChecks() {
    return !spec.healthChecks().equals(DISABLED);
  }

  /// 0 for none.
  public int metricsPort() {
    return spec.prometheusMetricsPort().orElse(USUAL_PORT);
  }

  /// What the resource's status says.
  public Map<String, Object> status() {
    Map<String, Object> status = new LinkedHashMap<>();
    var running = new KubeControllersConfiguration(Metadata.named(NAME), spec, Map.of());
    status.put("runningConfig", JSON.convertValue(ResourceCodec.tree(running).path("spec"), TREE));
    if (!environment.isEmpty()) {
      status.put("environmentVars", environment);
    }
    return status;
  }
}

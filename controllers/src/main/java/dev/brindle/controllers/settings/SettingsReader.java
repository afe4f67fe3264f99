// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.settings;

import dev.brindle.api.resource.KubeControllersConfiguration.Controllers;
import dev.brindle.api.resource.KubeControllersConfiguration.HostEndpoints;
import dev.brindle.api.resource.KubeControllersConfiguration.LoadBalancer;
import dev.brindle.api.resource.KubeControllersConfiguration.Migration;
import dev.brindle.api.resource.KubeControllersConfiguration.NodeController;
import dev.brindle.api.resource.KubeControllersConfiguration.Reconciler;
import dev.brindle.api.resource.KubeControllersConfiguration.Spec;
import dev.brindle.api.validation.Durations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Lays the environment over what is stored. A variable that cannot be understood counts as not
/// there, with a warning.
final class SettingsReader {

  private static final String NODE = "node";
  private static final List<String> NAMESPACES = List.of("namespace", "profile");
  private static final List<String> ACCOUNTS = List.of("serviceaccount");
  private static final List<String> POLICIES = List.of("policy");
  private static final List<String> ENDPOINTS = List.of("workloadendpoint");
  private static final List<String> BALANCERS = List.of("loadbalancer");
  private static final List<String> MIGRATIONS = List.of("migration");
  private static final Set<String> KNOWN =
      Set.of(
          NODE,
          "namespace",
          "profile",
          "serviceaccount",
          "policy",
          "workloadendpoint",
          "loadbalancer",
          "migration");

  /// Of Calico's, and not in this version.
  private static final Set<String> MISSING = Set.of("flannelmigration");

  private static final Map<String, String> SEVERITIES =
      Stream.of("None", "Debug", "Info", "Warning", "Error", "Fatal", "Panic")
          .collect(Collectors.toMap(word -> word.toLowerCase(Locale.ROOT), word -> word));

  private static final Map<String, String> SWITCH =
      Map.of(
          "true", ControllerSettings.ENABLED,
          "enabled", ControllerSettings.ENABLED,
          "false", ControllerSettings.DISABLED,
          "disabled", ControllerSettings.DISABLED);

  private final Map<String, String> environment;
  private final Map<String, String> used = new TreeMap<>();
  private final List<String> warnings = new ArrayList<>();

  SettingsReader(Map<String, String> environment) {
    this.environment = environment;
  }

  ControllerSettings read(Spec stored) {
    Spec spec =
        new Spec(
            word("LOG_LEVEL", SEVERITIES).orElse(or(stored.logSeverityScreen(), "Info")),
            word("HEALTH_ENABLED", SWITCH)
                .orElse(or(stored.healthChecks(), ControllerSettings.ENABLED)),
            duration("COMPACTION_PERIOD").orElse(or(stored.etcdV3CompactionPeriod(), "10m0s")),
            stored.prometheusMetricsPort(),
            controllers(stored.controllers()),
            Optional.empty());
    warnAbout(stored);
    return new ControllerSettings(spec, used, warnings);
  }

  private static String or(String text, String ifEmpty) {
    return text.isEmpty() ? ifEmpty : text;
  }

  /// Those that this version has. `ENABLED_CONTROLLERS` names all that run, whatever is stored.
  private Controllers controllers(Controllers stored) {
    Optional<Set<String>> named = named();
    return new Controllers(
        enabled(named, List.of(NODE), stored.node(), ControllerSettings.NODE).map(this::node),
        following(named, POLICIES, stored.policy()),
        following(named, ENDPOINTS, stored.workloadEndpoint()),
        following(named, ACCOUNTS, stored.serviceAccount()),
        following(named, NAMESPACES, stored.namespace()),
        enabled(named, BALANCERS, stored.loadBalancer(), ControllerSettings.BALANCER)
            .map(SettingsReader::balancer),
        enabled(named, MIGRATIONS, stored.migration(), ControllerSettings.MIGRATION)
            .map(SettingsReader::migration));
  }

  private Optional<Reconciler> following(
      Optional<Set<String>> named, List<String> names, Optional<Reconciler> stored) {
    return enabled(named, names, stored, ControllerSettings.FOLLOWING).map(this::reconciler);
  }

  private static <T> Optional<T> enabled(
      Optional<Set<String>> named, List<String> names, Optional<T> stored, T usual) {
    return named
        .map(
            words ->
                names.stream().anyMatch(words::contains)
                    ? stored.or(() -> Optional.of(usual))
                    : Optional.<T>empty())
        .orElse(stored);
  }

  /// Empty if the variable is not there.
  private Optional<Set<String>> named() {
    Optional<String> names = variable("ENABLED_CONTROLLERS");
    if (names.isEmpty()) {
      return Optional.empty();
    }
    used.put("ENABLED_CONTROLLERS", names.get());
    Set<String> words =
        Arrays.stream(names.get().split(",")).map(String::strip).collect(Collectors.toSet());
    for (String word : words) {
      if (MISSING.contains(word)) {
        warnings.add("ENABLED_CONTROLLERS: controller '%s' is not in this version".formatted(word));
      } else if (!KNOWN.contains(word) && !word.isEmpty()) {
        warnings.add("ENABLED_CONTROLLERS: there is no controller '%s'".formatted(word));
      }
    }
    return Optional.of(words);
  }

  private Reconciler reconciler(Reconciler stored) {
    return new Reconciler(
        duration("RECONCILER_PERIOD").orElse(or(stored.reconcilerPeriod(), "5m0s")));
  }

  private static LoadBalancer balancer(LoadBalancer stored) {
    return new LoadBalancer(or(stored.assignIPs(), ControllerSettings.BALANCER.assignIPs()));
  }

  private static Migration migration(Migration stored) {
    return new Migration(or(stored.policyNameMigrator(), ControllerSettings.ENABLED));
  }

  private NodeController node(NodeController stored) {
    HostEndpoints endpoints =
        stored.hostEndpoint().or(ControllerSettings.NODE::hostEndpoint).orElseThrow();
    return new NodeController(
        duration("RECONCILER_PERIOD").orElse(or(stored.reconcilerPeriod(), "5m0s")),
        word("SYNC_NODE_LABELS", SWITCH)
            .orElse(or(stored.syncLabels(), ControllerSettings.ENABLED)),
        Optional.of(
            new HostEndpoints(
                word("AUTO_HOST_ENDPOINTS", SWITCH)
                    .orElse(or(endpoints.autoCreate(), ControllerSettings.DISABLED)),
                or(endpoints.createDefaultHostEndpoint(), ControllerSettings.ENABLED),
                endpoints.templates())),
        understood("leakGracePeriod", stored.leakGracePeriod()));
  }

  /// Nobody may lose an address for a word that cannot be read.
  private String understood(String field, String text) {
    if (!text.isEmpty() && Durations.tryParse(text).isEmpty()) {
      warnings.add("%s '%s': expected a duration such as 15m; none is set".formatted(field, text));
      return "";
    }
    return text;
  }

  private void warnAbout(Spec stored) {
    if (stored.debugProfilePort().isPresent()) {
      warnings.add("debugProfilePort has no effect");
    }
  }

  // ---- variables

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  private Optional<String> word(String name, Map<String, String> words) {
    Optional<String> given = variable(name);
    Optional<String> meant =
        given.flatMap(value -> Optional.ofNullable(words.get(value.toLowerCase(Locale.ROOT))));
    return taken(name, given, meant, String.join(", ", words.keySet().stream().sorted().toList()));
  }

  private Optional<String> duration(String name) {
    Optional<String> given = variable(name);
    return taken(
        name,
        given,
        given.filter(value -> Durations.tryParse(value).isPresent()),
        "a duration such as 5m");
  }

  private Optional<String> taken(
      String name, Optional<String> given, Optional<String> meant, String expected) {
    if (meant.isPresent()) {
      used.put(name, given.orElseThrow());
    } else {
      given.ifPresent(
          value ->
              warnings.add(
                  "%s is '%s': expected %s; it does not count".formatted(name, value, expected)));
    }
    return meant;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/// The forms that policies of a cluster's administrators have or had in `policy.networking.k8s.io`.
enum ClusterPolicyForm {
  /// The later one: tier and priority are its own word.
  CLUSTER("kcnp."),
  /// Before every namespace's policy.
  ADMIN("kanp."),
  /// After them; there is one, `default`.
  BASELINE("kbanp.");

  private static final String FIRST_TIER = "kube-admin";
  private static final String LAST_TIER = "kube-baseline";
  private static final double ONLY = 1000;
  private static final Map<String, String> TIERS =
      Map.of("Admin", FIRST_TIER, "Baseline", LAST_TIER);

  private final String prefix;

  ClusterPolicyForm(String prefix) {
    this.prefix = prefix;
  }

  ApiResource objects() {
    return switch (this) {
      case CLUSTER -> ApiResource.CLUSTER_NETWORK_POLICIES;
      case ADMIN -> ApiResource.ADMIN_NETWORK_POLICIES;
      case BASELINE -> ApiResource.BASELINE_ADMIN_NETWORK_POLICIES;
    };
  }

  static Optional<ClusterPolicyForm> of(ApiResource objects) {
    return Arrays.stream(values()).filter(form -> form.objects().equals(objects)).findFirst();
  }

  ResourceKey key(String name) {
    return ResourceKey.of(ResourceKind.GLOBAL_NETWORK_POLICY, prefix + name);
  }

  /// The object of a policy; empty for the policy of another form, or Calico's own.
  Optional<ObjectName> name(ResourceKey key) {
    return key.kind() == ResourceKind.GLOBAL_NETWORK_POLICY
            && key.name().startsWith(prefix)
            && key.name().length() > prefix.length()
        ? Optional.of(ObjectName.of(key.name().substring(prefix.length())))
        : Optional.empty();
  }

  static boolean isName(ResourceKey key) {
    return Arrays.stream(values()).anyMatch(form -> form.name(key).isPresent());
  }

  /// @throws IllegalArgumentException if it says none that we know
  String tier(JsonNode spec) {
    return switch (this) {
      case ADMIN -> FIRST_TIER;
      case BASELINE -> LAST_TIER;
      case CLUSTER -> {
        String said = Json.text(spec, "tier");
        yield Optional.ofNullable(TIERS.get(said))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "tier '%s': expected Admin or Baseline".formatted(said)));
      }
    };
  }

  /// @throws IllegalArgumentException if it says none
  double order(JsonNode spec) {
    if (this == BASELINE) {
      return ONLY;
    }
    JsonNode priority = spec.path("priority");
    if (!priority.isIntegralNumber()) {
      throw new IllegalArgumentException(
          "priority '%s': expected a number".formatted(priority.asText("")));
    }
    return priority.asDouble();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.resource.ResourceKind;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Fields of a spec that are one of a few words, or not there. Of other choices, the empty word is
/// one; of these it is none, and only a document can tell it from a field that is not there.
public final class TextChoices {

  private static final Map<ResourceKind, Map<String, List<String>>> OF_KINDS =
      Map.of(
          ResourceKind.BGP_CONFIGURATION,
          Map.of(
              "bindMode", List.of("None", "NodeIP"),
              "programClusterRoutes",
                  List.of("Enabled", "Disabled", "EnabledIPIPOnly", "EnabledNoEncapOnly"),
              "serviceLoadBalancerAggregation", List.of("Enabled", "Disabled")),
          ResourceKind.IPAM_CONFIG,
          Map.of("kubeVirtVMAddressPersistence", List.of("Enabled", "Disabled")),
          ResourceKind.BGP_PEER,
          Map.of(
              "nextHopMode", List.of("Auto", "Self", "Keep"),
              "reversePeering", List.of("Auto", "Manual")));

  private TextChoices() {}

  /// The words of each field; empty for kinds without such fields.
  public static Map<String, List<String>> of(ResourceKind kind) {
    return OF_KINDS.getOrDefault(kind, Map.of());
  }

  static List<String> words(ResourceKind kind, String field) {
    return Objects.requireNonNull(of(kind).get(field), field);
  }
}

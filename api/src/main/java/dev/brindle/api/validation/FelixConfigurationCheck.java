// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.resource.FelixConfiguration;
import java.util.List;
import java.util.Map;

/// Settings of felix.
public final class FelixConfigurationCheck {

  private FelixConfigurationCheck() {}

  /// Names in the spec that are no field; the strict reading of other kinds finds these by itself.
  public static List<String> unknownFields(FelixConfiguration configuration) {
    return configuration.spec().keySet().stream()
        .filter(name -> !FelixField.names().contains(name))
        .toList();
  }

  static void check(FelixConfiguration configuration, Findings findings) {
    Map<String, Object> spec = configuration.spec();
    for (Map.Entry<String, Object> entry : spec.entrySet()) {
      if (FelixField.names().contains(entry.getKey())) {
        FelixValueCheck.check(FelixField.named(entry.getKey()), entry.getValue(), findings);
      } else {
        findings.reject("spec." + entry.getKey(), entry.getValue(), "is no field");
      }
    }
    findings
        .ofSpec()
        .require(
            !(spec.containsKey("routeTableRange") && spec.containsKey("routeTableRanges")),
            "routeTableRange and routeTableRanges cannot both be set",
            "spec.routeTableRanges",
            spec.getOrDefault("routeTableRanges", ""),
            "cannot be combined with routeTableRange");
    findings
        .of(configuration.kind().kindName())
        .require(
            !spec.containsKey("nodeSelector") || isForSelector(configuration.metadata().name()),
            "nodeSelector must not be set on the 'default' or per-node ('node.*') FelixConfiguration",
            "spec.nodeSelector",
            spec.getOrDefault("nodeSelector", ""),
            "'default' is for all nodes and 'node.<name>' for one: neither has a selector");
  }

  private static boolean isForSelector(String name) {
    return !name.equals(FelixConfiguration.DEFAULT) && !name.startsWith("node.");
  }
}

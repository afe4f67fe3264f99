// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.manifest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.ResourceKind;
import java.util.List;
import java.util.Set;

/// Rules over several fields of one spec, in CEL, with what is said to who breaks them.
final class SpecRules {

  private record Rule(String condition, String message) {}

  private static final Set<ResourceKind> SINGLE =
      Set.of(
          ResourceKind.CLUSTER_INFORMATION,
          ResourceKind.IPAM_CONFIG,
          ResourceKind.KUBE_CONTROLLERS_CONFIGURATION);

  private SpecRules() {}

  private static List<Rule> of(ResourceKind kind) {
    return switch (kind) {
      case IP_POOL ->
          List.of(
              new Rule(
                  "!(has(self.ipipMode) && has(self.vxlanMode)"
                      + " && self.ipipMode != 'Never' && self.vxlanMode != 'Never')",
                  "a pool has IPIP or VXLAN, not both"),
              new Rule(
                  "!has(self.blockSize) || self.blockSize == 0 || (self.cidr.contains(':')"
                      + " ? self.blockSize >= 116 && self.blockSize <= 128"
                      + " : self.blockSize >= 20 && self.blockSize <= 32)",
                  "blockSize is 20 to 32, with IPv6 116 to 128"),
              new Rule(
                  "!(has(self.ipipMode) && self.ipipMode != 'Never' && self.cidr.contains(':'))",
                  "IPIP carries IPv4 only; an IPv6 pool needs Never"),
              new Rule(
                  "!(has(self.allowedUses) && 'LoadBalancer' in self.allowedUses"
                      + " && size(self.allowedUses) > 1)",
                  "LoadBalancer cannot be combined with another use"));
      case BGP_PEER ->
          List.of(
              both("node", "nodeSelector"),
              both("peerIP", "peerSelector"),
              both("peerIP", "localWorkloadSelector"),
              both("peerSelector", "localWorkloadSelector"));
      case BGP_CONFIGURATION ->
          List.of(
              new Rule(
                  "!has(self.communities) || size(self.communities) == 0"
                      + " || (has(self.prefixAdvertisements)"
                      + " && size(self.prefixAdvertisements) > 0)",
                  "communities are of use in prefixAdvertisements only"));
      case GLOBAL_NETWORK_POLICY, STAGED_GLOBAL_NETWORK_POLICY ->
          List.of(
              new Rule(
                  "!(has(self.doNotTrack) && self.doNotTrack"
                      + " && has(self.preDNAT) && self.preDNAT)",
                  "preDNAT and doNotTrack cannot both be true"),
              new Rule(
                  "!((has(self.doNotTrack) && self.doNotTrack)"
                      + " || (has(self.preDNAT) && self.preDNAT))"
                      + " || (has(self.applyOnForward) && self.applyOnForward)",
                  "preDNAT and doNotTrack need applyOnForward"),
              new Rule(
                  "!(has(self.preDNAT) && self.preDNAT"
                      + " && has(self.egress) && size(self.egress) > 0)",
                  "a preDNAT policy has no egress rules"));
      case HOST_ENDPOINT ->
          List.of(
              new Rule(
                  "(has(self.interfaceName) && self.interfaceName != '')"
                      + " || (has(self.expectedIPs) && size(self.expectedIPs) > 0)",
                  "interfaceName or expectedIPs must be given"));
      default -> List.of();
    };
  }

  private static Rule both(String one, String other) {
    return new Rule(
        "!(has(self.%1$s) && self.%1$s != '' && has(self.%2$s) && self.%2$s != '')"
            .formatted(one, other),
        "%s and %s cannot both be given".formatted(one, other));
  }

  private static Rule fixed(String tier, String field, String value) {
    return new Rule(
        "self.metadata.name != '%1$s' || (has(self.spec.%2$s) && self.spec.%2$s == %3$s)"
            .formatted(tier, field, value),
        "tier %s has %s %s".formatted(tier, field, value.replaceAll("'|[.]0$", "")));
  }

  static void write(ResourceKind kind, ObjectNode schema) {
    if (SINGLE.contains(kind)) {
      write(
          schema,
          List.of(new Rule("self.metadata.name == 'default'", "there is one, called default")));
    }
    if (kind == ResourceKind.TIER) {
      write(
          schema,
          List.of(
              new Rule("!self.metadata.name.contains('.')", "a tier has no dot in its name"),
              fixed("kube-admin", "defaultAction", "'Pass'"),
              fixed("kube-admin", "order", "1000.0"),
              fixed("default", "defaultAction", "'Deny'"),
              fixed("default", "order", "1000000.0"),
              fixed("kube-baseline", "defaultAction", "'Pass'"),
              fixed("kube-baseline", "order", "10000000.0")));
    }
    List<Rule> rules = of(kind);
    if (!rules.isEmpty()) {
      write(schema.withObject("/properties/spec"), rules);
    }
  }

  private static void write(ObjectNode schema, List<Rule> rules) {
    ArrayNode written = schema.putArray("x-kubernetes-validations");
    rules.forEach(
        rule -> written.addObject().put("rule", rule.condition()).put("message", rule.message()));
  }
}

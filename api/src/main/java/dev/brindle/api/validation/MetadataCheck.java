// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Names, labels and annotations.
final class MetadataCheck {

  private static final int LONGEST_ANNOTATIONS = 256 * 1024;
  private static final List<String> FOREIGN_POLICY_PREFIXES =
      List.of("knp.default.", "ossg.default.");
  private static final String SUBDOMAIN =
      "a name is lower-case letters, digits, '-' and '.', beginning and ending with a letter or"
          + " digit, at most 253 characters";

  private MetadataCheck() {}

  static void check(Resource resource, Findings findings) {
    Metadata metadata = resource.metadata();
    if (!metadata.name().isEmpty()) {
      checkName(resource.kind(), metadata.name(), findings);
    }
    if (resource.kind().isNamespaced()) {
      checkNamespace(metadata.namespace(), findings);
    }
    metadata.labels().forEach((key, value) -> checkLabel(key, value, findings));
    checkAnnotations(metadata.annotations(), findings);
  }

  private static void checkName(ResourceKind kind, String name, Findings findings) {
    switch (kind) {
      case TIER ->
          require(
              Names.isLabel(name), name, "a tier is named by one DNS label without dots", findings);
      case NETWORK_POLICY, STAGED_NETWORK_POLICY ->
          require(
              isPolicyName(name) || isForeignPolicyName(name),
              name,
              "a policy is named 'name' or 'tier.name', each a DNS label",
              findings);
      case GLOBAL_NETWORK_POLICY, STAGED_GLOBAL_NETWORK_POLICY ->
          require(
              isPolicyName(name),
              name,
              "a policy is named 'name' or 'tier.name', each a DNS label",
              findings);
      case CLUSTER_INFORMATION, IPAM_CONFIG, KUBE_CONTROLLERS_CONFIGURATION ->
          require(name.equals("default"), name, "there is only one, 'default'", findings);
      case BGP_CONFIGURATION,
          BGP_FILTER,
          BGP_PEER,
          BLOCK_AFFINITY,
          CALICO_NODE_STATUS,
          FELIX_CONFIGURATION,
          GLOBAL_NETWORK_SET,
          HOST_ENDPOINT,
          IPAM_BLOCK,
          IPAM_HANDLE,
          IP_POOL,
          IP_RESERVATION,
          KUBERNETES_ENDPOINT_SLICE,
          KUBERNETES_SERVICE,
          LIVE_MIGRATION,
          NETWORK_SET,
          NODE,
          PROFILE,
          STAGED_KUBERNETES_NETWORK_POLICY,
          WORKLOAD_ENDPOINT ->
          require(Names.isSubdomain(name), name, SUBDOMAIN, findings);
    }
  }

  private static void require(boolean claim, String name, String reason, Findings findings) {
    findings.require(claim, "metadata.name", name, reason);
  }

  private static boolean isPolicyName(String name) {
    int dot = name.indexOf('.');
    return name.length() <= Names.LONGEST_SUBDOMAIN
        && (dot < 0
            ? Names.isLongLabel(name)
            : Names.isLongLabel(name.substring(0, dot))
                && Names.isLongLabel(name.substring(dot + 1)));
  }

  private static boolean isForeignPolicyName(String name) {
    return FOREIGN_POLICY_PREFIXES.stream()
        .anyMatch(
            prefix ->
                name.startsWith(prefix) && Names.isSubdomain(name.substring(prefix.length())));
  }

  private static void checkNamespace(String namespace, Findings findings) {
    if (namespace.isEmpty()) {
      findings.reject(
          "metadata.namespace", "", "namespace is not specified on namespaced resource");
    } else {
      findings.require(
          Names.isLabel(namespace), "metadata.namespace", namespace, "must be a DNS label");
    }
  }

  static void checkLabel(String key, String value, Findings findings) {
    checkLabel("metadata.labels", key, value, findings);
  }

  static void checkLabel(String field, String key, String value, Findings findings) {
    findings.require(Names.isQualified(key), field, key, "a label key is 'name' or 'prefix/name'");
    findings.require(
        Names.isLabelValue(value),
        field + "[" + key + "]",
        value,
        "a label value has at most 63 letters, digits, '-', '_', '.', and ends are letters or"
            + " digits");
  }

  private static void checkAnnotations(Map<String, String> annotations, Findings findings) {
    long bytes = 0;
    for (Map.Entry<String, String> entry : annotations.entrySet()) {
      findings.require(
          Names.isQualified(entry.getKey().toLowerCase(Locale.ROOT)),
          "metadata.annotations",
          entry.getKey(),
          "an annotation key is 'name' or 'prefix/name'");
      bytes += length(entry.getKey()) + length(entry.getValue());
    }
    findings.require(
        bytes <= LONGEST_ANNOTATIONS,
        "metadata.annotations",
        bytes + " bytes",
        "at most " + LONGEST_ANNOTATIONS + " bytes");
  }

  private static long length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}

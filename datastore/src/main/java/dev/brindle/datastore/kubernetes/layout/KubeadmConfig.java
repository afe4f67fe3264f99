// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.brindle.api.net.Cidr;
import dev.brindle.datastore.Kubeadm;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What kubeadm notes of a cluster that it has set up: a document within a ConfigMap.
public final class KubeadmConfig {

  public static final ObjectName NAME = new ObjectName("kube-system", "kubeadm-config");

  private static final YAMLMapper YAML = new YAMLMapper();

  private KubeadmConfig() {}

  /// @throws IllegalArgumentException if it cannot be read, saying why
  public static Kubeadm read(JsonNode configMap) {
    String document = configMap.path("data").path("ClusterConfiguration").asText("");
    return new Kubeadm(podSubnets(document));
  }

  private static List<Cidr> podSubnets(String document) {
    try {
      String text = YAML.readTree(document).path("networking").path("podSubnet").asText("");
      return Arrays.stream(text.split(",", -1))
          .map(String::strip)
          .filter(each -> !each.isEmpty())
          .map(KubeadmConfig::cidr)
          .toList();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "ClusterConfiguration is no YAML: " + e.getOriginalMessage(), e);
    }
  }

  private static Cidr cidr(String text) {
    return Optional.of(text)
        .filter(each -> each.contains("/"))
        .flatMap(Cidr::tryParse)
        .orElseThrow(
            () -> new IllegalArgumentException("podSubnet '%s': expected a CIDR".formatted(text)));
  }
}

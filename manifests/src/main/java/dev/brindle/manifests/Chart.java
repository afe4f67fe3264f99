// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.manifests.YamlText.Expression;
import dev.brindle.manifests.YamlText.Lines;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/// The Helm chart: each flavour as a template that counts for its `variant`. What templates do is
/// little, and all of it Go's own: if, else, range, printf, or, eq.
public final class Chart {

  private static final String DIRECTORY = "helm/brindle/";
  private static final String NAMESPACE = "{{ .Release.Namespace }}";

  private final Flavour flavour;

  private Chart(Flavour flavour) {
    this.flavour = flavour;
  }

  /// By path below `manifests`.
  public static Map<String, String> files(Installation.Sources sources) {
    Map<String, String> files = new TreeMap<>();
    var values = ChartValue.all(sources.version());
    files.put(DIRECTORY + "Chart.yaml", chart(sources.version()));
    files.put(
        DIRECTORY + "values.yaml",
        "# SPDX-License-Identifier: Apache-2.0\n" + ChartValue.yaml(values));
    files.put(DIRECTORY + "values.schema.json", ChartValue.schema(values));
    files.put(DIRECTORY + "crds/crds.yaml", sources.definitions());
    for (Flavour flavour : Flavour.values()) {
      files.put(
          DIRECTORY + "templates/%s.yaml".formatted(flavour.word()),
          new Chart(flavour).template(sources));
    }
    return files;
  }

  /// @param version as Maven has it, which is a version as Helm wants it
  private static String chart(String version) {
    return """
        # SPDX-License-Identifier: Apache-2.0
        apiVersion: v2
        name: brindle
        description: A Kubernetes network that behaves like Calico.
        type: application
        version: %s
        appVersion: "%s"
        kubeVersion: ">=1.28.0-0"
        """
        .formatted(version, version);
  }

  private String template(Installation.Sources sources) {
    var text = new StringBuilder("{{- if eq .Values.variant \"%s\" }}%n".formatted(flavour.word()));
    for (Manifest each : Installation.objects(flavour, sources)) {
      ObjectNode tree = each.tree();
      inNamespace(tree);
      switch (each.name()) {
        case "ConfigMap/" + Names.CONFIG -> config((ObjectNode) tree.path("data"));
        case "Secret/" + Names.ETCD_SECRET -> secret(tree);
        case "DaemonSet/" + Names.NODE -> node(tree);
        case "Deployment/" + Names.CONTROLLERS -> controllers(tree);
        default -> {}
      }
      text.append("---\n").append(Manifest.yaml(tree));
    }
    return text.append("{{- end }}\n").toString();
  }

  private static void inNamespace(ObjectNode tree) {
    for (JsonNode each : tree.findParents("namespace")) {
      if (each.path("namespace").asText().equals(Names.NAMESPACE)) {
        set(each, "namespace", NAMESPACE);
      }
    }
  }

  private static void set(JsonNode object, String field, String template) {
    ((ObjectNode) object).putPOJO(field, new Expression(template));
  }

  private void config(ObjectNode data) {
    set(data, "veth_mtu", "\"{{ .Values.mtu }}\"");
    if (flavour.hasEtcd()) {
      set(data, "etcd_endpoints", quoted(".Values.etcd.endpoints"));
      for (String file : new String[] {"ca", "cert", "key"}) {
        set(
            data,
            "etcd_" + file,
            "{{ if .Values.etcd.%s }}%s/etcd-%s{{ else }}\"\"{{ end }}"
                .formatted(file, Names.ETCD_DIRECTORY, file));
      }
    }
    JsonNode own = data.remove("cni_network_config");
    String otherwise =
        own == null
            ? ""
            : "{{- else }}%ncni_network_config: |%n%s%n"
                .formatted(own.asText().stripTrailing().indent(2).stripTrailing());
    data.putPOJO(
        "",
        new Lines(
            "{{- if .Values.cniNetworkConfig }}%ncni_network_config: %s%n%s{{- end }}"
                .formatted(quoted(".Values.cniNetworkConfig"), otherwise)));
  }

  private static void secret(ObjectNode tree) {
    var lines = new StringBuilder();
    for (String file : new String[] {"ca", "cert", "key"}) {
      lines.append(
          "{{- if .Values.etcd.%s }}%netcd-%s: %s%n{{- end }}%n"
              .formatted(file, file, quoted(".Values.etcd." + file)));
    }
    tree.putPOJO("data", new Lines(lines.toString()));
  }

  private void node(ObjectNode tree) {
    ObjectNode pod = (ObjectNode) tree.at("/spec/template/spec");
    pod.path("initContainers").forEach(Chart::image);
    for (JsonNode volume : pod.path("volumes")) {
      switch (volume.path("name").asText()) {
        case "cni-bin-dir" -> set(volume.path("hostPath"), "path", quoted(".Values.cni.binDir"));
        case "cni-net-dir" -> set(volume.path("hostPath"), "path", quoted(".Values.cni.confDir"));
        default -> {}
      }
    }
    JsonNode directory = named(pod.at("/initContainers/0/env"), "CNI_NET_DIR");
    set(directory, "value", quoted(".Values.cni.confDir"));
    JsonNode container = pod.at("/containers/0");
    ArrayNode variables = (ArrayNode) container.path("env");
    if (flavour.hasPools()) {
      either(variables, "CALICO_IPV4POOL_IPIP", ".Values.ipv4pool.ipip", flavour.ipip());
      either(variables, "CALICO_IPV4POOL_VXLAN", ".Values.ipv4pool.vxlan", flavour.vxlan());
      variables.addPOJO(
          new Lines(
              "{{- if .Values.ipv4pool.cidr }}%n- name: CALICO_IPV4POOL_CIDR%n  value: %s%n{{- end }}"
                  .formatted(quoted(".Values.ipv4pool.cidr"))));
    }
    container(container, "node");
  }

  private void controllers(ObjectNode tree) {
    if (!flavour.hasEtcd()) {
      set(tree.path("spec"), "replicas", "{{ .Values.controllers.replicas }}");
    }
    container(tree.at("/spec/template/spec/containers/0"), "controllers");
  }

  private static void container(JsonNode container, String name) {
    image(container);
    ((ArrayNode) container.path("env"))
        .addPOJO(
            new Lines(
                "{{- range $name, $value := .Values.%s.env }}%n- name: {{ $name }}%n  value: %s%n{{- end }}"
                    .formatted(name, quoted("$value"))));
    ((ObjectNode) container.path("resources"))
        .putPOJO(
            "requests",
            new Lines(
                "{{- range $name, $value := .Values.%s.requests }}%n{{ $name }}: %s%n{{- end }}"
                    .formatted(name, quoted("$value"))));
  }

  private static void image(JsonNode container) {
    set(container, "image", "\"{{ .Values.image.repository }}:{{ .Values.image.tag }}\"");
    set(container, "imagePullPolicy", "{{ .Values.image.pullPolicy }}");
  }

  private static JsonNode named(JsonNode variables, String name) {
    return StreamSupport.stream(variables.spliterator(), false)
        .filter(each -> each.path("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void either(ArrayNode variables, String name, String value, String otherwise) {
    set(
        named(variables, name),
        "value",
        "{{ or %s \"%s\" | printf \"%%q\" }}".formatted(value, otherwise));
  }

  private static String quoted(String value) {
    return "{{ printf \"%%q\" %s }}".formatted(value);
  }
}

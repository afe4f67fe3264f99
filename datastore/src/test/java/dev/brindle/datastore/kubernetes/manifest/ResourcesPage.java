// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.validation.Defaults;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// `docs/resources.md`: every kind, every field, its default and what it does.
final class ResourcesPage {

  private static final String HEAD =
      """
      # Resources: every kind and field

      Made from the records of `api`, what validation fills in, and `fields.txt` of `datastore`'s tests, from which `kubectl explain` has its
      words, too. A field that is not here is refused (`brindle`) or kept and without effect (`kubectl`). The same resources are read and written
      as Calico's; names are Calico's. Default: what counts where the field is not set, if that is not nothing, `false` or 0.

      """;

  private static final String RULE = "a [rule](#rules)";

  /// What one cannot be without.
  private static final String LEAST_POOL = "{\"cidr\":\"10.0.0.0/8\"}";

  private final FieldWords words = new FieldWords();
  private final RecordSchema schemas =
      new RecordSchema(new SchemaLimits(CalicoGroup.NATIVE), words);
  private final StringBuilder page = new StringBuilder(HEAD);

  private ResourcesPage() {}

  static String text() {
    var made = new ResourcesPage();
    Stream.of(ResourceKind.values()).filter(ResourcesPage::isStored).forEach(made::add);
    made.addRules();
    if (!made.words.unused().isEmpty()) {
      throw new IllegalStateException("words for what no record has: " + made.words.unused());
    }
    return made.page.toString();
  }

  private static boolean isStored(ResourceKind kind) {
    return kind != ResourceKind.KUBERNETES_SERVICE
        && kind != ResourceKind.KUBERNETES_ENDPOINT_SLICE;
  }

  private void add(ResourceKind kind) {
    ObjectNode schema = schemas.of(kind.type());
    page.append("## %s%n%n".formatted(kind.kindName()));
    page.append(schema.path(RecordSchema.DESCRIPTION).asText());
    page.append(kind.isNamespaced() ? " In a namespace.\n\n" : "\n\n");
    JsonNode spec = schema.path("properties").path("spec");
    if (spec.has("properties")) {
      fields(spec, defaults(kind));
    }
  }

  private void addRules() {
    page.append("## Rules\n\nOf policies and profiles: `spec.ingress[]` and `spec.egress[]`.\n\n");
    fields(schemas.of(Rule.class), JsonNodeFactory.instance.objectNode());
    page.setLength(page.length() - 1);
  }

  private void fields(JsonNode schema, JsonNode defaults) {
    page.append("| field | type | default | what it does |\n| --- | --- | --- | --- |\n");
    rows("", schema, defaults);
    page.append('\n');
  }

  private void rows(String prefix, JsonNode schema, JsonNode defaults) {
    var shown = new HashMap<JsonNode, String>();
    for (var each : schema.path("properties").properties()) {
      String path = prefix + each.getKey();
      JsonNode field = each.getValue();
      JsonNode inner = field.has("items") ? field.path("items") : field;
      JsonNode parts = inner.path("properties");
      String earlier = shown.putIfAbsent(parts, path);
      boolean isAlike = !parts.isEmpty() && !isRule(inner) && earlier != null;
      page.append(
          "| `%s` | %s | %s | %s |%n"
              .formatted(
                  path,
                  isAlike ? "as `%s`".formatted(earlier) : type(field),
                  value(field, defaults.path(each.getKey())),
                  field.path(RecordSchema.DESCRIPTION).asText().replace("|", "\\|")));
      if (!isAlike && !isRule(inner)) {
        rows(path + (field.has("items") ? "[]." : "."), inner, defaults.path(each.getKey()));
      }
    }
  }

  private static boolean isRule(JsonNode schema) {
    return schema.path("properties").has("action") && schema.path("properties").has("destination");
  }

  private static String type(JsonNode field) {
    if (isRule(field)) {
      return RULE;
    }
    if (field.has("items")) {
      return isRule(field.path("items"))
          ? RULE.replace("a [rule]", "[rules]")
          : "list: " + type(field.path("items"));
    }
    if (field.has("enum")) {
      return field
          .path("enum")
          .valueStream()
          .map(JsonNode::asText)
          .filter(word -> !word.isEmpty())
          .map("`%s`"::formatted)
          .collect(Collectors.joining(", "));
    }
    String bounds =
        field.has("minimum") && field.has("maximum")
            ? " %s to %s".formatted(field.path("minimum").asText(), field.path("maximum").asText())
            : "";
    if (field.has(RecordSchema.INT_OR_TEXT)) {
      return "integer%s, or string".formatted(bounds);
    }
    if (field.path("pattern").asText().equals(SchemaLimits.DURATION)) {
      return "duration";
    }
    if (field.has("additionalProperties")) {
      return "map to " + type(field.path("additionalProperties"));
    }
    return field.path("type").asText("any") + bounds;
  }

  private static String value(JsonNode field, JsonNode filled) {
    JsonNode found = filled.isMissingNode() ? field.path("default") : filled;
    if (found.isMissingNode() || found.isNull() || found.isObject() || found.asText().equals("0")) {
      return "";
    }
    List<String> all =
        found.isArray()
            ? found.valueStream().map(JsonNode::asText).toList()
            : List.of(found.asText());
    return all.stream()
        .filter(text -> !text.isEmpty() && !text.equals("false"))
        .map("`%s`"::formatted)
        .collect(Collectors.joining(", "));
  }

  /// What stands in `spec` of one that says as little as it may.
  private static JsonNode defaults(ResourceKind kind) {
    if (!kind.isPeoples() || kind == ResourceKind.WORKLOAD_ENDPOINT) {
      return JsonNodeFactory.instance.objectNode();
    }
    boolean isPool = kind == ResourceKind.IP_POOL;
    String namespace = kind.isNamespaced() ? ",\"namespace\":\"default\"" : "";
    String json =
        "{\"metadata\":{\"name\":\"default\"%s},\"spec\":%s}"
            .formatted(namespace, isPool ? LEAST_POOL : "{}");
    Resource filled = Defaults.fill(ResourceCodec.readStored(kind, json));
    ObjectNode spec = ResourceCodec.tree(filled).withObject("/spec");
    if (isPool) {
      spec.remove("cidr");
    }
    return spec;
  }
}

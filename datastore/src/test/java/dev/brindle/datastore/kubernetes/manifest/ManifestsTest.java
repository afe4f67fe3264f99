// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.validation.TextChoices;
import dev.brindle.datastore.codec.ResourceSamples;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import dev.brindle.datastore.kubernetes.layout.ObjectLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The files in `manifests` are what the records say. `-Dgolden.update=true` writes them anew.
class ManifestsTest {

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();
  private static final ObjectWriter WRITER =
      YAML.writer().with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  /// From the module's directory, in which tests run.
  private static Path file(CalicoGroup group) {
    String name = group == CalicoGroup.CRD ? "crds.yaml" : "crds-v3.yaml";
    return Path.of("..", "manifests", name);
  }

  private static String text(CalicoGroup group) throws IOException {
    var limits = new SchemaLimits(group);
    var words = new FieldWords();
    var text = new StringBuilder("# SPDX-License-Identifier: Apache-2.0\n");
    text.append("# Calico's resources as custom resources, in ").append(group).append(".\n");
    text.append("# Made from the records of `api`; see ManifestsTest.\n");
    for (ResourceKind kind : CustomDefinition.kinds(group)) {
      text.append(
          WRITER.writeValueAsString(sorted(CustomDefinition.of(kind, group, limits, words))));
    }
    assertThat(limits.unused()).as("limits of fields that no record has").isEmpty();
    return text.toString();
  }

  private static Object sorted(JsonNode node) {
    if (node.isObject()) {
      var fields = new TreeMap<String, Object>();
      node.properties().forEach(each -> fields.put(each.getKey(), sorted(each.getValue())));
      return fields;
    }
    return node.isArray() ? node.valueStream().map(ManifestsTest::sorted).toList() : node;
  }

  @ParameterizedTest
  @EnumSource(CalicoGroup.class)
  void theFilesAreWhatTheRecordsSay(CalicoGroup group) throws IOException {
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(file(group), text(group));
    }
    assertThat(Files.readString(file(group))).isEqualTo(text(group));
  }

  /// What calicoctl refuses, kubectl does not store: one address where a network belongs.
  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      textBlock =
          """
          IP_RESERVATION,     reservedCIDRs/items,                            10.0.0.1,    false
          IP_RESERVATION,     reservedCIDRs/items,                            fd00::1,     false
          IP_RESERVATION,     reservedCIDRs/items,                            '',          false
          IP_RESERVATION,     reservedCIDRs/items,                            10.0.0.1/32, true
          IP_RESERVATION,     reservedCIDRs/items,                            fd00::/64,   true
          BGP_CONFIGURATION,  serviceClusterIPs/items/properties/cidr,        10.0.0.1,    false
          BGP_CONFIGURATION,  serviceClusterIPs/items/properties/cidr,        10.0.0.0/8,  true
          BGP_CONFIGURATION,  serviceExternalIPs/items/properties/cidr,       10.0.0.1,    false
          BGP_CONFIGURATION,  serviceLoadBalancerIPs/items/properties/cidr,   fd00::1,     false
          BGP_CONFIGURATION,  serviceLoadBalancerIPs/items/properties/cidr,   fd00::/112,  true
          BGP_CONFIGURATION,  prefixAdvertisements/items/properties/cidr,     10.0.0.1,    false
          BGP_FILTER,         importV4/items/properties/cidr,                 10.0.0.1,    false
          BGP_FILTER,         importV4/items/properties/cidr,                 '',          true
          IP_POOL,            cidr,                                           10.0.0.1,    false
          GLOBAL_NETWORK_SET, nets/items,                                     10.0.0.1,    true
          """)
  void anAddressIsNoNetwork(ResourceKind kind, String field, String value, boolean isTaken)
      throws IOException {
    for (CalicoGroup group : CalicoGroup.values()) {
      String plural = ObjectLayout.of(group, kind).getFirst().objects().plural();
      JsonNode found = schema(group, plural).at("/properties/spec/properties/" + field);

      assertThat(value.matches(found.path("pattern").asText()))
          .as("%s of %s in %s", field, kind, group)
          .isEqualTo(isTaken);
    }
  }

  /// An empty choice is refused where Calico's own definitions refuse it.
  @ParameterizedTest
  @EnumSource(CalicoGroup.class)
  void anEmptyChoiceIsNone(CalicoGroup group) throws IOException {
    for (ResourceKind kind : CustomDefinition.kinds(group)) {
      String plural = ObjectLayout.of(group, kind).getFirst().objects().plural();
      JsonNode fields = schema(group, plural).at("/properties/spec/properties");

      TextChoices.of(kind)
          .forEach(
              (field, words) ->
                  assertThat(fields.path(field).path("enum").valueStream().map(JsonNode::asText))
                      .as("%s of %s in %s", field, kind, group)
                      .containsExactlyInAnyOrderElementsOf(words));
    }
  }

  /// An API server drops what a schema does not name and does not say it keeps.
  @ParameterizedTest
  @EnumSource(CalicoGroup.class)
  void everyFieldWeWriteIsNamed(CalicoGroup group) throws IOException {
    for (ResourceKind kind : CustomDefinition.kinds(group)) {
      Resource sample = ResourceSamples.read(kind);
      ObjectLayout layout = ObjectLayout.of(group, kind).getFirst();

      List<String> missing = new ArrayList<>();
      JsonNode schema = schema(group, layout.objects().plural());
      compare(layout.write(sample, YAML.createObjectNode()), schema, kind.kindName(), missing);
      missing.remove("FelixConfiguration.spec.floatingPoint is not named"); // the sample invents it
      assertThat(missing).as("%s in %s", kind, group).isEmpty();
    }
  }

  private static JsonNode schema(CalicoGroup group, String plural) throws IOException {
    try (var documents =
        YAML.readerFor(JsonNode.class).<JsonNode>readValues(file(group).toFile())) {
      while (documents.hasNext()) {
        JsonNode definition = documents.next();
        if (definition.at("/spec/names/plural").asText().equals(plural)) {
          return definition.at("/spec/versions/0/schema/openAPIV3Schema");
        }
      }
    }
    throw new IllegalStateException("%s is not in %s".formatted(plural, file(group)));
  }

  private static void compare(JsonNode value, JsonNode schema, String path, List<String> missing) {
    String type = schema.path("type").asText("any");
    boolean isRight =
        switch (type) {
          case "object" -> value.isObject();
          case "array" -> value.isArray();
          case "string" -> value.isTextual();
          case "boolean" -> value.isBoolean();
          case "integer" -> value.isIntegralNumber() || schema.path("nullable").asBoolean();
          case "number" -> value.isNumber();
          default -> schema.has(RecordSchema.INT_OR_TEXT) || schema.has(RecordSchema.KEPT);
        };
    if (!isRight) {
      missing.add("%s: %s is no %s".formatted(path, value, type));
    }
    if (path.endsWith(".metadata")) {
      return; // Kubernetes' own
    }
    for (var field : value.properties()) {
      String place = path + "." + field.getKey();
      JsonNode property =
          schema.has("properties")
              ? schema.path("properties").path(field.getKey())
              : schema.path("additionalProperties");
      boolean isFree = !schema.has("properties") && schema.has(RecordSchema.KEPT);
      if (!property.isMissingNode()) {
        compare(field.getValue(), property, place, missing);
      } else if (!isFree) {
        missing.add(place + " is not named");
      }
    }
    for (JsonNode item : value.isArray() ? value : List.<JsonNode>of()) {
      compare(item, schema.path("items"), path + "[]", missing);
    }
  }

  /// Structural, as the API server demands: a type for each node, and nothing lost below `spec`.
  @ParameterizedTest
  @EnumSource(CalicoGroup.class)
  void whatANewerWriterStoresIsKept(CalicoGroup group) throws IOException {
    for (ResourceKind kind : CustomDefinition.kinds(group)) {
      String plural = ObjectLayout.of(group, kind).getFirst().objects().plural();
      List<String> losing = new ArrayList<>();
      lose(schema(group, plural).at("/properties/spec"), plural, losing);
      assertThat(losing).isEmpty();
    }
  }

  private static void lose(JsonNode schema, String path, List<String> losing) {
    boolean isTyped = schema.has("type") || schema.has(RecordSchema.INT_OR_TEXT);
    if (!isTyped && !schema.path(RecordSchema.KEPT).asBoolean()) {
      losing.add(path + " has no type");
    }
    boolean isObject = schema.path("type").asText().equals("object");
    boolean isKept =
        schema.path(RecordSchema.KEPT).asBoolean() || schema.has("additionalProperties");
    if (isObject && !isKept) {
      losing.add(path);
    }
    schema
        .path("properties")
        .properties()
        .forEach(each -> lose(each.getValue(), path + "." + each.getKey(), losing));
    if (schema.has("items")) {
      lose(schema.path("items"), path + "[]", losing);
    }
  }

  @Test
  void noTwoKindsHaveOneName() throws IOException {
    for (CalicoGroup group : CalicoGroup.values()) {
      Set<String> names = new HashSet<>();
      for (ResourceKind kind : CustomDefinition.kinds(group)) {
        JsonNode definition =
            CustomDefinition.of(kind, group, new SchemaLimits(group), new FieldWords());
        JsonNode given = definition.at("/spec/names");
        assertThat(names.add(given.path("plural").asText())).isTrue();
        assertThat(names.add(given.path("singular").asText())).isTrue();
        given.path("shortNames").forEach(each -> assertThat(names.add(each.asText())).isTrue());
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.api.net.Port;
import dev.brindle.api.net.Protocol;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The schema of what a record holds, by its components.
///
/// All objects keep what they do not know: a newer Calico may have stored it.
final class RecordSchema {

  static final String KEPT = "x-kubernetes-preserve-unknown-fields";
  static final String INT_OR_TEXT = "x-kubernetes-int-or-string";

  static final String DESCRIPTION = "description";

  private static final String TYPE = "type";
  private static final long LAST_AS_NUMBER = 4_294_967_295L;

  /// Components that JSON names otherwise.
  private static final Map<String, String> NAMES =
      Map.of(
          "BgpFilter.Rule interfaceName", "interface",
          "IpamBlock.Attribute handleId", "handle_id",
          "IpamBlock.Attribute activeOwner", "secondary",
          "IpamBlock.Attribute alternateOwner", "alternateOwnerAttrs");

  private static final Set<Class<?>> TEXTS =
      Set.of(String.class, Cidr.class, IpAddress.class, InterfaceAddress.class, MacAddress.class);

  /// Parts of every object.
  private static final Set<String> FRAME = Set.of("metadata", "spec", "status");

  private final SchemaLimits limits;
  private final FieldWords words;

  RecordSchema(SchemaLimits limits, FieldWords words) {
    this.limits = limits;
    this.words = words;
  }

  ObjectNode of(Class<?> type) {
    ObjectNode schema = typed("object");
    ObjectNode properties = schema.putObject("properties");
    String record = type.getName().replaceAll(".*\\.", "").replace('$', '.');
    for (RecordComponent component : type.getRecordComponents()) {
      String place = record + " " + component.getName();
      String name = NAMES.getOrDefault(place, component.getName());
      ObjectNode property = of(component.getGenericType());
      limits.of(record + " " + name).ifPresent(property::setAll);
      properties.set(name, property);
    }
    limits.added(record).forEach(properties::set);
    properties.properties().forEach(each -> describe(record, each.getKey(), each.getValue()));
    limits.of(record).ifPresent(schema::setAll);
    words.of(record).ifPresent(text -> schema.put(DESCRIPTION, text));
    return schema.put(KEPT, true);
  }

  private void describe(String record, String field, JsonNode property) {
    boolean isPartOfKind = !record.contains(".") && !record.equals("Rule");
    boolean isFrame = record.equals("Metadata") || (isPartOfKind && FRAME.contains(field));
    if (!isFrame) {
      ((ObjectNode) property).put(DESCRIPTION, words.of(record, field));
    }
  }

  private ObjectNode of(Type type) {
    if (type instanceof ParameterizedType generic) {
      return of(generic);
    }
    Class<?> plain = (Class<?>) type;
    if (TEXTS.contains(plain)) {
      return typed("string");
    }
    if (plain == boolean.class || plain == Boolean.class) {
      return typed("boolean");
    }
    if (plain == int.class || plain == Integer.class) {
      return typed("integer");
    }
    if (plain == long.class || plain == Long.class) {
      return typed("integer").put("format", "int64");
    }
    if (plain == Double.class) {
      return typed("number");
    }
    if (plain == AsNumber.class) {
      return typed("integer")
          .put("format", "int64")
          .put("minimum", 0)
          .put("maximum", LAST_AS_NUMBER);
    }
    if (plain == Port.class || plain == Protocol.class) {
      // bounds are for the number only
      return numberOrText().put("minimum", 0).put("maximum", plain == Port.class ? 65_535 : 255);
    }
    if (plain == Object.class) {
      return JsonNodeFactory.instance.objectNode().put(KEPT, true);
    }
    if (plain.isEnum()) {
      ObjectNode schema = typed("string");
      ArrayNode words = schema.putArray("enum");
      for (Object each : plain.getEnumConstants()) {
        words.add(each.toString());
      }
      return schema;
    }
    if (plain.isRecord()) {
      return of(plain);
    }
    throw new IllegalArgumentException("no schema for " + type);
  }

  private ObjectNode of(ParameterizedType generic) {
    Type[] arguments = generic.getActualTypeArguments();
    if (generic.getRawType() == Optional.class) {
      return of(arguments[0]);
    }
    if (generic.getRawType() == List.class) {
      ObjectNode schema = typed("array");
      schema.set("items", of(arguments[0]));
      return schema;
    }
    if (generic.getRawType() == Map.class) {
      ObjectNode schema = typed("object");
      return arguments[1] == Object.class
          ? schema.put(KEPT, true)
          : schema.set("additionalProperties", of(arguments[1]));
    }
    throw new IllegalArgumentException("no schema for " + generic);
  }

  static ObjectNode typed(String type) {
    return JsonNodeFactory.instance.objectNode().put(TYPE, type);
  }

  static ObjectNode numberOrText() {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    ArrayNode forms = schema.putArray("anyOf");
    forms.addObject().put(TYPE, "integer");
    forms.addObject().put(TYPE, "string");
    return schema.put(INT_OR_TEXT, true);
  }
}

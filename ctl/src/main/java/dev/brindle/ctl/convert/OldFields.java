// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.convert;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.ctl.client.ClientException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/// The fields of an object of v1. What is not known, or is of another type, is refused with its
/// place.
final class OldFields {

  private final JsonNode object;
  private final JsonPointer path;
  private final Function<JsonPointer, String> place;

  private OldFields(JsonNode object, JsonPointer path, Function<JsonPointer, String> place) {
    this.object = object;
    this.path = path;
    this.place = place;
  }

  /// @param place `line 3, column 5: ` for a path
  static OldFields of(JsonNode object, JsonPointer path, Function<JsonPointer, String> place) {
    return new OldFields(object, path, place);
  }

  /// Fields that are missing are as good as empty.
  OldFields only(String... names) {
    boolean isEmpty = object.isMissingNode() || object.isNull();
    if (!isEmpty && !(object instanceof ObjectNode)) {
      throw fault("expected an object");
    }
    Set<String> known = Set.of(names);
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!known.contains(field.getKey())) {
        JsonPointer unknown = path.appendProperty(field.getKey());
        throw new ClientException(
            place.apply(unknown) + ClientException.unknownField(text(unknown)).getMessage());
      }
    }
    return this;
  }

  private static String text(JsonPointer path) {
    return path.toString()
        .replaceAll("/([0-9]+)", "[$1]")
        .replaceFirst("^/", "")
        .replace('/', '.')
        .replace("~1", "/")
        .replace("~0", "~");
  }

  ClientException fault(String words) {
    return new ClientException("%s%s: %s".formatted(place.apply(path), text(path), words));
  }

  boolean has(String name) {
    return object.hasNonNull(name);
  }

  OldFields object(String name) {
    return new OldFields(object.path(name), path.appendProperty(name), place);
  }

  List<OldFields> objects(String name) {
    return items(name, (_, item) -> item);
  }

  private <T> List<T> items(String name, BiFunction<JsonNode, OldFields, T> reader) {
    OldFields list = object(name);
    if (!has(name)) {
      return List.of();
    }
    if (!list.object.isArray()) {
      throw list.fault("expected a list");
    }
    List<T> items = new ArrayList<>();
    for (int i = 0; i < list.object.size(); i++) {
      JsonNode item = list.object.get(i);
      items.add(reader.apply(item, new OldFields(item, list.path.appendIndex(i), place)));
    }
    return items;
  }

  /// Empty if it is not there.
  String text(String name) {
    return has(name) ? object(name).asText() : "";
  }

  private String asText() {
    if (!object.isValueNode()) {
      throw fault("expected text");
    }
    return object.asText();
  }

  /// @throws ClientException also if it is empty
  String required(String name) {
    String text = text(name);
    if (text.isEmpty()) {
      throw object(name).fault("is missing");
    }
    return text;
  }

  List<String> texts(String name) {
    return items(name, (_, item) -> item.asText());
  }

  boolean flag(String name) {
    if (has(name) && !object.path(name).isBoolean()) {
      throw object(name).fault("expected true or false");
    }
    return object.path(name).asBoolean(false);
  }

  Map<String, String> map(String name) {
    OldFields found = object(name);
    if (!has(name)) {
      return Map.of();
    }
    if (!found.object.isObject()) {
      throw found.fault("expected an object");
    }
    Map<String, String> map = new LinkedHashMap<>();
    found.object.properties().forEach(each -> map.put(each.getKey(), found.text(each.getKey())));
    return map;
  }

  /// As it is: numbers stay numbers.
  Optional<JsonNode> value(String name) {
    if (!has(name)) {
      return Optional.empty();
    }
    object(name).asText();
    return Optional.of(object.path(name));
  }

  List<JsonNode> values(String name) {
    return items(
        name,
        (node, item) -> {
          item.asText();
          return node;
        });
  }

  IpAddress address(String name) {
    return address(object(name), required(name));
  }

  List<IpAddress> addresses(String name) {
    return items(name, (_, item) -> address(item, item.asText()));
  }

  private static IpAddress address(OldFields field, String text) {
    return IpAddress.tryParse(text)
        .orElseThrow(() -> field.fault("'%s' is no IP address".formatted(text)));
  }

  /// Without what is outside the mask. A lone address is a network of its own.
  Cidr network(String name) {
    return network(object(name), required(name));
  }

  List<Cidr> networks(String name) {
    return items(name, (_, item) -> network(item, item.asText()));
  }

  private static Cidr network(OldFields field, String text) {
    return Cidr.tryParse(text).orElseThrow(() -> field.fault("'%s' is no network".formatted(text)));
  }
}

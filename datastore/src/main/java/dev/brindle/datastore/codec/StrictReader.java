// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.validation.Durations;
import dev.brindle.api.validation.TextChoices;
import dev.brindle.api.validation.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads people's documents: nothing unknown, nothing twice, nothing of another kind.
final class StrictReader {

  static final String LIST = "List";

  private static final String KIND = "kind";
  private static final String VERSION = "apiVersion";
  private static final Set<String> LIST_FIELDS = Set.of(KIND, VERSION, "metadata", "items");

  private static final JsonPointer SPEC = JsonPointer.compile("/spec");
  private static final JsonPointer POOL_CIDR = JsonPointer.compile("/spec/cidr");

  /// Lists whose items have a network each.
  private static final Map<ResourceKind, List<String>> WITH_NETWORKS =
      Map.of(
          ResourceKind.BGP_CONFIGURATION,
          List.of(
              "serviceClusterIPs",
              "serviceExternalIPs",
              "serviceLoadBalancerIPs",
              "prefixAdvertisements"),
          ResourceKind.BGP_FILTER,
          List.of("exportV4", "importV4", "exportV6", "importV6"));

  /// Those whose ports have a protocol each.
  private static final Set<ResourceKind> WITH_PORTS =
      Set.of(ResourceKind.HOST_ENDPOINT, ResourceKind.WORKLOAD_ENDPOINT);

  /// Others write the status; who applies a file that was read back may leave it in.
  private static final Set<ResourceKind> WITH_STATUS =
      Set.of(
          ResourceKind.CALICO_NODE_STATUS,
          ResourceKind.IP_POOL,
          ResourceKind.KUBE_CONTROLLERS_CONFIGURATION);

  private final Document document;
  private final List<PlacedResource> found;

  private StrictReader(Document document, List<PlacedResource> found) {
    this.document = document;
    this.found = found;
  }

  static List<PlacedResource> read(String text) {
    List<PlacedResource> found = new ArrayList<>();
    for (Document document : Documents.of(text)) {
      new StrictReader(document, found)
          .expand(document.root(), JsonPointer.empty(), Optional.empty());
    }
    return List.copyOf(found);
  }

  /// @param itemKind what it is if it does not say so itself, as in a typed list
  private void expand(JsonNode node, JsonPointer path, Optional<ResourceKind> itemKind) {
    switch (node.getNodeType()) {
      case NULL, MISSING -> {}
      case ARRAY -> expandAll(node, path, itemKind);
      case OBJECT -> expandObject((ObjectNode) node, path, itemKind);
      case BINARY, BOOLEAN, NUMBER, POJO, STRING ->
          throw fault(path, "expected a resource, found '%s'".formatted(node.asText()));
    }
  }

  private void expandAll(JsonNode items, JsonPointer path, Optional<ResourceKind> itemKind) {
    for (int i = 0; i < items.size(); i++) {
      expand(items.get(i), path.appendIndex(i), itemKind);
    }
  }

  private void expandObject(ObjectNode object, JsonPointer path, Optional<ResourceKind> itemKind) {
    boolean isUntyped = itemKind.isPresent() && !object.has(KIND) && !object.has(VERSION);
    if (isUntyped) {
      bind(itemKind.get(), object, path);
      return;
    }
    String kindName = text(object, KIND, path);
    String version = text(object, VERSION, path);
    Optional<ResourceKind> kind = kind(kindName, version);
    if (kind.isPresent()) {
      bind(kind.get(), object, path);
      return;
    }
    Optional<ResourceKind> listed =
        kindName.endsWith(LIST)
            ? kind(kindName.substring(0, kindName.length() - LIST.length()), version)
            : Optional.empty();
    if (listed.isEmpty() && !(kindName.equals(LIST) && version.equals("v1"))) {
      throw fault(
          path,
          "unknown resource type (%s) and/or version (%s): %s"
              .formatted(kindName, version, expected(version)));
    }
    expandList(object, path, listed);
  }

  private void expandList(ObjectNode list, JsonPointer path, Optional<ResourceKind> itemKind) {
    for (String field : (Iterable<String>) list::fieldNames) {
      if (!LIST_FIELDS.contains(field)) {
        JsonPointer unknown = path.appendProperty(field);
        throw new ResourceFormatException(
            document.place().apply(unknown)
                + "unknown field \"%s\"".formatted(FieldPath.text(unknown)),
            FieldPath.text(unknown),
            null);
      }
    }
    JsonNode items = list.path("items");
    if (!items.isArray() && !items.isNull() && !items.isMissingNode()) {
      throw fault(path.appendProperty("items"), "expected a list");
    }
    expand(items, path.appendProperty("items"), itemKind);
  }

  private void bind(ResourceKind kind, ObjectNode object, JsonPointer path) {
    ObjectNode fields = object.deepCopy();
    fields.remove(List.of(KIND, VERSION));
    if (WITH_STATUS.contains(kind)) {
      fields.remove("status");
    }
    for (String part : List.of("metadata", "spec")) {
      if (fields.path(part).isMissingNode() || fields.path(part).isNull()) {
        fields.putObject(part);
      }
    }
    if (kind == ResourceKind.FELIX_CONFIGURATION && fields.get("spec") instanceof ObjectNode spec) {
      fields.set("spec", canonical(spec));
    }
    DurationFields.firstEmpty(kind, fields)
        .ifPresent(
            field -> {
              throw refusal(kind, path.append(field), "", Durations.EXPECTED);
            });
    DurationFields.canonicalize(kind, fields.path("spec"));
    if (kind == ResourceKind.IP_POOL) {
      requireNetwork(kind, fields, POOL_CIDR, path);
    }
    requireChoices(kind, fields, path);
    if (WITH_PORTS.contains(kind)) {
      requireProtocols(kind, fields, path);
    }
    for (String list : WITH_NETWORKS.getOrDefault(kind, List.of())) {
      requireNetworks(kind, fields, list, path);
    }
    try {
      Resource resource = ResourceMapper.strict(kind).readValue(fields);
      found.add(new PlacedResource(resource, placeOf(path)));
    } catch (JsonProcessingException e) {
      ReadFault fault = ReadFault.of(e, kind, fields).under(path);
      throw fault.inDocument(kind, document.place().apply(fault.path()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode canonical(ObjectNode spec) {
    ObjectNode named = spec.objectNode();
    spec.properties()
        .forEach(field -> named.set(MapOrder.OF_FELIX.canonical(field.getKey()), field.getValue()));
    return named;
  }

  private String placeOf(JsonPointer path) {
    String place = document.place().apply(path);
    return place.isEmpty() ? FieldPath.text(path) : place.substring(0, place.indexOf(','));
  }

  /// `10.1.2.3` has no length, and `10.1.2.3/8` might be meant as one address. The record cannot
  /// tell any more: there a network has a length and no other bits.
  private void requireNetwork(
      ResourceKind kind, ObjectNode object, JsonPointer field, JsonPointer path) {
    String text = object.at(field).asText();
    Optional<InterfaceAddress> address = InterfaceAddress.tryParse(text);
    if (address.isPresent() && text.indexOf('/') < 0) {
      throw refusal(
          kind,
          path.append(field),
          text,
          "is an address, a network is written %s".formatted(address.get().cidr()));
    }
    address
        .filter(written -> !written.cidr().address().equals(written.address()))
        .ifPresent(
            written -> {
              throw refusal(
                  kind,
                  path.append(field),
                  kind == ResourceKind.IP_POOL ? written.cidr().toString() : text, // as calicoctl
                  "'%s' has bits set after its length, write %s".formatted(text, written.cidr()));
            });
  }

  private void requireNetworks(
      ResourceKind kind, ObjectNode object, String list, JsonPointer path) {
    JsonPointer items = SPEC.appendProperty(list);
    for (int i = 0; i < object.at(items).size(); i++) {
      requireNetwork(kind, object, items.appendIndex(i).appendProperty("cidr"), path);
    }
  }

  /// The record cannot tell any more: there the empty text is none.
  private void requireChoices(ResourceKind kind, ObjectNode object, JsonPointer path) {
    Map<String, List<String>> choices = TextChoices.of(kind);
    for (Map.Entry<String, JsonNode> field : object.path("spec").properties()) {
      JsonNode value = field.getValue();
      if (value.isTextual() && value.textValue().isEmpty()) {
        choices.entrySet().stream()
            .filter(choice -> choice.getKey().equalsIgnoreCase(field.getKey()))
            .findFirst()
            .ifPresent(
                choice -> {
                  JsonPointer place = path.append(SPEC).appendProperty(choice.getKey());
                  throw refusal(kind, place, "", Violation.supported(choice.getValue()));
                });
      }
    }
  }

  /// In a record, a port of an endpoint has TCP if nothing is said.
  private void requireProtocols(ResourceKind kind, ObjectNode object, JsonPointer path) {
    JsonPointer ports = SPEC.appendProperty("ports");
    for (int i = 0; i < FieldPath.find(object, ports).size(); i++) {
      JsonPointer protocol = ports.appendIndex(i).appendProperty("protocol");
      JsonNode found = FieldPath.find(object, protocol);
      if (found.isMissingNode() || found.isNull()) {
        throw refusal(kind, path.append(protocol), "", "is required: TCP, UDP or SCTP");
      }
    }
  }

  private String text(ObjectNode object, String field, JsonPointer path) {
    JsonNode value = object.path(field);
    if (!value.isTextual() && !value.isMissingNode() && !value.isNull()) {
      throw fault(path.appendProperty(field), "expected text");
    }
    return value.asText("");
  }

  private static Optional<ResourceKind> kind(String name, String version) {
    return kinds()
        .filter(kind -> kind.kindName().equals(name) && version.equals(ResourceCodec.API_VERSION))
        .findFirst();
  }

  private static String expected(String version) {
    if (!version.equals(ResourceCodec.API_VERSION)) {
      return "expected apiVersion " + ResourceCodec.API_VERSION;
    }
    return kinds()
        .map(ResourceKind::kindName)
        .sorted()
        .collect(Collectors.joining(", ", "expected kind to be one of ", ""));
  }

  private static Stream<ResourceKind> kinds() {
    return Arrays.stream(ResourceKind.values()).filter(ResourceKind::isPeoples);
  }

  private ResourceFormatException refusal(
      ResourceKind kind, JsonPointer path, String value, String reason) {
    var violation = new Violation(FieldPath.text(path), value, reason);
    return new ResourceFormatException(
        document.place().apply(path) + Violation.text(kind, List.of(violation)));
  }

  private ResourceFormatException fault(JsonPointer path, String reason) {
    String field = FieldPath.text(path);
    return new ResourceFormatException(
        document.place().apply(path) + (field.isEmpty() ? "" : field + ": ") + reason);
  }
}

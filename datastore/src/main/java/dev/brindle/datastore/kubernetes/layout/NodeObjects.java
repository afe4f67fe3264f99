// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Calico's view of a node: annotations of Kubernetes' Node, beside what that says itself.
final class NodeObjects {

  private static final String OWN = "projectcalico.org/";
  private static final String LABELS = OWN + "labels";
  private static final String ANNOTATIONS = OWN + "annotations";
  private static final String KUBE_LABELS = OWN + "kube-labels";
  private static final String INTERFACES = OWN + "Interfaces";

  /// Where an annotation's value stands in a Node of Calico's.
  ///
  /// @param section below the root
  /// @param part below the section, empty for the section itself
  private record Field(
      String annotation, String section, String part, String name, Predicate<String> isSound) {}

  private static final List<Field> FIELDS =
      List.of(
          bgp("IPv4Address", "ipv4Address", NodeObjects::isNetwork),
          bgp("IPv6Address", "ipv6Address", NodeObjects::isNetwork),
          bgp("IPv4IPIPTunnelAddr", "ipv4IPIPTunnelAddr", NodeObjects::isAddress),
          bgp("ASNumber", "asNumber", NodeObjects::isAsNumber),
          bgp("RouteReflectorClusterID", "routeReflectorClusterID", _ -> true),
          field("IPv4VXLANTunnelAddr", "spec", "", "ipv4VXLANTunnelAddr", NodeObjects::isAddress),
          field("VXLANTunnelMACAddr", "spec", "", "vxlanTunnelMACAddr", NodeObjects::isMac),
          field("IPv6VXLANTunnelAddr", "spec", "", "ipv6VXLANTunnelAddr", NodeObjects::isAddress),
          field("VXLANTunnelMACAddrV6", "spec", "", "vxlanTunnelMACAddrV6", NodeObjects::isMac),
          wireguard("IPv4WireguardInterfaceAddr", "interfaceIPv4Address"),
          wireguard("IPv6WireguardInterfaceAddr", "interfaceIPv6Address"),
          field("WireguardPublicKey", "status", "", "wireguardPublicKey", _ -> true),
          field("WireguardPublicKeyV6", "status", "", "wireguardPublicKeyV6", _ -> true));

  private NodeObjects() {}

  private static Field field(
      String annotation, String section, String part, String name, Predicate<String> isSound) {
    return new Field(OWN + annotation, section, part, name, isSound);
  }

  private static Field bgp(String annotation, String name, Predicate<String> isSound) {
    return field(annotation, "spec", "bgp", name, isSound);
  }

  private static Field wireguard(String annotation, String name) {
    return field(annotation, "spec", "wireguard", name, NodeObjects::isAddress);
  }

  private static boolean isNetwork(String text) {
    return InterfaceAddress.tryParse(text).isPresent();
  }

  private static boolean isAddress(String text) {
    return IpAddress.tryParse(text).isPresent();
  }

  private static boolean isAsNumber(String text) {
    return isRead(() -> AsNumber.parse(text));
  }

  private static boolean isMac(String text) {
    return isRead(() -> MacAddress.parse(text));
  }

  private static boolean isRead(Runnable reading) {
    try {
      reading.run();
      return true;
    } catch (IllegalArgumentException _) {
      return false; // the caller complains
    }
  }

  // ---- reading

  /// @param complaints is told what was left out
  static CalicoNode read(ObjectNode object, List<String> complaints) {
    JsonNode real = object.path("metadata");
    Map<String, String> annotations = Json.texts(real.path("annotations"));
    String name = Json.text(real, "name");
    ObjectNode tree = Json.object();
    tree.set("metadata", metadata(real, annotations, complaints));
    ObjectNode spec = tree.putObject("spec");
    for (Field field : FIELDS) {
      String value = annotations.getOrDefault(field.annotation(), "");
      if (!value.isEmpty() && field.isSound().test(value)) {
        place(tree, field).put(field.name(), value);
      } else if (!value.isEmpty()) {
        complaints.add("annotation %s: '%s' cannot be read".formatted(field.annotation(), value));
      }
    }
    spec.putArray("orchRefs").addObject().put("nodeName", name).put("orchestrator", "k8s");
    spec.set("addresses", addresses(object, spec));
    String interfaces = annotations.getOrDefault(INTERFACES, "");
    if (!interfaces.isEmpty()) {
      Json.array(interfaces)
          .filter(list -> list.valueStream().allMatch(NodeObjects::isInterface))
          .ifPresentOrElse(
              list -> spec.set("interfaces", list),
              () ->
                  complaints.add(
                      "annotation %s: no JSON list of interfaces".formatted(INTERFACES)));
    }
    JsonNode podCidrs = object.path("spec").path("podCIDRs");
    if (!podCidrs.isEmpty()) {
      tree.withObjectProperty("status").set("podCIDRs", podCidrs);
    }
    return (CalicoNode) ResourceCodec.readStored(ResourceKind.NODE, tree);
  }

  private static boolean isInterface(JsonNode each) {
    JsonNode addresses = each.path("addresses");
    return each.path("name").isTextual()
        && (addresses.isMissingNode() || addresses.isNull() || addresses.isArray())
        && addresses.valueStream().allMatch(JsonNode::isTextual);
  }

  private static ObjectNode place(ObjectNode tree, Field field) {
    ObjectNode section = tree.withObjectProperty(field.section());
    return field.part().isEmpty() ? section : section.withObjectProperty(field.part());
  }

  /// Kubernetes' labels win, and are noted so that those of Calico can be told apart again.
  private static ObjectNode metadata(
      JsonNode real, Map<String, String> annotations, List<String> complaints) {
    ObjectNode kube = Json.object(Json.texts(real.path("labels")));
    Map<String, String> labels = noted(annotations, LABELS, complaints);
    labels.putAll(Json.texts(kube));
    Map<String, String> own = noted(annotations, ANNOTATIONS, complaints);
    own.put(KUBE_LABELS, kube.toString());
    ObjectNode metadata = Json.object().put("name", Json.text(real, "name"));
    metadata.set("labels", Json.object(labels));
    metadata.set("annotations", Json.object(own));
    metadata.put("resourceVersion", Json.text(real, "resourceVersion"));
    metadata.put("uid", Uid.other(Json.text(real, "uid")));
    return metadata.put("creationTimestamp", Json.text(real, "creationTimestamp"));
  }

  private static Map<String, String> noted(
      Map<String, String> annotations, String key, List<String> complaints) {
    String text = annotations.getOrDefault(key, "");
    if (text.isEmpty()) {
      return new HashMap<>();
    }
    return Json.object(text)
        .map(Json::texts)
        .orElseGet(
            () -> {
              complaints.add("annotation %s: no JSON object".formatted(key));
              return new HashMap<>();
            });
  }

  private static ArrayNode addresses(ObjectNode object, ObjectNode spec) {
    ArrayNode addresses = Json.object().putArray("addresses");
    for (String field : List.of("ipv4Address", "ipv6Address")) {
      String address = spec.path("bgp").path(field).asText("");
      if (!address.isEmpty()) {
        addresses.addObject().put("address", address).put("type", "CalicoNodeIP");
      }
    }
    for (JsonNode each : object.path("status").path("addresses")) {
      String type = Json.text(each, "type");
      if (type.equals("InternalIP") || type.equals("ExternalIP")) {
        addresses.addObject().put("address", Json.text(each, "address")).put("type", type);
      }
    }
    return addresses;
  }

  // ---- writing

  /// What to merge into the Node: annotations only; what is empty goes.
  static ObjectNode patch(CalicoNode node, String revision) {
    ObjectNode tree = ResourceCodec.tree(node);
    ObjectNode annotations = Json.object();
    for (Field field : FIELDS) {
      if (isKnown(field)) {
        JsonNode section = tree.path(field.section());
        JsonNode part = field.part().isEmpty() ? section : section.path(field.part());
        put(annotations, field.annotation(), part.path(field.name()).asText(""));
      }
    }
    JsonNode interfaces = tree.path("spec").path("interfaces");
    put(annotations, INTERFACES, interfaces.isEmpty() ? "" : interfaces.toString());
    Map<String, String> own = new HashMap<>(node.metadata().annotations());
    Map<String, String> kube =
        Json.object(own.getOrDefault(KUBE_LABELS, "")).map(Json::texts).orElse(Map.of());
    own.remove(KUBE_LABELS);
    Map<String, String> labels = new HashMap<>(node.metadata().labels());
    labels.entrySet().removeIf(each -> each.getValue().equals(kube.get(each.getKey())));
    put(annotations, LABELS, labels.isEmpty() ? "" : Json.object(labels).toString());
    put(annotations, ANNOTATIONS, own.isEmpty() ? "" : Json.object(own).toString());
    ObjectNode patch = Json.object();
    patch.putObject("metadata").put("resourceVersion", revision).set("annotations", annotations);
    return patch;
  }

  /// What our record of a node has no place for is let alone.
  private static boolean isKnown(Field field) {
    return !field.section().equals("status");
  }

  private static void put(ObjectNode annotations, String key, String value) {
    if (value.isEmpty()) {
      annotations.putNull(key);
    } else {
      annotations.put(key, value);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpamNames;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// Resources of v1 as trees of v3.
final class OldResources {

  private static final String METADATA = "metadata";
  private static final String SPEC = "spec";
  private static final String NODE = "node";

  /// By their kinds in lower case.
  private static final Map<String, Function<OldFields, ObjectNode>> CONVERTERS =
      Map.of(
          "bgppeer",
          OldResources::bgpPeer,
          "hostendpoint",
          OldResources::hostEndpoint,
          "ippool",
          OldResources::ipPool,
          NODE,
          OldResources::node,
          "policy",
          OldResources::policy,
          "profile",
          OldResources::profile,
          "workloadendpoint",
          OldResources::workloadEndpoint);

  private OldResources() {}

  static boolean isKnown(String kind) {
    return CONVERTERS.containsKey(kind.toLowerCase(Locale.ROOT));
  }

  /// @param resource of a known kind
  static ObjectNode convert(String kind, OldFields resource) {
    resource.only("apiVersion", "kind", METADATA, SPEC);
    Function<OldFields, ObjectNode> converter =
        Optional.ofNullable(CONVERTERS.get(kind.toLowerCase(Locale.ROOT))).orElseThrow();
    return converter.apply(resource);
  }

  private static ObjectNode resource(String kind, String name) {
    ObjectNode made = JsonNodeFactory.instance.objectNode();
    made.put("apiVersion", "projectcalico.org/v3").put("kind", kind);
    ObjectNode metadata = made.putObject(METADATA);
    if (!name.isEmpty()) {
      metadata.put("name", name);
    }
    made.putObject(SPEC);
    return made;
  }

  private static ObjectNode spec(ObjectNode made) {
    return made.withObjectProperty(SPEC);
  }

  private static void put(ObjectNode object, String name, Map<String, String> map) {
    if (!map.isEmpty()) {
      ObjectNode fields = object.putObject(name);
      map.forEach(fields::put);
    }
  }

  private static void put(ObjectNode object, String name, List<String> texts) {
    if (!texts.isEmpty()) {
      ArrayNode array = object.putArray(name);
      texts.forEach(array::add);
    }
  }

  private static void put(ObjectNode object, String name, String text) {
    if (!text.isEmpty()) {
      object.put(name, text);
    }
  }

  private static void put(ObjectNode object, String name, boolean isSo) {
    if (isSo) {
      object.put(name, true);
    }
  }

  // ---- policies

  private static ObjectNode policy(OldFields old) {
    OldFields metadata = old.object(METADATA).only("name", "annotations");
    OldFields given =
        old.object(SPEC)
            .only("order", "ingress", "egress", "selector", "doNotTrack", "preDNAT", "types");
    ObjectNode made = resource("GlobalNetworkPolicy", OldNames.dotless(metadata.required("name")));
    put(made.withObjectProperty(METADATA), "annotations", metadata.map("annotations"));
    ObjectNode spec = spec(made);
    given.value("order").ifPresent(it -> spec.set("order", it));
    OldRules.convert(given, "ingress", spec);
    OldRules.convert(given, "egress", spec);
    put(spec, "selector", OldRules.selector(given.text("selector")));
    put(spec, "types", types(given));
    put(spec, "doNotTrack", given.flag("doNotTrack"));
    put(spec, "preDNAT", given.flag("preDNAT"));
    put(spec, "applyOnForward", given.flag("doNotTrack") || given.flag("preDNAT"));
    return made;
  }

  private static List<String> types(OldFields given) {
    List<String> said = given.texts("types");
    if (!said.isEmpty()) {
      return said.stream()
          .map(
              type ->
                  switch (type.toLowerCase(Locale.ROOT)) {
                    case "ingress" -> "Ingress";
                    case "egress" -> "Egress";
                    default ->
                        throw given
                            .object("types")
                            .fault("'%s' is none of ingress, egress".formatted(type));
                  })
          .toList();
    }
    if (given.objects("egress").isEmpty()) {
      return List.of("Ingress");
    }
    return given.objects("ingress").isEmpty() ? List.of("Egress") : List.of("Ingress", "Egress");
  }

  /// Tags are labels without a value.
  private static ObjectNode profile(OldFields old) {
    OldFields metadata = old.object(METADATA).only("name", "tags", "labels");
    OldFields given = old.object(SPEC).only("ingress", "egress");
    ObjectNode made = resource("Profile", OldNames.profile(metadata.required("name")));
    Map<String, String> labels = new TreeMap<>(metadata.map("labels"));
    for (String tag : metadata.texts("tags")) {
      if (labels.containsKey(tag) && !labels.get(tag).isEmpty()) {
        throw metadata
            .object("tags")
            .fault(
                "tag '%s' and label '%s: %s' would be one: give the label another name"
                    .formatted(tag, tag, labels.get(tag)));
      }
      labels.put(tag, "");
    }
    ObjectNode spec = spec(made);
    OldRules.convert(given, "ingress", spec);
    OldRules.convert(given, "egress", spec);
    put(spec, "labelsToApply", labels);
    return made;
  }

  // ---- addresses and BGP

  private static ObjectNode ipPool(OldFields old) {
    OldFields metadata = old.object(METADATA).only("cidr");
    OldFields given = old.object(SPEC).only("ipip", "nat-outgoing", "disabled");
    OldFields ipip = given.object("ipip").only("enabled", "mode");
    Cidr cidr = metadata.network("cidr");
    ObjectNode made = resource("IPPool", IpamNames.block(cidr));
    ObjectNode spec = spec(made).put("cidr", cidr.toString());
    spec.put("ipipMode", ipipMode(ipip)).put("vxlanMode", "Never");
    put(spec, "natOutgoing", given.flag("nat-outgoing"));
    put(spec, "disabled", given.flag("disabled"));
    spec.put("blockSize", cidr.family() == IpFamily.IPV4 ? 26 : 122).put("nodeSelector", "all()");
    spec.putArray("allowedUses").add("Workload").add("Tunnel");
    return made;
  }

  private static String ipipMode(OldFields ipip) {
    if (!ipip.flag("enabled")) {
      return "Never";
    }
    String mode = ipip.text("mode");
    return switch (mode.toLowerCase(Locale.ROOT)) {
      case "", "always" -> "Always";
      case "cross-subnet" -> "CrossSubnet";
      default ->
          throw ipip.object("mode").fault("'%s' is none of always, cross-subnet".formatted(mode));
    };
  }

  private static ObjectNode bgpPeer(OldFields old) {
    OldFields metadata = old.object(METADATA).only("scope", NODE, "peerIP");
    OldFields given = old.object(SPEC).only("asNumber");
    IpAddress peer = metadata.address("peerIP");
    String scope = metadata.required("scope");
    String node = metadata.text(NODE);
    boolean isGlobal = scope.equalsIgnoreCase("global");
    if (!isGlobal && !scope.equalsIgnoreCase(NODE)) {
      throw metadata.object("scope").fault("'%s' is none of global, node".formatted(scope));
    }
    if (isGlobal != node.isEmpty()) {
      throw metadata
          .object(NODE)
          .fault(isGlobal ? "a peer of all nodes has no node" : "a peer of one node needs it");
    }
    String name = OldNames.address(peer);
    ObjectNode made = resource("BGPPeer", isGlobal ? name : OldNames.node(node) + "." + name);
    ObjectNode spec = spec(made);
    put(spec, NODE, OldNames.node(node));
    spec.put("peerIP", peer.toString());
    given.value("asNumber").ifPresent(it -> spec.set("asNumber", it));
    return made;
  }

  private static ObjectNode node(OldFields old) {
    OldFields metadata = old.object(METADATA).only("name");
    OldFields given = old.object(SPEC).only("bgp", "orchRefs");
    ObjectNode made = resource("Node", OldNames.node(metadata.required("name")));
    ObjectNode spec = spec(made);
    if (given.has("bgp")) {
      OldFields from = given.object("bgp").only("asNumber", "ipv4Address", "ipv6Address");
      if (!from.has("ipv4Address") && !from.has("ipv6Address")) {
        throw from.fault("an address is missing: ipv4Address or ipv6Address");
      }
      ObjectNode bgp = spec.putObject("bgp");
      from.value("asNumber").ifPresent(it -> bgp.set("asNumber", it));
      for (String family : List.of("ipv4Address", "ipv6Address")) {
        if (from.has(family)) {
          bgp.put(family, interfaceAddress(from, family));
        }
      }
    }
    for (OldFields from : given.objects("orchRefs")) {
      from.only("nodeName", "orchestrator");
      ObjectNode reference = spec.withArray("orchRefs").addObject();
      put(reference, "nodeName", from.text("nodeName"));
      reference.put("orchestrator", from.text("orchestrator"));
    }
    return made;
  }

  private static String interfaceAddress(OldFields from, String name) {
    return InterfaceAddress.tryParse(from.text(name))
        .orElseThrow(
            () ->
                from.object(name)
                    .fault("'%s' is no address with a length".formatted(from.text(name))))
        .toString();
  }

  // ---- endpoints

  private static ObjectNode hostEndpoint(OldFields old) {
    OldFields metadata = old.object(METADATA).only("name", NODE, "labels");
    OldFields given = old.object(SPEC).only("interfaceName", "expectedIPs", "profiles", "ports");
    String node = OldNames.node(metadata.required(NODE));
    ObjectNode made =
        resource("HostEndpoint", OldNames.plain(node + "." + metadata.required("name")));
    put(made.withObjectProperty(METADATA), "labels", metadata.map("labels"));
    ObjectNode spec = spec(made).put(NODE, node);
    put(spec, "interfaceName", given.text("interfaceName"));
    put(
        spec,
        "expectedIPs",
        ipv4First(given.addresses("expectedIPs"), IpAddress::family).stream()
            .map(IpAddress::toString)
            .toList());
    profiles(given, spec);
    ports(given, spec, true);
    return made;
  }

  private static <T> List<T> ipv4First(List<T> all, Function<T, IpFamily> family) {
    return all.stream()
        .sorted(Comparator.comparingInt(each -> family.apply(each).version()))
        .toList();
  }

  private static void profiles(OldFields given, ObjectNode spec) {
    put(spec, "profiles", given.texts("profiles").stream().map(OldNames::profile).toList());
  }

  /// @param isRenamed whether protocols are written as v3 has them
  private static void ports(OldFields given, ObjectNode spec, boolean isRenamed) {
    for (OldFields from : given.objects("ports")) {
      from.only("name", "protocol", "port");
      ObjectNode port = spec.withArray("ports").addObject().put("name", from.required("name"));
      JsonNode protocol =
          from.value("protocol").orElseThrow(() -> from.object("protocol").fault("is missing"));
      port.set("protocol", isRenamed ? OldRules.protocol(protocol) : protocol);
      from.value("port").ifPresent(it -> port.set("port", it));
    }
  }

  private static ObjectNode workloadEndpoint(OldFields old) {
    OldFields metadata =
        old.object(METADATA)
            .only("name", "workload", "orchestrator", NODE, "activeInstanceID", "labels");
    OldFields given =
        old.object(SPEC)
            .only(
                "ipNetworks",
                "ipNATs",
                "ipv4Gateway",
                "ipv6Gateway",
                "profiles",
                "interfaceName",
                "mac",
                "ports");
    ObjectNode made = resource("WorkloadEndpoint", "");
    ObjectNode spec = spec(made);
    String namespace = identify(metadata, spec);
    ObjectNode about = made.withObjectProperty(METADATA).put("namespace", namespace);
    Map<String, String> labels = new TreeMap<>();
    metadata.map("labels").forEach((key, value) -> labels.put(OldRules.selector(key), value));
    put(about, "labels", labels);
    put(
        spec,
        "ipNetworks",
        ipv4First(given.networks("ipNetworks"), Cidr::family).stream()
            .map(Cidr::toString)
            .toList());
    for (OldFields from : given.objects("ipNATs")) {
      from.only("internalIP", "externalIP");
      spec.withArray("ipNATs")
          .addObject()
          .put("internalIP", from.address("internalIP").toString())
          .put("externalIP", from.address("externalIP").toString());
    }
    for (String gateway : List.of("ipv4Gateway", "ipv6Gateway")) {
      if (given.has(gateway)) {
        spec.put(gateway, given.address(gateway).toString());
      }
    }
    profiles(given, spec);
    put(spec, "interfaceName", given.text("interfaceName"));
    put(spec, "mac", given.text("mac"));
    ports(given, spec, true);
    return made;
  }

  /// Its name is made of these.
  ///
  /// @return its namespace
  private static String identify(OldFields metadata, ObjectNode spec) {
    String orchestrator = metadata.required("orchestrator");
    String workload = metadata.required("workload");
    spec.put("orchestrator", OldNames.plain(orchestrator));
    String namespace = "default";
    switch (orchestrator) {
      case "k8s" -> {
        int dot = workload.indexOf('.');
        if (dot <= 0) {
          throw metadata
              .object("workload")
              .fault("'%s' is not the namespace and name of a pod".formatted(workload));
        }
        namespace = workload.substring(0, dot);
        spec.put("pod", workload.substring(dot + 1));
        put(spec, "containerID", metadata.text("activeInstanceID"));
      }
      case "cni" -> spec.put("containerID", workload);
      case "libnetwork" -> spec.put("workload", "libnetwork");
      default -> spec.put("workload", OldNames.plain(workload));
    }
    spec.put(NODE, OldNames.node(metadata.required(NODE)));
    spec.put("endpoint", OldNames.plain(metadata.required("name")));
    return namespace;
  }
}

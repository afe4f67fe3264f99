// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.manifest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.kubernetes.layout.ApiResource;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import dev.brindle.datastore.kubernetes.layout.ObjectLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The definition of one kind of custom resource.
final class CustomDefinition {

  private static final Set<ResourceKind> TIERED =
      Set.of(
          ResourceKind.NETWORK_POLICY,
          ResourceKind.GLOBAL_NETWORK_POLICY,
          ResourceKind.STAGED_NETWORK_POLICY,
          ResourceKind.STAGED_GLOBAL_NETWORK_POLICY);

  /// Programs write it, by a way of its own, with a right of its own.
  private static final Set<ResourceKind> STATUS_APART =
      Set.of(
          ResourceKind.CALICO_NODE_STATUS,
          ResourceKind.IP_POOL,
          ResourceKind.KUBE_CONTROLLERS_CONFIGURATION,
          ResourceKind.TIER);

  private CustomDefinition() {}

  /// Those that Kubernetes itself does not have, in the order of their names.
  static List<ResourceKind> kinds(CalicoGroup group) {
    return Arrays.stream(ResourceKind.values())
        .filter(kind -> ObjectLayout.of(group, kind).getFirst().isCalicos())
        .toList();
  }

  static ObjectNode of(
      ResourceKind kind, CalicoGroup group, SchemaLimits limits, FieldWords words) {
    ApiResource objects = ObjectLayout.of(group, kind).getFirst().objects();
    ObjectNode definition = JsonNodeFactory.instance.objectNode();
    definition.put("apiVersion", "apiextensions.k8s.io/v1").put("kind", "CustomResourceDefinition");
    definition.putObject("metadata").put("name", objects.plural() + "." + objects.group());
    ObjectNode spec = definition.putObject("spec").put("group", objects.group());
    spec.set("names", names(kind, objects));
    spec.put("scope", kind.isNamespaced() ? "Namespaced" : "Cluster");
    ObjectNode version = spec.putArray("versions").addObject().put("name", objects.version());
    version.put("served", true).put("storage", true);
    version.putObject("schema").set("openAPIV3Schema", schema(kind, limits, words));
    ArrayNode columns = columns(kind);
    if (!columns.isEmpty()) {
      version.set("additionalPrinterColumns", columns);
    }
    if (STATUS_APART.contains(kind)) {
      version.putObject("subresources").putObject("status");
    }
    if (TIERED.contains(kind)) {
      version.putArray("selectableFields").addObject().put("jsonPath", ".spec.tier");
    }
    return definition;
  }

  private static ObjectNode names(ResourceKind kind, ApiResource objects) {
    String kindName = objects.plural().equals("ipamconfigs") ? "IPAMConfig" : kind.kindName();
    ObjectNode names = JsonNodeFactory.instance.objectNode();
    names.put("kind", kindName).put("listKind", kindName + "List").put("plural", objects.plural());
    names.put("singular", kindName.toLowerCase(Locale.ROOT));
    List<String> shortNames = shortNames(kind);
    if (!shortNames.isEmpty()) {
      shortNames.forEach(names.putArray("shortNames")::add);
    }
    return names;
  }

  /// Calico's command line has these; none is one of Kubernetes' own.
  private static List<String> shortNames(ResourceKind kind) {
    return switch (kind) {
      case BGP_CONFIGURATION -> List.of("bgpconfig", "bgpconfigs");
      case BGP_FILTER -> List.of("bgpf", "bgpfs");
      case BGP_PEER -> List.of("bgpp", "bgpps");
      case CALICO_NODE_STATUS -> List.of("nodestatus", "nodestatuses");
      case CLUSTER_INFORMATION -> List.of("clusterinfo", "clusterinfos");
      case FELIX_CONFIGURATION -> List.of("felixconfig", "felixconfigs");
      case GLOBAL_NETWORK_POLICY -> List.of("gnp", "gnps");
      case GLOBAL_NETWORK_SET -> List.of("gnetsets");
      case HOST_ENDPOINT -> List.of("hep", "heps");
      case IP_POOL -> List.of("ipp", "ipps");
      case IP_RESERVATION -> List.of("reservation", "reservations");
      case KUBE_CONTROLLERS_CONFIGURATION -> List.of("kubecontrollersconfig");
      case NETWORK_SET -> List.of("netsets");
      case STAGED_GLOBAL_NETWORK_POLICY -> List.of("sgnp", "sgnps");
      case STAGED_KUBERNETES_NETWORK_POLICY -> List.of("sknp", "sknps");
      case STAGED_NETWORK_POLICY -> List.of("snp", "snps");
      default -> List.of();
    };
  }

  private static ObjectNode schema(ResourceKind kind, SchemaLimits limits, FieldWords words) {
    ObjectNode schema = new RecordSchema(limits, words).of(kind.type());
    if (kind == ResourceKind.FELIX_CONFIGURATION) {
      schema.withObject("/properties").set("spec", FelixSchema.spec());
    }
    schema.remove(RecordSchema.KEPT); // Kubernetes has no more parts of an object than these
    ObjectNode properties = schema.withObject("/properties");
    properties.putObject("metadata").put("type", "object");
    properties.putObject("apiVersion").put("type", "string");
    properties.putObject("kind").put("type", "string");
    SpecRules.write(kind, schema);
    return schema;
  }

  private static ArrayNode columns(ResourceKind kind) {
    String table =
        switch (kind) {
          case BGP_CONFIGURATION -> "Mesh boolean nodeToNodeMeshEnabled, ASN integer asNumber";
          case BGP_PEER -> "PeerIP string peerIP, Node string node, ASN integer asNumber";
          case BLOCK_AFFINITY -> "CIDR string cidr, Node string node, State string state";
          case CALICO_NODE_STATUS -> "Node string node";
          case CLUSTER_INFORMATION ->
              "Type string clusterType, Version string calicoVersion, Ready boolean datastoreReady";
          case GLOBAL_NETWORK_POLICY,
              NETWORK_POLICY,
              STAGED_GLOBAL_NETWORK_POLICY,
              STAGED_NETWORK_POLICY ->
              "Tier string tier, Order number order, Selector string selector";
          case HOST_ENDPOINT -> "Node string node, Interface string interfaceName";
          case IPAM_BLOCK -> "CIDR string cidr, Affinity string affinity";
          case IPAM_CONFIG -> "Strict boolean strictAffinity, Auto boolean autoAllocateBlocks";
          case IP_POOL ->
              "CIDR string cidr, VXLAN string vxlanMode, IPIP string ipipMode,"
                  + " NAT boolean natOutgoing";
          case TIER -> "Order number order, DefaultAction string defaultAction";
          default -> "";
        };
    ArrayNode columns = JsonNodeFactory.instance.arrayNode();
    if (table.isEmpty()) {
      return columns;
    }
    for (String column : table.split(", *", -1)) {
      String[] words = column.split(" ", -1);
      add(columns, words[0], words[1], ".spec." + words[2]);
    }
    if (kind == ResourceKind.IP_POOL) {
      String condition = ".status.conditions[?(@.type=='Allocatable')].status";
      add(columns, "Allocatable", "string", condition);
    }
    add(columns, "Age", "date", ".metadata.creationTimestamp");
    return columns;
  }

  private static void add(ArrayNode columns, String name, String type, String path) {
    columns.addObject().put("name", name).put("type", type).put("jsonPath", path);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.HostInterfaceName;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.api.resource.WorkloadEndpointName;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The endpoint of a pod: all that is written is which addresses it has and in which container, as
/// annotations.
final class PodEndpoints {

  private static final String CNI = "cni.projectcalico.org/";
  private static final String POD_IP = CNI + "podIP";
  private static final String POD_IPS = CNI + "podIPs";
  private static final String CONTAINER = CNI + "containerID";
  private static final String FLOATING = CNI + "floatingIPs";
  private static final String SOURCES = CNI + "allowedSourcePrefixes";
  private static final String AMAZON = "vpc.amazonaws.com/pod-ips";
  private static final String NETWORKS = "k8s.v1.cni.cncf.io/network-status";

  private static final Set<String> FINISHED = Set.of("Succeeded", "Failed", "Completed");
  private static final Set<String> WITH_PORTS = Set.of("TCP", "UDP", "SCTP");
  private static final int LONGEST_LABEL = 63;
  private static final String INSIDE = "eth0";

  private PodEndpoints() {}

  static Optional<ResourceKey> key(ObjectNode pod) {
    JsonNode spec = pod.path("spec");
    String node = Json.text(spec, "nodeName");
    ObjectName name = ObjectName.of(pod);
    return node.isEmpty() || spec.path("hostNetwork").asBoolean(false)
        ? Optional.empty()
        : Optional.of(
            new ResourceKey(
                ResourceKind.WORKLOAD_ENDPOINT,
                name.namespace(),
                WorkloadEndpointName.ofPod(node, name.name(), INSIDE)));
  }

  /// Where the pod of an endpoint is; empty for the endpoint of what is no pod.
  static Optional<ObjectName> name(ResourceKey key) {
    return WorkloadEndpointName.pod(key.name(), INSIDE)
        .map(pod -> new ObjectName(key.namespace(), pod));
  }

  /// Empty for a pod that has no node yet, or no network of its own.
  ///
  /// @param complaints is told what was left out
  static Optional<WorkloadEndpoint> read(ObjectNode pod, List<String> complaints) {
    return key(pod).map(key -> read(pod, key, complaints));
  }

  private static WorkloadEndpoint read(ObjectNode pod, ResourceKey key, List<String> complaints) {
    JsonNode metadata = pod.path("metadata");
    JsonNode spec = pod.path("spec");
    Map<String, String> annotations = Json.texts(metadata.path("annotations"));
    String account = Json.text(spec, "serviceAccountName");
    String podName = Json.text(metadata, "name");
    ObjectNode tree = Json.object();
    tree.set("metadata", metadata(key, metadata, annotations, account));
    ObjectNode endpoint = tree.putObject("spec");
    endpoint.put("orchestrator", "k8s").put("node", Json.text(spec, "nodeName"));
    endpoint.put("pod", podName).put("endpoint", INSIDE);
    Json.put(endpoint, "containerID", annotations.getOrDefault(CONTAINER, ""));
    Json.put(endpoint, "serviceAccountName", account);
    ArrayNode profiles = endpoint.putArray("profiles").add("kns." + key.namespace());
    if (!account.isEmpty()) {
      profiles.add("ksa.%s.%s".formatted(key.namespace(), account));
    }
    endpoint.put("interfaceName", HostInterfaceName.ofPod(key.namespace(), podName));
    List<Cidr> addresses = isFinished(pod, annotations) ? List.of() : addresses(pod, annotations);
    ArrayNode networks = endpoint.putArray("ipNetworks");
    addresses.forEach(address -> networks.add(address.toString()));
    endpoint.set("ports", ports(spec, complaints));
    floating(annotations, addresses, endpoint.putArray("ipNATs"), complaints);
    sources(annotations, endpoint.putArray("allowSpoofedSourcePrefixes"), complaints);
    endpoint.set("qosControls", PodLimits.of(annotations, complaints));
    return (WorkloadEndpoint) ResourceCodec.readStored(ResourceKind.WORKLOAD_ENDPOINT, tree);
  }

  private static ObjectNode metadata(
      ResourceKey key, JsonNode pod, Map<String, String> annotations, String account) {
    ObjectNode metadata = Json.object().put("name", key.name()).put("namespace", key.namespace());
    for (String kept : List.of("generateName", "resourceVersion", "uid", "creationTimestamp")) {
      Json.put(metadata, kept, Json.text(pod, kept));
    }
    Map<String, String> labels = Json.texts(pod.path("labels"));
    labels.put("projectcalico.org/namespace", key.namespace());
    labels.put("projectcalico.org/orchestrator", "k8s");
    if (!account.isEmpty() && account.length() < LONGEST_LABEL) {
      labels.put("projectcalico.org/serviceaccount", account);
    }
    metadata.set("labels", Json.object(labels));
    String networks = annotations.getOrDefault(NETWORKS, "");
    if (!networks.isEmpty()) {
      metadata.set("annotations", Json.object(Map.of(NETWORKS, networks)));
    }
    return metadata;
  }

  /// Whose addresses may be another's by now.
  private static boolean isFinished(ObjectNode pod, Map<String, String> annotations) {
    boolean isLeaving = pod.path("metadata").path("deletionTimestamp").isTextual();
    return FINISHED.contains(pod.path("status").path("phase").asText(""))
        || (isLeaving && Stream.of(POD_IP, AMAZON).anyMatch(key -> isEmptied(annotations, key)));
  }

  private static boolean isEmptied(Map<String, String> annotations, String key) {
    return annotations.getOrDefault(key, "none").isEmpty();
  }

  /// From whoever knows some first: kubelet, which is told late, or the annotations of CNI.
  private static List<Cidr> addresses(ObjectNode pod, Map<String, String> annotations) {
    JsonNode status = pod.path("status");
    String all =
        Json.array(status.path("podIPs").toString()).stream()
            .flatMap(list -> list.valueStream().map(each -> Json.text(each, "ip")))
            .collect(Collectors.joining(","));
    return Stream.of(
            all,
            Json.text(status, "podIP"),
            annotations.getOrDefault(POD_IPS, ""),
            annotations.getOrDefault(POD_IP, ""),
            annotations.getOrDefault(AMAZON, ""))
        .filter(text -> !text.isEmpty())
        .findFirst()
        .map(PodEndpoints::hosts)
        .orElse(List.of());
  }

  private static List<Cidr> hosts(String text) {
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .flatMap(each -> InterfaceAddress.tryParse(each).stream())
        .map(each -> Cidr.host(each.address()))
        .toList();
  }

  /// A port of a protocol that has none is left out, the pod is not.
  private static ArrayNode ports(JsonNode spec, List<String> complaints) {
    ArrayNode ports = Json.object().putArray("ports");
    for (String list : List.of("containers", "initContainers")) {
      for (JsonNode container : spec.path(list)) {
        for (JsonNode port : container.path("ports")) {
          boolean isWanted =
              port.path("hostPort").asInt() != 0 || !Json.text(port, "name").isEmpty();
          if (port.path("containerPort").asInt() == 0 || !isWanted) {
            continue;
          }
          String protocol = Json.text(port, "protocol");
          if (protocol.isEmpty() || WITH_PORTS.contains(protocol)) {
            ports.add(port(port));
          } else {
            complaints.add("port '%s': protocol '%s'".formatted(Json.text(port, "name"), protocol));
          }
        }
      }
    }
    return ports;
  }

  private static ObjectNode port(JsonNode port) {
    String protocol = Json.text(port, "protocol");
    ObjectNode written = Json.object();
    Json.put(written, "name", Json.text(port, "name"));
    written.put("protocol", protocol.isEmpty() ? "TCP" : protocol);
    written.put("port", port.path("containerPort").asInt());
    if (port.path("hostPort").asInt() != 0) {
      written.put("hostPort", port.path("hostPort").asInt());
    }
    Json.put(written, "hostIP", Json.text(port, "hostIP"));
    return written;
  }

  private static void floating(
      Map<String, String> annotations,
      List<Cidr> addresses,
      ArrayNode pairs,
      List<String> complaints) {
    for (String text : listed(annotations, FLOATING, complaints)) {
      Optional<IpAddress> outside = IpAddress.tryParse(text);
      if (outside.isEmpty()) {
        complaints.add("annotation %s: '%s' is no address".formatted(FLOATING, text));
        continue;
      }
      addresses.stream()
          .filter(inside -> inside.family() == outside.get().family())
          .findFirst()
          .ifPresent(
              inside ->
                  pairs
                      .addObject()
                      .put("internalIP", inside.address().toString())
                      .put("externalIP", outside.get().toString()));
    }
  }

  private static void sources(
      Map<String, String> annotations, ArrayNode prefixes, List<String> complaints) {
    for (String text : listed(annotations, SOURCES, complaints)) {
      InterfaceAddress.tryParse(text)
          .ifPresentOrElse(
              prefix -> prefixes.add(prefix.cidr().toString()),
              () -> complaints.add("annotation %s: '%s' is no CIDR".formatted(SOURCES, text)));
    }
  }

  private static List<String> listed(
      Map<String, String> annotations, String key, List<String> complaints) {
    String text = annotations.getOrDefault(key, "");
    if (text.isEmpty()) {
      return List.of();
    }
    Optional<ArrayNode> list = Json.array(text);
    if (list.isEmpty()) {
      complaints.add("annotation %s: expected a JSON list, found '%s'".formatted(key, text));
    }
    return list.map(Json::list).orElse(List.of());
  }

  // ---- writing

  /// What to merge into the pod to note an endpoint's addresses and container.
  static ObjectNode noted(WorkloadEndpoint.Spec spec, String uid) {
    ObjectNode annotations = Json.object();
    if (!spec.ipNetworks().isEmpty()) {
      annotations.put(POD_IP, spec.ipNetworks().getFirst().toString());
      annotations.put(
          POD_IPS, spec.ipNetworks().stream().map(Cidr::toString).collect(Collectors.joining(",")));
    }
    Json.put(annotations, CONTAINER, spec.containerID());
    return patch(annotations, uid);
  }

  /// What to merge into the pod when it has its addresses no more.
  static ObjectNode emptied(String uid) {
    return patch(Json.object().put(POD_IP, "").put(POD_IPS, ""), uid);
  }

  /// The uid, so that a pod made anew under the name is let alone.
  private static ObjectNode patch(ObjectNode annotations, String uid) {
    ObjectNode patch = Json.object();
    patch.putObject("metadata").put("uid", uid).set("annotations", annotations);
    return patch;
  }
}

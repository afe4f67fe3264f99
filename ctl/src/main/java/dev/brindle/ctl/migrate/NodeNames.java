// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.migrate;

import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.ctl.client.ClientException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What Kubernetes calls the nodes.
///
/// @param byName Kubernetes' name by ours
record NodeNames(Map<String, String> byName) {

  /// Where a node of Kubernetes' carries the labels that it has there, as a JSON object.
  static final String KUBERNETES_LABELS = "projectcalico.org/kube-labels";

  private static final String KUBERNETES = "k8s";
  private static final String OF_NODE = "node.";
  private static final List<String> TUNNELS =
      List.of(
          "ipip-tunnel-addr-",
          "vxlan-tunnel-addr-",
          "vxlan-v6-tunnel-addr-",
          "wireguard-tunnel-addr-",
          "wireguard-v6-tunnel-addr-");

  /// @throws ClientException if Kubernetes has no name for one
  static NodeNames of(Collection<? extends Resource> nodes) {
    Map<String, String> names = new TreeMap<>();
    for (Resource resource : nodes) {
      CalicoNode node = (CalicoNode) resource;
      String name = node.metadata().name();
      names.put(
          name,
          node.spec().orchRefs().stream()
              .filter(reference -> reference.orchestrator().equals(KUBERNETES))
              .map(CalicoNode.OrchRef::nodeName)
              .findFirst()
              .orElseThrow(
                  () ->
                      new ClientException(
                          "node %s missing a 'k8s' orchestrator reference. Unable to export nodes"
                                  .formatted(name)
                              + " unless all nodes have a reference to a k8s node name")));
    }
    return new NodeNames(names);
  }

  String of(String node) {
    return byName.getOrDefault(node, node);
  }

  /// `node.n1` is for the node n1.
  String ofSettings(String name) {
    return name.startsWith(OF_NODE) ? OF_NODE + of(name.substring(OF_NODE.length())) : name;
  }

  /// Handles of tunnels end with the name of the node.
  String ofHandle(String handle) {
    return TUNNELS.stream()
        .filter(handle::startsWith)
        .findFirst()
        .map(prefix -> prefix + of(handle.substring(prefix.length())))
        .orElse(handle);
  }

  Map<String, String> ofOwner(Map<String, String> owner) {
    Map<String, String> renamed = new TreeMap<>(owner);
    renamed.computeIfPresent("node", (_, node) -> of(node));
    return renamed;
  }
}

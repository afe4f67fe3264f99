// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.IpAddress;
import dev.brindle.datastore.KubernetesNodes;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Call;
import dev.brindle.datastore.kubernetes.layout.ApiResource;
import dev.brindle.datastore.kubernetes.layout.ObjectName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// Kubernetes' Nodes and their conditions.
final class NodeConditions implements KubernetesNodes {

  private static final String TYPE = "NetworkUnavailable";

  /// As Calico's manifests, its operator and canal's manifest name them.
  private static final Selection AGENTS =
      Selection.labels("k8s-app in (calico-node, calico-node-windows, canal)");

  private final KubernetesCalls calls;

  NodeConditions(KubernetesCalls calls) {
    this.calls = calls;
  }

  @Override
  public Optional<List<IpAddress>> internalAddresses(String node) {
    return calls
        .get(call("get", "read node " + node, node, ""))
        .map(
            found ->
                found
                    .path("status")
                    .path("addresses")
                    .valueStream()
                    .filter(each -> each.path("type").asText().equals("InternalIP"))
                    .flatMap(each -> IpAddress.tryParse(each.path("address").asText()).stream())
                    .toList());
  }

  @Override
  public List<String> calicoAgents() {
    ApiResource pods = ApiResource.PODS;
    Call call = new Call("list", pods, "look for Calico's agents", pods.path());
    return calls.list(call, AGENTS, pod -> ObjectName.of(pod).toString()).stream()
        .flatMap(listing -> listing.objects().stream())
        .toList();
  }

  @Override
  public Optional<Instant> clock() {
    return calls.clock();
  }

  @Override
  public boolean say(String node, Network network, Instant now) {
    String then = now.truncatedTo(ChronoUnit.SECONDS).toString();
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    patch
        .putObject("status")
        .putArray("conditions")
        .addObject()
        .put("type", TYPE)
        .put("status", network.isAvailable() ? "False" : "True")
        .put("reason", network.reason())
        .put("message", network.message())
        .put("lastHeartbeatTime", then)
        .put("lastTransitionTime", then);
    Call call =
        call("patch", "set the condition %s of node %s".formatted(TYPE, node), node, "/status");
    return calls.mergeByKey(call, patch).isSuccess();
  }

  private static Call call(String verb, String words, String node, String part) {
    ApiResource nodes = ApiResource.NODES;
    ApiResource named =
        part.isEmpty()
            ? nodes
            : new ApiResource(nodes.group(), nodes.version(), nodes.plural() + part, false);
    return new Call(verb, named, words, nodes.path(new ObjectName("", node)) + part);
  }
}

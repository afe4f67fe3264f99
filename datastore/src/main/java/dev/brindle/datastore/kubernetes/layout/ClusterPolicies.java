// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Policies of a cluster's administrators as policies of the tiers before and after all others.
final class ClusterPolicies {

  private static final Set<String> ALLOWING = Set.of("Accept", "Allow");

  private ClusterPolicies() {}

  /// Of a rule that cannot be read, an accepting one is left out and any other denies everything:
  /// never is more let through than was meant.
  ///
  /// @param complaints is told what was left out or denied
  /// @throws IllegalArgumentException if it cannot be said whom it is for, or when it comes
  static GlobalNetworkPolicy read(
      ClusterPolicyForm form, ObjectNode policy, List<String> complaints) {
    JsonNode real = policy.path("metadata");
    JsonNode given = policy.path("spec");
    ObjectNode tree = Json.object();
    ObjectNode metadata = tree.putObject("metadata");
    metadata.put("name", form.key(Json.text(real, "name")).name());
    metadata.put("resourceVersion", Json.text(real, "resourceVersion"));
    metadata.put("uid", Uid.other(Json.text(real, "uid")));
    metadata.put("creationTimestamp", Json.text(real, "creationTimestamp"));
    ObjectNode spec = tree.putObject("spec");
    spec.put("tier", form.tier(given)).put("order", form.order(given));
    select(given.path("subject"), spec, "subject");
    if (!spec.has("selector")) {
      spec.put("selector", KubernetesSelectors.pods(Json.object())); // no interface of a host
    }
    ArrayNode types = spec.putArray("types");
    for (Direction direction : Direction.values()) {
      ArrayNode rules = rules(direction, given.path(direction.field), complaints);
      if (!rules.isEmpty()) {
        types.add(direction.type);
        spec.set(direction.field, rules);
      }
    }
    return (GlobalNetworkPolicy) ResourceCodec.readStored(ResourceKind.GLOBAL_NETWORK_POLICY, tree);
  }

  /// Which way, and the words for it.
  private enum Direction {
    INGRESS("ingress", "Ingress", "from", "source"),
    EGRESS("egress", "Egress", "to", "destination");

    private final String field;
    private final String type;
    private final String peers;
    private final String peer;

    Direction(String field, String type, String peers, String peer) {
      this.field = field;
      this.type = type;
      this.peers = peers;
      this.peer = peer;
    }
  }

  private static ArrayNode rules(Direction direction, JsonNode given, List<String> complaints) {
    ArrayNode rules = Json.object().putArray("rules");
    int number = 0;
    for (JsonNode rule : given) {
      String said = Json.text(rule, "action");
      boolean isAllowing = ALLOWING.contains(said);
      try {
        expanded(direction, rule, action(said), complaints).forEach(rules::add);
      } catch (IllegalArgumentException e) {
        String instead = isAllowing ? "is left out" : "denies everything";
        complaints.add("%s[%d] %s: %s".formatted(direction.field, number, instead, e.getMessage()));
        if (!isAllowing) {
          rules.add(named(rule, Json.object().put("action", "Deny")));
        }
      }
      number++;
    }
    return rules;
  }

  private static String action(String said) {
    return switch (said) {
      case "Accept", "Allow" -> "Allow";
      case "Deny" -> "Deny";
      case "Pass" -> "Pass";
      default ->
          throw new IllegalArgumentException(
              "action '%s': expected Accept, Deny or Pass".formatted(said));
    };
  }

  /// One for each protocol and each peer.
  private static List<ObjectNode> expanded(
      Direction direction, JsonNode rule, String action, List<String> complaints) {
    List<ObjectNode> rules = new ArrayList<>();
    JsonNode peers = rule.path(direction.peers);
    if (peers.isEmpty()) {
      throw new IllegalArgumentException("%s names no one".formatted(direction.peers));
    }
    for (KubernetesPorts ports : ClusterPolicyPorts.of(rule)) {
      for (JsonNode peer : peers) {
        ObjectNode written = named(rule, Json.object().put("action", action));
        ports.protocol().ifPresent(protocol -> written.put("protocol", protocol));
        ObjectNode entity = written.putObject(direction.peer);
        boolean isOutside = direction == Direction.EGRESS && peer.path("networks").isArray();
        if (isOutside) {
          nets(peer.path("networks"), entity, complaints);
        } else {
          select(peer, entity, direction.peers);
        }
        if (!ports.ports().isEmpty()) {
          ArrayNode list = written.withObjectProperty("destination").putArray("ports");
          ports.ports().forEach(list::add);
        }
        rules.add(written);
      }
    }
    return rules;
  }

  private static ObjectNode named(JsonNode rule, ObjectNode written) {
    String name = Json.text(rule, "name");
    if (!name.isEmpty()) {
      written.putObject("metadata").putObject("annotations").put("name", name);
    }
    return written;
  }

  /// All pods of some namespaces, or some of their pods.
  private static void select(JsonNode given, ObjectNode selecting, String what) {
    JsonNode namespaces = given.path("namespaces");
    JsonNode pods = given.path("pods");
    if (namespaces.isObject()) {
      selecting.put("namespaceSelector", KubernetesSelectors.namespaces(namespaces));
    } else if (pods.isObject()) {
      JsonNode within = pods.path("namespaceSelector");
      selecting.put(
          "namespaceSelector",
          KubernetesSelectors.namespaces(within.isObject() ? within : Json.object()));
      selecting.put("selector", KubernetesSelectors.pods(pods.path("podSelector")));
    } else {
      throw new IllegalArgumentException(
          "%s %s: expected namespaces or pods%s"
              .formatted(what, given, what.equals("to") ? " or networks" : ""));
    }
  }

  private static void nets(JsonNode networks, ObjectNode entity, List<String> complaints) {
    ArrayNode nets = entity.putArray("nets");
    for (String text : Json.list(networks)) {
      InterfaceAddress net =
          InterfaceAddress.tryParse(text)
              .orElseThrow(
                  () -> new IllegalArgumentException("networks: '%s' is no CIDR".formatted(text)));
      if (!net.cidr().address().equals(net.address())) {
        complaints.add("networks: '%s' is taken for %s".formatted(text, net.cidr()));
      }
      nets.add(net.cidr().toString());
    }
    if (nets.isEmpty()) {
      throw new IllegalArgumentException("networks is empty");
    }
  }
}

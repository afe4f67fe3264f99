// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Kubernetes' own NetworkPolicies as policies of the default tier, under names of their own.
final class KubernetesPolicies {

  static final String PREFIX = "knp.default.";

  private static final double ORDER = 1000;

  private KubernetesPolicies() {}

  static ResourceKey key(ObjectNode policy) {
    ObjectName name = ObjectName.of(policy);
    return new ResourceKey(ResourceKind.NETWORK_POLICY, name.namespace(), PREFIX + name.name());
  }

  /// Where the policy of that name is; empty for one that is Calico's.
  static Optional<ObjectName> name(ResourceKey key) {
    return key.kind() == ResourceKind.NETWORK_POLICY
            && key.name().startsWith(PREFIX)
            && key.name().length() > PREFIX.length()
        ? Optional.of(new ObjectName(key.namespace(), key.name().substring(PREFIX.length())))
        : Optional.empty();
  }

  /// A rule that cannot be read is left out: all rules allow, so less is let through.
  ///
  /// @param complaints is told what was left out
  /// @throws IllegalArgumentException if it cannot be said which pods it is for
  static NetworkPolicy read(ObjectNode policy, List<String> complaints) {
    JsonNode real = policy.path("metadata");
    JsonNode given = policy.path("spec");
    ResourceKey key = key(policy);
    ObjectNode tree = Json.object();
    ObjectNode metadata = tree.putObject("metadata");
    metadata.put("name", key.name()).put("namespace", key.namespace());
    metadata.put("resourceVersion", Json.text(real, "resourceVersion"));
    metadata.put("uid", Uid.other(Json.text(real, "uid")));
    metadata.put("creationTimestamp", Json.text(real, "creationTimestamp"));
    ObjectNode spec = tree.putObject("spec").put("tier", "default").put("order", ORDER);
    spec.put("selector", KubernetesSelectors.pods(given.path("podSelector")));
    spec.set("ingress", rules(given.path("ingress"), "from", complaints));
    spec.set("egress", rules(given.path("egress"), "to", complaints));
    ArrayNode types = spec.putArray("types");
    List<String> listed = Json.list(given.path("policyTypes"));
    (listed.isEmpty() ? List.of("Ingress") : listed).forEach(types::add);
    return (NetworkPolicy) ResourceCodec.readStored(ResourceKind.NETWORK_POLICY, tree);
  }

  private static ArrayNode rules(JsonNode given, String peers, List<String> complaints) {
    ArrayNode rules = Json.object().putArray("rules");
    int number = 0;
    for (JsonNode rule : given) {
      try {
        expanded(rule, peers, complaints).forEach(rules::add);
      } catch (IllegalArgumentException e) {
        String direction = peers.equals("from") ? "ingress" : "egress";
        complaints.add("%s[%d] is left out: %s".formatted(direction, number, e.getMessage()));
      }
      number++;
    }
    return rules;
  }

  /// One for each protocol and each peer.
  private static List<ObjectNode> expanded(JsonNode rule, String peers, List<String> complaints) {
    boolean isIngress = peers.equals("from");
    List<ObjectNode> rules = new ArrayList<>();
    for (KubernetesPorts ports : KubernetesPorts.of(rule.path("ports"))) {
      for (JsonNode peer : peers(rule.path(peers))) {
        ObjectNode written = Json.object().put("action", "Allow");
        ports.protocol().ifPresent(protocol -> written.put("protocol", protocol));
        ObjectNode source = written.putObject("source");
        ObjectNode destination = written.putObject("destination");
        write(peer, isIngress ? source : destination, complaints);
        if (!ports.ports().isEmpty()) {
          ArrayNode list = destination.putArray("ports");
          ports.ports().forEach(list::add);
        }
        rules.add(written);
      }
    }
    return rules;
  }

  /// No peers are any peer.
  private static List<JsonNode> peers(JsonNode given) {
    return given.isEmpty() ? List.of(Json.object()) : given.valueStream().toList();
  }

  private static void write(JsonNode peer, ObjectNode entity, List<String> complaints) {
    JsonNode block = peer.path("ipBlock");
    if (block.isObject()) {
      nets(entity, "nets", List.of(Json.text(block, "cidr")), complaints);
      nets(entity, "notNets", Json.list(block.path("except")), complaints);
      return;
    }
    JsonNode namespaces = peer.path("namespaceSelector");
    JsonNode pods = peer.path("podSelector");
    if (namespaces.isObject() || pods.isObject()) {
      entity.put("selector", KubernetesSelectors.pods(pods));
      Json.put(entity, "namespaceSelector", KubernetesSelectors.namespaces(namespaces));
    }
  }

  /// What cannot be read fails the rule: without it the rule would let more through.
  private static void nets(
      ObjectNode entity, String field, List<String> texts, List<String> complaints) {
    if (texts.isEmpty()) {
      return;
    }
    ArrayNode nets = entity.putArray(field);
    for (String text : texts) {
      InterfaceAddress net =
          InterfaceAddress.tryParse(text)
              .orElseThrow(
                  () -> new IllegalArgumentException("ipBlock: '%s' is no CIDR".formatted(text)));
      if (!net.cidr().address().equals(net.address())) {
        complaints.add("ipBlock: '%s' is taken for %s".formatted(text, net.cidr()));
      }
      nets.add(net.cidr().toString());
    }
  }
}

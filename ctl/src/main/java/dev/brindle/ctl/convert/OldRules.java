// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.convert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Rules of v1: tags became labels without a value, and selectors name the namespace otherwise.
final class OldRules {

  private static final Map<String, String> ACTIONS =
      Map.of("allow", "Allow", "deny", "Deny", "log", "Log", "pass", "Pass", "next-tier", "Pass");

  private static final Map<String, String> PROTOCOLS =
      Map.of(
          "tcp", "TCP", "udp", "UDP", "icmp", "ICMP", "icmpv6", "ICMPv6", "sctp", "SCTP", "udplite",
          "UDPLite");

  private OldRules() {}

  /// @param name of the field with the rules; left out where there are none
  static void convert(OldFields from, String name, ObjectNode to) {
    List<OldFields> rules = from.objects(name);
    if (!rules.isEmpty()) {
      ArrayNode converted = to.putArray(name);
      rules.forEach(rule -> converted.add(rule(rule)));
    }
  }

  private static ObjectNode rule(OldFields rule) {
    rule.only(
        "action",
        "ipVersion",
        "protocol",
        "icmp",
        "notProtocol",
        "notICMP",
        "source",
        "destination");
    ObjectNode converted = object();
    converted.put("action", action(rule));
    rule.value("ipVersion").ifPresent(it -> converted.set("ipVersion", it));
    rule.value("protocol").ifPresent(it -> converted.set("protocol", protocol(it)));
    icmp(rule, "icmp", converted);
    rule.value("notProtocol").ifPresent(it -> converted.set("notProtocol", protocol(it)));
    icmp(rule, "notICMP", converted);
    side(rule, "source", converted);
    side(rule, "destination", converted);
    return converted;
  }

  private static String action(OldFields rule) {
    String action = rule.text("action");
    if (action.isEmpty()) {
      return "Allow"; // as it was
    }
    String found = ACTIONS.get(action.toLowerCase(Locale.ROOT));
    if (found == null) {
      throw rule.object("action").fault("'%s' is none of allow, deny, log, pass".formatted(action));
    }
    return found;
  }

  /// Numbers and what is not known stay as they are.
  static JsonNode protocol(JsonNode protocol) {
    String known = PROTOCOLS.get(protocol.asText().toLowerCase(Locale.ROOT));
    return known == null ? protocol : JsonNodeFactory.instance.textNode(known);
  }

  private static void icmp(OldFields rule, String name, ObjectNode converted) {
    if (rule.has(name)) {
      OldFields fields = rule.object(name).only("type", "code");
      ObjectNode icmp = object();
      fields.value("type").ifPresent(it -> icmp.set("type", it));
      fields.value("code").ifPresent(it -> icmp.set("code", it));
      if (!icmp.isEmpty()) {
        converted.set(name, icmp);
      }
    }
  }

  private static void side(OldFields rule, String name, ObjectNode converted) {
    if (!rule.has(name)) {
      return;
    }
    OldFields from =
        rule.object(name)
            .only(
                "tag",
                "net",
                "nets",
                "selector",
                "ports",
                "notTag",
                "notNet",
                "notNets",
                "notSelector",
                "notPorts");
    ObjectNode side = object();
    nets(from, "net", "nets", side);
    selector(from, "tag", "selector", side);
    ports(from, "ports", side);
    nets(from, "notNet", "notNets", side);
    selector(from, "notTag", "notSelector", side);
    ports(from, "notPorts", side);
    if (!side.isEmpty()) {
      converted.set(name, side);
    }
  }

  private static void nets(OldFields from, String one, String many, ObjectNode side) {
    List<Cidr> nets = new ArrayList<>(from.networks(many));
    if (from.has(one)) {
      nets.add(from.network(one));
    }
    if (!nets.isEmpty()) {
      ArrayNode texts = side.putArray(many);
      nets.forEach(net -> texts.add(net.toString()));
    }
  }

  private static void selector(OldFields from, String tagged, String name, ObjectNode side) {
    String tag = from.text(tagged);
    String selector = selector(from.text(name));
    if (!tag.isEmpty()) {
      String has = tag + " == ''";
      selector = selector.isEmpty() ? has : "(%s) && %s".formatted(selector, has);
    }
    if (!selector.isEmpty()) {
      side.put(name, selector);
    }
  }

  static String selector(String old) {
    return old.replace("calico/k8s_ns", "projectcalico.org/namespace");
  }

  private static void ports(OldFields from, String name, ObjectNode side) {
    List<JsonNode> ports = from.values(name);
    if (!ports.isEmpty()) {
      side.putArray(name).addAll(ports);
    }
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.testing;

import dev.brindle.api.net.Port;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.Rule;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A rule in one line: an action, then `field=value` separated by `;`.
///
/// `allow; protocol=TCP; from.selector=app == 'a'; to.ports=80,http`. Fields of a rule: `version`,
/// `protocol`, `notProtocol`, `icmp`, `notIcmp` (`type` or `type/code`). Of a side: `nets`,
/// `notNets`, `selector`, `notSelector`, `namespaces`, `ports`, `notPorts`, `accounts`,
/// `accountSelector`, `service`.
public final class GivenRule {

  private static final Set<String> KNOWN =
      Set.of("version", "protocol", "notProtocol", "icmp", "notIcmp");
  private static final Set<String> KNOWN_OF_SIDE =
      Set.of(
          "nets",
          "notNets",
          "selector",
          "notSelector",
          "namespaces",
          "ports",
          "notPorts",
          "accounts",
          "accountSelector",
          "service");

  private final Map<String, String> fields = new HashMap<>();

  private GivenRule(String[] parts) {
    for (String part : Arrays.asList(parts).subList(1, parts.length)) {
      int equals = part.indexOf('=');
      String name = part.substring(0, equals).strip();
      if (!KNOWN.contains(name)
          && !KNOWN_OF_SIDE.contains(name.replaceFirst("^(from|to)\\.", ""))) {
        throw new IllegalArgumentException("no field " + name);
      }
      fields.put(name, part.substring(equals + 1).strip());
    }
  }

  public static Rule of(String text) {
    String[] parts = text.split(";", -1);
    var given = new GivenRule(parts);
    return new Rule(
        Rule.Action.valueOf(parts[0].strip().toUpperCase(Locale.ROOT)),
        given.text("version").map(Integer::valueOf),
        given.text("protocol").map(Protocol::parse),
        given.text("notProtocol").map(Protocol::parse),
        given.text("icmp").map(GivenRule::icmp),
        given.text("notIcmp").map(GivenRule::icmp),
        Optional.empty(),
        given.side("from."),
        given.side("to."),
        Optional.empty());
  }

  private Rule.Entity side(String prefix) {
    boolean hasAccounts =
        fields.containsKey(prefix + "accounts") || fields.containsKey(prefix + "accountSelector");
    return new Rule.Entity(
        list(prefix + "nets"),
        text(prefix + "selector").orElse(""),
        text(prefix + "namespaces").orElse(""),
        text(prefix + "service").map(name -> new Rule.ServiceMatch(name, "")),
        list(prefix + "ports").stream().map(Port::parse).toList(),
        list(prefix + "notNets"),
        text(prefix + "notSelector").orElse(""),
        list(prefix + "notPorts").stream().map(Port::parse).toList(),
        hasAccounts
            ? Optional.of(
                new Rule.ServiceAccountMatch(
                    list(prefix + "accounts"), text(prefix + "accountSelector").orElse("")))
            : Optional.empty());
  }

  private static Rule.Icmp icmp(String text) {
    String[] parts = text.split("/", -1);
    return new Rule.Icmp(
        Optional.of(parts[0]).filter(s -> !s.isEmpty()).map(Integer::valueOf),
        parts.length == 1 ? Optional.empty() : Optional.of(Integer.valueOf(parts[1])));
  }

  private Optional<String> text(String field) {
    return Optional.ofNullable(fields.get(field));
  }

  private List<String> list(String field) {
    return text(field)
        .map(text -> Arrays.stream(text.split(",", -1)).map(String::strip).toList())
        .orElse(List.of());
  }
}

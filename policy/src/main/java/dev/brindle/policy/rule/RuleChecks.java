// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.rule;

import dev.brindle.api.net.Port;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.Rule;
import java.util.Set;

/// Combinations that no data plane can carry out as they were meant. Better no rule than another
/// one than was written.
final class RuleChecks {

  private static final Set<Protocol> WITH_PORTS = Set.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP);

  private RuleChecks() {}

  /// @throws InvalidRuleException if `rule` is one of them
  static void check(Rule rule) {
    checkVersion(rule);
    checkServices("source", rule.source());
    checkServices("destination", rule.destination());
    checkPorts(rule, "source", rule.source());
    checkPorts(rule, "destination", rule.destination());
    rule.icmp().ifPresent(icmp -> checkIcmp(rule, "icmp", icmp));
    rule.notICMP().ifPresent(icmp -> checkIcmp(rule, "notICMP", icmp));
  }

  private static void checkVersion(Rule rule) {
    if (rule.ipVersion().isEmpty()) {
      return;
    }
    int version = rule.ipVersion().get();
    if (version != 4 && version != 6) {
      throw new InvalidRuleException("ipVersion: %d is not 4 or 6".formatted(version));
    }
    Protocol impossible = version == 4 ? Protocol.ICMPV6 : Protocol.ICMP;
    if (rule.protocol().filter(impossible::equals).isPresent()) {
      throw new InvalidRuleException(
          "ipVersion: %d does not go with protocol %s".formatted(version, impossible));
    }
  }

  /// Who is behind a service has certain addresses and ports; nothing else goes with it.
  private static void checkServices(String side, Rule.Entity entity) {
    boolean isMore =
        !entity.ports().isEmpty()
            || !entity.notPorts().isEmpty()
            || !entity.nets().isEmpty()
            || !entity.notNets().isEmpty()
            || !entity.selector().isEmpty()
            || !entity.notSelector().isEmpty()
            || !entity.namespaceSelector().isEmpty()
            || entity.serviceAccounts().isPresent();
    if (entity.services().isPresent() && isMore) {
      throw new InvalidRuleException(
          side + ".services: does not go with nets, selectors, service accounts or ports");
    }
  }

  private static void checkPorts(Rule rule, String side, Rule.Entity entity) {
    if (entity.ports().isEmpty() && entity.notPorts().isEmpty()) {
      return;
    }
    boolean isNumeric =
        entity.ports().stream().anyMatch(RuleChecks::isNumeric)
            || entity.notPorts().stream().anyMatch(RuleChecks::isNumeric);
    boolean canHavePorts = rule.protocol().map(WITH_PORTS::contains).orElse(!isNumeric);
    if (!canHavePorts) {
      throw new InvalidRuleException(
          "%s.ports: ports need protocol TCP, UDP or SCTP, not %s"
              .formatted(side, rule.protocol().map(Protocol::toString).orElse("any")));
    }
  }

  private static boolean isNumeric(Port port) {
    return port instanceof PortRange;
  }

  private static void checkIcmp(Rule rule, String field, Rule.Icmp icmp) {
    boolean isIcmp =
        rule.protocol()
            .filter(p -> p.equals(Protocol.ICMP) || p.equals(Protocol.ICMPV6))
            .isPresent();
    if (!isIcmp) {
      throw new InvalidRuleException(field + ": needs protocol ICMP or ICMPv6");
    }
    if (icmp.code().isPresent() && icmp.type().isEmpty()) {
      throw new InvalidRuleException(field + ": a code needs a type");
    }
    checkRange(field + ".type", icmp.type().orElse(0), 254);
    checkRange(field + ".code", icmp.code().orElse(0), 255);
  }

  private static void checkRange(String field, int value, int max) {
    if (value < 0 || value > max) {
      throw new InvalidRuleException("%s: %d is not in 0..%d".formatted(field, value, max));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.Rule;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One rule of a policy or profile.
///
/// @param field path of the rule
/// @param isEgress whether it stands under `egress`
/// @param isGlobal whether its policy has no namespace
record RuleCheck(String field, Rule rule, boolean isEgress, boolean isGlobal) {

  private static final int MOST_RULES = 1024;
  private static final Set<Protocol> WITH_PORTS = Set.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP);

  static void checkAll(List<Rule> ingress, List<Rule> egress, boolean isGlobal, Findings findings) {
    findings.atMost("spec.ingress", ingress, MOST_RULES);
    findings.atMost("spec.egress", egress, MOST_RULES);
    for (int i = 0; i < ingress.size(); i++) {
      new RuleCheck("spec.ingress[" + i + "]", ingress.get(i), false, isGlobal).check(findings);
    }
    for (int i = 0; i < egress.size(); i++) {
      new RuleCheck("spec.egress[" + i + "]", egress.get(i), true, isGlobal).check(findings);
    }
  }

  private void check(Findings findings) {
    rule.ipVersion()
        .ifPresent(
            version ->
                findings.require(
                    version == 4 || version == 6, field + ".ipVersion", version, "must be 4 or 6"));
    checkProtocols(findings);
    checkPorts(".source", rule.source(), findings);
    checkPorts(".destination", rule.destination(), findings);
    rule.icmp().ifPresent(icmp -> checkIcmp(".icmp", icmp, findings));
    rule.notICMP().ifPresent(icmp -> checkIcmp(".notICMP", icmp, findings));
    rule.http().ifPresent(http -> HttpCheck.check(this, http, findings));
    RuleNetsCheck.check(field, rule, findings);
    EntityCheck.checkSource(this, findings);
    EntityCheck.checkDestination(this, findings);
    checkAnnotations(findings);
  }

  private void checkProtocols(Findings findings) {
    checkProtocol(".protocol", rule.protocol(), findings);
    checkProtocol(".notProtocol", rule.notProtocol(), findings);
    checkVersion(rule.protocol(), findings);
    checkVersion(rule.notProtocol(), findings);
  }

  /// Calico asks it of `notProtocol`, too.
  private void checkVersion(Optional<Protocol> protocol, Findings findings) {
    if (protocol.equals(Optional.of(Protocol.ICMP))) {
      requireVersion("ICMP", 4, findings);
    }
    if (protocol.equals(Optional.of(Protocol.ICMPV6))) {
      requireVersion("ICMPv6", 6, findings);
    }
  }

  private void checkProtocol(String name, Optional<Protocol> protocol, Findings findings) {
    protocol.ifPresent(
        found ->
            findings.require(
                found.number() != 0, field + name, found, "a protocol number is in 1..255"));
  }

  private void requireVersion(String protocol, int expected, Findings findings) {
    findings
        .of(field)
        .require(
            rule.ipVersion().isEmpty() || rule.ipVersion().get() == expected,
            "protocol %s requires ipVersion %d".formatted(protocol, expected),
            field + ".ipVersion",
            rule.ipVersion().map(Object::toString).orElse(""),
            "is the version of other protocols");
  }

  private void checkPorts(String end, Rule.Entity entity, Findings findings) {
    PortsCheck.check(field + end + ".ports", entity.ports(), takesNumbers(), findings);
    PortsCheck.check(field + end + ".notPorts", entity.notPorts(), takesNumbers(), findings);
    if (!mayHavePorts()) {
      findings.require(
          entity.ports().isEmpty() && entity.notPorts().isEmpty(),
          field + ".protocol",
          rule.protocol().map(Protocol::toString).orElse(""),
          "ports need protocol TCP, UDP or SCTP");
    }
  }

  /// Without a protocol a name may still tell one.
  private boolean mayHavePorts() {
    return rule.protocol().map(WITH_PORTS::contains).orElse(true);
  }

  private boolean takesNumbers() {
    return rule.protocol().isPresent();
  }

  private void checkIcmp(String name, Rule.Icmp icmp, Findings findings) {
    findings.inRange(field + name + ".type", icmp.type(), 0, 254);
    findings.inRange(field + name + ".code", icmp.code(), 0, 255);
    findings
        .of(field + name)
        .require(
            icmp.code().isEmpty() || icmp.type().isPresent(),
            "ICMP code specified without an ICMP type",
            field + name + ".code",
            icmp.code().map(Object::toString).orElse(""),
            "a code needs a type");
    findings
        .of(field)
        .require(
            rule.protocol().equals(Optional.of(Protocol.ICMP))
                || rule.protocol().equals(Optional.of(Protocol.ICMPV6)),
            "ICMP fields require protocol to be ICMP or ICMPv6",
            field + ".protocol",
            rule.protocol().map(Protocol::toString).orElse(""),
            "an ICMP match needs protocol ICMP or ICMPv6");
  }

  private void checkAnnotations(Findings findings) {
    Map<String, String> annotations =
        rule.metadata().map(Rule.RuleMetadata::annotations).orElse(Map.of());
    annotations
        .keySet()
        .forEach(
            key ->
                findings.require(
                    Names.isQualified(key.toLowerCase(Locale.ROOT)),
                    field + ".metadata.annotations",
                    key,
                    "an annotation key is 'name' or 'prefix/name'"));
  }
}

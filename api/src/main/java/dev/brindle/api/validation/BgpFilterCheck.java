// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BgpFilter;
import dev.brindle.api.resource.BgpFilter.Operation;
import dev.brindle.api.resource.BgpFilter.Rule;
import java.util.List;
import java.util.stream.Stream;

/// Filters of BGP peers.
final class BgpFilterCheck {

  private static final int MAX_PRIORITY = 2_147_483_646;
  private static final int MOST_OPERATIONS = 10;
  private static final int LONGEST_PREPENDED = 10;
  private static final String CIDR_AND_OPERATOR =
      "cidr and matchOperator must both be set or both be empty";
  private static final String COMMUNITY =
      "must be 'aa:nn' of 16 bits each or 'aa:nn:mm' of 32 bits each";

  private BgpFilterCheck() {}

  static void check(BgpFilter filter, Findings findings) {
    BgpFilter.Spec spec = filter.spec();
    check("spec.exportV4", spec.exportV4(), IpFamily.IPV4, findings);
    check("spec.importV4", spec.importV4(), IpFamily.IPV4, findings);
    check("spec.exportV6", spec.exportV6(), IpFamily.IPV6, findings);
    check("spec.importV6", spec.importV6(), IpFamily.IPV6, findings);
  }

  private static void check(String list, List<Rule> rules, IpFamily family, Findings findings) {
    for (int i = 0; i < rules.size(); i++) {
      String field = "%s[%d]".formatted(list, i);
      checkPrefixes(field, rules.get(i), family, findings);
      checkWords(field, rules.get(i), findings);
      checkOperations(field, rules.get(i), findings);
    }
  }

  private static void checkPrefixes(String field, Rule rule, IpFamily family, Findings findings) {
    rule.cidr()
        .ifPresent(
            cidr ->
                findings.require(
                    cidr.family() == family, field + ".cidr", cidr, "must be of " + family));
    Findings.Part ofRule = findings.of(field);
    ofRule.require(
        rule.cidr().isEmpty() || !rule.matchOperator().isEmpty(),
        CIDR_AND_OPERATOR,
        field + ".matchOperator",
        "",
        "cidr needs one of Equal, NotEqual, In, NotIn");
    ofRule.require(
        rule.cidr().isPresent() || rule.matchOperator().isEmpty(),
        CIDR_AND_OPERATOR,
        field + ".cidr",
        "",
        "matchOperator needs a cidr");
    findings.oneOf(
        field + ".matchOperator",
        rule.matchOperator(),
        List.of("Equal", "NotEqual", "In", "NotIn"));
    rule.prefixLength()
        .ifPresent(
            length -> {
              ofRule.require(
                  rule.cidr().isPresent(),
                  "cidr is required when prefixLength is set",
                  field + ".cidr",
                  "",
                  "prefixLength needs a cidr");
              String lengths = field + ".prefixLength";
              findings.inRange(lengths + ".min", length.min(), 0, family.bits());
              findings.inRange(lengths + ".max", length.max(), 0, family.bits());
            });
  }

  private static void checkWords(String field, Rule rule, Findings findings) {
    findings.oneOf(field + ".source", rule.source(), List.of("RemotePeers"));
    findings.oneOf(field + ".peerType", rule.peerType(), List.of("eBGP", "iBGP"));
    findings.require(
        rule.interfaceName().isEmpty() || Names.isNameOrPattern(rule.interfaceName()),
        field + ".interface",
        rule.interfaceName(),
        "must be the name of an interface, '*' for any part of it");
    rule.communities()
        .ifPresent(
            communities -> {
              String values = field + ".communities.values";
              findings.require(
                  communities.values().size() == 1,
                  values,
                  communities.values().size() + " items",
                  "must be exactly one community");
              communities.values().forEach(it -> checkCommunity(values, it, findings));
            });
    findings.inRange(field + ".priority", rule.priority(), 1, MAX_PRIORITY);
    findings.require(
        rule.action().equals("Accept") || rule.action().equals("Reject"),
        field + ".action",
        rule.action(),
        Violation.supported(List.of("Accept", "Reject")));
  }

  private static void checkCommunity(String field, String text, Findings findings) {
    findings.require(CommunityText.isCommunity(text), field, text, COMMUNITY);
  }

  private static void checkOperations(String field, Rule rule, Findings findings) {
    String operations = field + ".operations";
    findings
        .of(field)
        .require(
            rule.operations().isEmpty() || rule.action().equals("Accept"),
            "operations may only be used with action Accept",
            operations,
            rule.operations().size() + " items",
            "only what is accepted can be changed");
    findings.atMost(operations, rule.operations(), MOST_OPERATIONS);
    for (int i = 0; i < rule.operations().size(); i++) {
      check("%s[%d]".formatted(operations, i), rule.operations().get(i), findings);
    }
  }

  private static void check(String field, Operation operation, Findings findings) {
    long said =
        Stream.of(operation.addCommunity(), operation.prependASPath(), operation.setPriority())
            .filter(it -> it.isPresent())
            .count();
    Findings.Part ofOperation = findings.of(field);
    ofOperation.require(
        said > 0,
        field + " in body should have at least 1 properties",
        field,
        "",
        "must be one of addCommunity, prependASPath, setPriority");
    ofOperation.require(
        said < 2,
        "must have at most 1 item",
        field,
        said + " of them",
        "must be one of addCommunity, prependASPath, setPriority");
    operation
        .addCommunity()
        .ifPresent(it -> checkCommunity(field + ".addCommunity.value", it.value(), findings));
    operation
        .prependASPath()
        .ifPresent(
            it ->
                findings.require(
                    !it.prefix().isEmpty() && it.prefix().size() <= LONGEST_PREPENDED,
                    field + ".prependASPath.prefix",
                    it.prefix().size() + " items",
                    "must be 1 to 10 AS numbers"));
    operation
        .setPriority()
        .ifPresent(
            it -> {
              String value = field + ".setPriority.value";
              findings.require(it.value().isPresent(), value, "", "is missing");
              findings.inRange(value, it.value(), 1, MAX_PRIORITY);
            });
  }
}

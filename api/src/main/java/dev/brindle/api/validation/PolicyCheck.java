// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.Tier;
import java.util.HashSet;
import java.util.List;

/// Policies, profiles and tiers.
final class PolicyCheck {

  private static final List<String> HINTS = List.of("AssumeNeededOnEveryNode");

  private PolicyCheck() {}

  static void check(NetworkPolicy.Spec spec, Findings findings) {
    checkTier(spec.tier(), findings);
    checkSelectors(spec.selector(), spec.serviceAccountSelector(), findings);
    checkTypes(spec.types(), findings);
    checkHints(spec.performanceHints(), findings);
    RuleCheck.checkAll(spec.ingress(), spec.egress(), false, findings);
  }

  static void check(GlobalNetworkPolicy.Spec spec, Findings findings) {
    checkTier(spec.tier(), findings);
    checkSelectors(spec.selector(), spec.serviceAccountSelector(), findings);
    SelectorCheck.checkWithoutGlobal("spec.namespaceSelector", spec.namespaceSelector(), findings);
    checkTypes(spec.types(), findings);
    checkHints(spec.performanceHints(), findings);
    checkHostOnly(spec, findings);
    RuleCheck.checkAll(spec.ingress(), spec.egress(), true, findings);
  }

  static void check(Profile profile, Findings findings) {
    profile
        .spec()
        .labelsToApply()
        .forEach(
            (key, value) -> MetadataCheck.checkLabel("spec.labelsToApply", key, value, findings));
    RuleCheck.checkAll(profile.spec().ingress(), profile.spec().egress(), true, findings);
  }

  static void check(Tier tier, Findings findings) {
    Rule.Action action = tier.spec().defaultAction();
    findings.require(
        action == Rule.Action.DENY || action == Rule.Action.PASS,
        "spec.defaultAction",
        action,
        Violation.supported(List.of(Rule.Action.PASS, Rule.Action.DENY)));
    ClusterDefaults.TIERS.stream()
        .filter(fixed -> fixed.metadata().name().equals(tier.metadata().name()))
        .forEach(fixed -> checkFixed(fixed, tier.spec(), findings.of(tier.kind().kindName())));
  }

  /// What Kubernetes' own policies rely on: with another action or order they would not hold.
  private static void checkFixed(Tier fixed, Tier.Spec spec, Findings.Part ofTier) {
    String name = fixed.metadata().name();
    Rule.Action action = fixed.spec().defaultAction();
    long order = fixed.spec().order().orElseThrow().longValue();
    ofTier.require(
        spec.defaultAction() == action,
        "The '%s' tier must have default action '%s'".formatted(name, action),
        "spec.defaultAction",
        spec.defaultAction(),
        "cannot be changed");
    ofTier.require(
        spec.order().equals(fixed.spec().order()),
        "%s tier order must be %s".formatted(name, order),
        "spec.order",
        spec.order().map(Object::toString).orElse(""),
        "cannot be changed");
  }

  private static void checkTier(String tier, Findings findings) {
    findings.require(Names.isLabel(tier), "spec.tier", tier, "must be the name of a tier");
  }

  /// `global()` has a meaning in rules only.
  private static void checkSelectors(String selector, String accounts, Findings findings) {
    SelectorCheck.checkWithoutGlobal("spec.selector", selector, findings);
    SelectorCheck.checkWithoutGlobal("spec.serviceAccountSelector", accounts, findings);
  }

  private static void checkTypes(List<PolicyType> types, Findings findings) {
    findings.require(
        new HashSet<>(types).size() == types.size(), "spec.types", types, "a type is repeated");
  }

  private static void checkHints(List<String> hints, Findings findings) {
    findings.require(
        HINTS.containsAll(hints),
        "spec.performanceHints",
        hints,
        "must be of " + String.join(", ", HINTS));
    findings.require(
        new HashSet<>(hints).size() == hints.size(),
        "spec.performanceHints",
        hints,
        "a hint is repeated");
  }

  private static void checkHostOnly(GlobalNetworkPolicy.Spec spec, Findings findings) {
    Findings.Part ofSpec = findings.ofSpec();
    ofSpec.require(
        !(spec.doNotTrack() && spec.preDNAT()),
        "preDNAT and doNotTrack cannot both be true",
        "spec.preDNAT",
        true,
        "a policy has preDNAT or doNotTrack, not both");
    ofSpec.require(
        spec.applyOnForward() || !(spec.doNotTrack() || spec.preDNAT()),
        "applyOnForward must be true if either preDNAT or doNotTrack is true",
        "spec.applyOnForward",
        false,
        "a policy with preDNAT or doNotTrack needs applyOnForward");
    ofSpec.require(
        !spec.preDNAT() || spec.egress().isEmpty(),
        "preDNAT policy cannot have any egress rules",
        "spec.preDNAT",
        true,
        "a policy before DNAT has no egress");
    ofSpec.require(
        !spec.preDNAT() || !spec.types().contains(PolicyType.EGRESS),
        "preDNAT policy cannot have 'Egress' type",
        "spec.preDNAT",
        true,
        "a policy before DNAT has no egress");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.label.CalicoLabels;
import dev.brindle.api.label.Selector;
import dev.brindle.api.label.SelectorRewrite;
import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.Rule;
import dev.brindle.policy.rule.InvalidRuleException;
import dev.brindle.policy.rule.RuleTranslation;
import dev.brindle.policy.rule.ServiceKnowledge;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What a policy or profile says, or why it says nothing.
///
/// @param value absent if it does not count
/// @param problem why not, or what of it could not be carried out as written; empty if all is well
record PolicyReading<T>(Optional<T> value, String problem) {

  private static final String EVERYWHERE = "AssumeNeededOnEveryNode";

  /// Of what is not there.
  static <T> PolicyReading<T> nothing() {
    return new PolicyReading<>(Optional.empty(), "");
  }

  static boolean namesServices(Resource resource) {
    Stream<Rule> rules =
        switch (resource) {
          case NetworkPolicy(_, var spec) -> both(spec.ingress(), spec.egress());
          case GlobalNetworkPolicy(_, var spec) -> both(spec.ingress(), spec.egress());
          case Profile(_, var spec) -> both(spec.ingress(), spec.egress());
          default -> Stream.of();
        };
    return rules.anyMatch(
        rule -> rule.source().services().isPresent() || rule.destination().services().isPresent());
  }

  private static Stream<Rule> both(List<Rule> ingress, List<Rule> egress) {
    return Stream.concat(ingress.stream(), egress.stream());
  }

  static PolicyReading<PolicyDefinition> of(NetworkPolicy policy, ServiceKnowledge services) {
    NetworkPolicy.Spec spec = policy.spec();
    String namespace = policy.metadata().namespace();
    return reading(
        () -> {
          Selector inNamespace = new Selector.Is(CalicoLabels.NAMESPACE, namespace);
          Selector selector =
              spec.selector().isEmpty()
                  ? inNamespace
                  : new Selector.And(List.of(parse("selector", spec.selector()), inNamespace));
          TranslatedRules rules =
              rules(PolicyClass.ORDINARY, namespace, services, spec.ingress(), spec.egress());
          return new PolicyDefinition(
              PolicyId.of(policy.key()),
              spec.tier(),
              spec.order(),
              withAccounts(selector, spec.serviceAccountSelector()),
              Set.copyOf(PolicyType.effective(spec.types(), spec.ingress(), spec.egress())),
              rules,
              spec.performanceHints().contains(EVERYWHERE));
        },
        definition -> definition.rules().problem());
  }

  static PolicyReading<PolicyDefinition> of(GlobalNetworkPolicy policy, ServiceKnowledge services) {
    GlobalNetworkPolicy.Spec spec = policy.spec();
    PolicyClass policyClass = PolicyClass.of(spec);
    return reading(
        () ->
            new PolicyDefinition(
                PolicyId.of(policy.key()),
                spec.tier(),
                spec.order(),
                selector(spec),
                types(spec, policyClass),
                rules(policyClass, "", services, spec.ingress(), spec.egress()),
                spec.performanceHints().contains(EVERYWHERE)),
        definition -> definition.rules().problem());
  }

  static PolicyReading<TranslatedRules> of(Profile profile, ServiceKnowledge services) {
    Profile.Spec spec = profile.spec();
    return reading(
        () -> rules(PolicyClass.ORDINARY, "", services, spec.ingress(), spec.egress()),
        TranslatedRules::problem);
  }

  private static <T> PolicyReading<T> reading(Supplier<T> read, Function<T, String> problem) {
    try {
      T value = read.get();
      return new PolicyReading<>(Optional.of(value), problem.apply(value));
    } catch (InvalidRuleException e) {
      return new PolicyReading<>(Optional.empty(), e.getMessage() + "; it counts as absent");
    }
  }

  /// Before its destination is translated a packet comes in, in no case out.
  private static Set<PolicyType> types(GlobalNetworkPolicy.Spec spec, PolicyClass policyClass) {
    Set<PolicyType> types =
        new HashSet<>(PolicyType.effective(spec.types(), spec.ingress(), spec.egress()));
    if (policyClass == PolicyClass.PRE_DNAT) {
      types.remove(PolicyType.EGRESS);
    }
    return Set.copyOf(types);
  }

  private static Selector selector(GlobalNetworkPolicy.Spec spec) {
    Selector selector = parse("selector", spec.selector());
    if (!spec.namespaceSelector().isEmpty()) {
      Selector namespaces =
          SelectorRewrite.prefixed(
              parse("namespaceSelector", spec.namespaceSelector()), CalicoLabels.NAMESPACE_PREFIX);
      selector =
          SelectorRewrite.replacingAll(
              spec.selector().isEmpty()
                  ? namespaces
                  : new Selector.And(List.of(selector, namespaces)),
              new Selector.Has(CalicoLabels.NAMESPACE));
    }
    if (!spec.serviceAccountSelector().isEmpty()) {
      boolean isAlone = spec.selector().isEmpty() && spec.namespaceSelector().isEmpty();
      Selector accounts = accounts(spec.serviceAccountSelector());
      selector =
          SelectorRewrite.replacingAll(
              isAlone ? accounts : new Selector.And(List.of(selector, accounts)),
              new Selector.Has(CalicoLabels.SERVICE_ACCOUNT));
    }
    return selector;
  }

  private static Selector withAccounts(Selector selector, String serviceAccountSelector) {
    return serviceAccountSelector.isEmpty()
        ? selector
        : new Selector.And(List.of(selector, accounts(serviceAccountSelector)));
  }

  private static Selector accounts(String text) {
    return SelectorRewrite.prefixed(
        parse("serviceAccountSelector", text), CalicoLabels.SERVICE_ACCOUNT_PREFIX);
  }

  private static Selector parse(String field, String text) {
    try {
      return Selector.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidRuleException(field + ": " + e.getMessage());
    }
  }

  private static TranslatedRules rules(
      PolicyClass policyClass,
      String namespace,
      ServiceKnowledge services,
      List<Rule> ingress,
      List<Rule> egress) {
    var translation = new RuleTranslation(namespace, services);
    var rules =
        new RuleSet(
            policyClass,
            translation.translate("ingress", ingress),
            translation.translate("egress", egress));
    return new TranslatedRules(
        rules, translation.sets(), String.join("; ", translation.problems()));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.rule;

import dev.brindle.api.label.CalicoLabels;
import dev.brindle.api.label.Selector;
import dev.brindle.api.label.SelectorRewrite;
import dev.brindle.api.resource.Rule;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// What one end of a rule says about endpoints, in one selector: `(namespace) && ((service account)
/// && (selector))`, and what it must not be.
///
/// @param positive absent if the end may be anything, an address outside the cluster included
/// @param negative only where there is no `positive` to merge it into
record PeerSelectors(Optional<Selector> positive, Optional<Selector> negative) {

  private static final Selector IN_A_NAMESPACE = new Selector.Has(CalicoLabels.NAMESPACE);

  /// @param namespace the policy's, which a selector without a namespace selector is limited to;
  ///     empty for global policies and profiles
  /// @throws InvalidRuleException if a selector does not parse
  static PeerSelectors of(Rule.Entity entity, String namespace) {
    Optional<Selector> wanted = and(serviceAccount(entity), parse("selector", entity.selector()));
    Optional<Selector> unwanted = parse("notSelector", entity.notSelector());
    Optional<Selector> positive = and(namespaces(entity, namespace), wanted);
    if (positive.isPresent() && unwanted.isPresent()) {
      return new PeerSelectors(and(positive, unwanted.map(Selector.Not::new)), Optional.empty());
    }
    return new PeerSelectors(positive, unwanted);
  }

  private static Optional<Selector> namespaces(Rule.Entity entity, String namespace) {
    if (!entity.namespaceSelector().isEmpty()) {
      return parse("namespaceSelector", entity.namespaceSelector())
          .map(s -> SelectorRewrite.prefixed(s, CalicoLabels.NAMESPACE_PREFIX))
          .map(s -> SelectorRewrite.replacingAll(s, IN_A_NAMESPACE))
          .map(s -> SelectorRewrite.replacingGlobal(s, new Selector.Not(IN_A_NAMESPACE)));
    }
    boolean saysEndpoints =
        !entity.selector().isEmpty()
            || !entity.notSelector().isEmpty()
            || entity.serviceAccounts().filter(PeerSelectors::saysSomething).isPresent();
    return namespace.isEmpty() || !saysEndpoints
        ? Optional.empty()
        : Optional.of(new Selector.Is(CalicoLabels.NAMESPACE, namespace));
  }

  private static boolean saysSomething(Rule.ServiceAccountMatch accounts) {
    return !accounts.names().isEmpty() || !accounts.selector().isEmpty();
  }

  private static Optional<Selector> serviceAccount(Rule.Entity entity) {
    return entity
        .serviceAccounts()
        .flatMap(
            accounts ->
                and(
                    parse("serviceAccounts.selector", accounts.selector())
                        .map(s -> SelectorRewrite.prefixed(s, CalicoLabels.SERVICE_ACCOUNT_PREFIX)),
                    names(accounts)));
  }

  private static Optional<Selector> names(Rule.ServiceAccountMatch accounts) {
    return accounts.names().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Selector.In(CalicoLabels.SERVICE_ACCOUNT, new HashSet<>(accounts.names())));
  }

  private static Optional<Selector> and(Optional<Selector> left, Optional<Selector> right) {
    if (left.isEmpty() || right.isEmpty()) {
      return left.or(() -> right);
    }
    return Optional.of(new Selector.And(List.of(left.get(), right.get())));
  }

  private static Optional<Selector> parse(String field, String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Selector.parse(text));
    } catch (IllegalArgumentException e) {
      throw new InvalidRuleException(field, e);
    }
  }
}

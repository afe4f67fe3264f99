// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.testing;

import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.Rule;
import dev.brindle.policy.engine.PolicyClass;
import java.util.List;
import java.util.Optional;

/// A policy in few words: start with a name, say what is special, end with `build`.
///
/// @param name `namespace/name`, or `name` for a global policy
public record GivenPolicy(
    String name,
    String tier,
    Optional<Double> order,
    String selector,
    String namespaceSelector,
    String serviceAccountSelector,
    List<Rule> ingress,
    List<Rule> egress,
    List<PolicyType> types,
    PolicyClass policyClass,
    List<String> hints) {

  public static GivenPolicy named(String name) {
    return new GivenPolicy(
        name,
        "",
        Optional.empty(),
        "",
        "",
        "",
        List.of(),
        List.of(),
        List.of(),
        PolicyClass.ORDINARY,
        List.of());
  }

  public GivenPolicy tier(String changed) {
    return new GivenPolicy(
        name,
        changed,
        order,
        selector,
        namespaceSelector,
        serviceAccountSelector,
        ingress,
        egress,
        types,
        policyClass,
        hints);
  }

  public GivenPolicy order(double changed) {
    return order(Optional.of(changed));
  }

  public GivenPolicy order(Optional<Double> changed) {
    return new GivenPolicy(
        name,
        tier,
        changed,
        selector,
        namespaceSelector,
        serviceAccountSelector,
        ingress,
        egress,
        types,
        policyClass,
        hints);
  }

  public GivenPolicy selects(String changed) {
    return new GivenPolicy(
        name,
        tier,
        order,
        changed,
        namespaceSelector,
        serviceAccountSelector,
        ingress,
        egress,
        types,
        policyClass,
        hints);
  }

  public GivenPolicy inNamespaces(String changed) {
    return new GivenPolicy(
        name,
        tier,
        order,
        selector,
        changed,
        serviceAccountSelector,
        ingress,
        egress,
        types,
        policyClass,
        hints);
  }

  public GivenPolicy ofAccounts(String changed) {
    return new GivenPolicy(
        name,
        tier,
        order,
        selector,
        namespaceSelector,
        changed,
        ingress,
        egress,
        types,
        policyClass,
        hints);
  }

  public GivenPolicy ingress(Rule... changed) {
    return new GivenPolicy(
        name,
        tier,
        order,
        selector,
        namespaceSelector,
        serviceAccountSelector,
        List.of(changed),
        egress,
        types,
        policyClass,
        hints);
  }

  public GivenPolicy egress(Rule... changed) {
    return new GivenPolicy(
        name,
        tier,
        order,
        selector,
        namespaceSelector,
        serviceAccountSelector,
        ingress,
        List.of(changed),
        types,
        policyClass,
        hints);
  }

  public GivenPolicy types(PolicyType... changed) {
    return new GivenPolicy(
        name,
        tier,
        order,
        selector,
        namespaceSelector,
        serviceAccountSelector,
        ingress,
        egress,
        List.of(changed),
        policyClass,
        hints);
  }

  public GivenPolicy of(PolicyClass changed) {
    return new GivenPolicy(
        name,
        tier,
        order,
        selector,
        namespaceSelector,
        serviceAccountSelector,
        ingress,
        egress,
        types,
        changed,
        hints);
  }

  public GivenPolicy everywhere() {
    return new GivenPolicy(
        name,
        tier,
        order,
        selector,
        namespaceSelector,
        serviceAccountSelector,
        ingress,
        egress,
        types,
        policyClass,
        List.of("AssumeNeededOnEveryNode"));
  }

  public Resource build() {
    int slash = name.indexOf('/');
    if (slash < 0) {
      return new GlobalNetworkPolicy(
          Metadata.named(name),
          new GlobalNetworkPolicy.Spec(
              tier,
              order,
              selector,
              namespaceSelector,
              serviceAccountSelector,
              ingress,
              egress,
              types,
              policyClass == PolicyClass.UNTRACKED,
              policyClass == PolicyClass.PRE_DNAT,
              policyClass != PolicyClass.ORDINARY,
              hints));
    }
    return new NetworkPolicy(
        Metadata.named(name.substring(0, slash), name.substring(slash + 1)),
        new NetworkPolicy.Spec(
            tier, order, selector, ingress, egress, types, serviceAccountSelector, hints));
  }
}

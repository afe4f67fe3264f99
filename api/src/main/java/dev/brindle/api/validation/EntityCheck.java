// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.resource.Rule;

/// One end of a rule: selectors, services, service accounts.
final class EntityCheck {

  private EntityCheck() {}

  static void checkSource(RuleCheck at, Findings findings) {
    Rule.Entity source = at.rule().source();
    String field = at.field() + ".source";
    checkSelectors(field, source, findings);
    source
        .services()
        .ifPresent(
            services -> {
              findings.require(
                  !at.isEgress(),
                  field + ".services",
                  services.name(),
                  "not allowed in egress rule source");
              checkServices(field, source, services, at.isGlobal(), findings);
            });
  }

  static void checkDestination(RuleCheck at, Findings findings) {
    Rule.Entity destination = at.rule().destination();
    String field = at.field() + ".destination";
    checkSelectors(field, destination, findings);
    destination
        .services()
        .ifPresent(
            services -> {
              findings.require(
                  at.isEgress(),
                  field + ".services",
                  services.name(),
                  "not allowed in ingress rule destination");
              findings
                  .of(at.field())
                  .require(
                      destination.ports().isEmpty() && destination.notPorts().isEmpty(),
                      "ports and notPorts cannot be specified with services",
                      field + ".services",
                      services.name(),
                      "a service brings its own ports");
              checkServices(field, destination, services, at.isGlobal(), findings);
            });
  }

  private static void checkSelectors(String field, Rule.Entity entity, Findings findings) {
    SelectorCheck.checkWithoutGlobal(field + ".selector", entity.selector(), findings);
    SelectorCheck.check(field + ".notSelector", entity.notSelector(), findings);
    SelectorCheck.checkNamespaces(
        field + ".namespaceSelector", entity.namespaceSelector(), findings);
    entity
        .serviceAccounts()
        .ifPresent(
            accounts ->
                SelectorCheck.check(
                    field + ".serviceAccounts.selector", accounts.selector(), findings));
  }

  private static void checkServices(
      String field,
      Rule.Entity entity,
      Rule.ServiceMatch services,
      boolean isGlobal,
      Findings findings) {
    findings
        .of(field)
        .require(
            !services.name().isEmpty(),
            "services must specify a service name",
            field + ".services.name",
            "",
            "must be the name of a service");
    findings.require(
        services.name().isEmpty() || Names.isSubdomain(services.name()),
        field + ".services.name",
        services.name(),
        "must be the name of a service");
    findings.require(
        services.namespace().isEmpty() || Names.isSubdomain(services.namespace()),
        field + ".services.namespace",
        services.namespace(),
        "must be the name of a namespace");
    findings.require(
        !isGlobal || !services.namespace().isEmpty(),
        field + ".services.namespace",
        "",
        "must specify a namespace");
    alone(entity.namespaceSelector().isEmpty(), "NamespaceSelector", field, services, findings);
    alone(entity.serviceAccounts().isEmpty(), "ServiceAccounts", field, services, findings);
    boolean hasSelector = !entity.selector().isEmpty() || !entity.notSelector().isEmpty();
    alone(!hasSelector, "Selector/NotSelector", field, services, findings);
    boolean hasNets = !entity.nets().isEmpty() || !entity.notNets().isEmpty();
    alone(!hasNets, "Nets/NotNets", field, services, findings);
  }

  /// @param others what must not be there, as calicoctl calls it
  private static void alone(
      boolean claim, String others, String field, Rule.ServiceMatch services, Findings findings) {
    findings
        .of(field)
        .require(
            claim,
            "cannot specify %s and Services on the same rule".formatted(others),
            field + ".services",
            services.name(),
            "cannot be combined with nets, selectors or serviceAccounts");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.rule;

import dev.brindle.api.label.Selector;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.Port;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.Rule;
import dev.brindle.policy.set.IpSetName;
import dev.brindle.policy.set.ServiceName;
import dev.brindle.policy.set.SetDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Turns the rules of one policy or profile into rules over sets, and collects the sets they need.
public final class RuleTranslation {

  private final String namespace;
  private final ServiceKnowledge services;
  private final Map<IpSetName, SetDefinition> sets = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  /// @param namespace the policy's; empty for a global policy or a profile
  public RuleTranslation(String namespace, ServiceKnowledge services) {
    this.namespace = namespace;
    this.services = services;
  }

  /// All sets that the rules refer to.
  public Map<IpSetName, SetDefinition> sets() {
    return Map.copyOf(sets);
  }

  /// What could not be carried out as written.
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /// @param direction `ingress` or `egress`, for messages
  /// @throws InvalidRuleException if one of the rules means nothing
  public List<PolicyRule> translate(String direction, List<Rule> rules) {
    List<PolicyRule> translated = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      String where = "%s[%d]".formatted(direction, i);
      try {
        translate(where, rules.get(i)).ifPresent(translated::add);
      } catch (InvalidRuleException e) {
        throw new InvalidRuleException(where, e);
      }
    }
    return translated;
  }

  private Optional<PolicyRule> translate(String where, Rule rule) {
    RuleChecks.check(rule);
    boolean hasServices =
        rule.source().services().isPresent() || rule.destination().services().isPresent();
    if (hasServices && services == ServiceKnowledge.UNKNOWN) {
      return withoutServices(where, rule);
    }
    return Optional.of(new PolicyRule(action(rule.action()), match(rule)));
  }

  /// Nobody says who is behind the service. A rule that would let traffic by is left out; one that
  /// stops it, or keeps the rest of its tier from allowing it, stops all that the rest of the rule
  /// matches.
  private Optional<PolicyRule> withoutServices(String where, Rule rule) {
    return switch (rule.action()) {
      case ALLOW, LOG -> {
        problems.add(
            where
                + ": who is behind services is not known; the rule is left out: it matches nothing");
        yield Optional.empty();
      }
      case DENY, PASS -> {
        problems.add(
            where
                + ": who is behind services is not known; the rule denies whatever the service may be");
        yield Optional.of(new PolicyRule(RuleAction.DENY, match(rule)));
      }
    };
  }

  private static RuleAction action(Rule.Action action) {
    return switch (action) {
      case ALLOW -> RuleAction.ALLOW;
      case DENY -> RuleAction.DENY;
      case LOG -> RuleAction.LOG;
      case PASS -> RuleAction.PASS;
    };
  }

  private RuleMatch match(Rule rule) {
    return new RuleMatch(
        rule.ipVersion().map(IpFamily::ofVersion),
        rule.protocol(),
        rule.notProtocol(),
        rule.icmp(),
        rule.notICMP(),
        side("source", rule.source(), rule.protocol(), service("source", rule.source(), false)),
        side(
            "destination",
            rule.destination(),
            rule.protocol(),
            service("destination", rule.destination(), true)));
  }

  /// Named ports become sets of address and port that are limited to the peer already, so the
  /// peer's own set is needed only beside numeric ports or none.
  ///
  /// @param service its set, if the rule names one
  private SideMatch side(
      String side, Rule.Entity entity, Optional<Protocol> protocol, Optional<IpSetName> service) {
    PeerSelectors peer = peer(side, entity);
    List<PortRange> ports = ranges(entity.ports());
    List<IpSetName> portSets = new ArrayList<>(named(entity.ports(), peer, protocol));
    service.filter(IpSetName::hasPorts).ifPresent(portSets::add);
    boolean needsPeerSet = !ports.isEmpty() || portSets.isEmpty();
    return new SideMatch(
        nets(side + ".nets", entity.nets()),
        nets(side + ".notNets", entity.notNets()),
        Stream.concat(
                needsPeerSet ? addresses(peer.positive()).stream() : Stream.of(),
                service.filter(set -> !set.hasPorts()).stream())
            .toList(),
        addresses(peer.negative()),
        ports,
        portSets,
        ranges(entity.notPorts()),
        named(entity.notPorts(), peer, protocol));
  }

  /// @param withPorts whether the ports that its endpoints serve count too
  private Optional<IpSetName> service(String side, Rule.Entity entity, boolean withPorts) {
    return entity
        .services()
        .filter(_ -> services == ServiceKnowledge.KNOWN)
        .map(
            match -> {
              String where = match.namespace().isEmpty() ? namespace : match.namespace();
              if (where.isEmpty() || match.name().isEmpty()) {
                throw new InvalidRuleException(
                    side + ".services: needs a name, and a namespace where the policy has none");
              }
              ServiceName name = new ServiceName(where, match.name());
              return set(
                  withPorts
                      ? new SetDefinition.ServicePorts(name)
                      : new SetDefinition.ServiceAddresses(name));
            });
  }

  private PeerSelectors peer(String side, Rule.Entity entity) {
    try {
      return PeerSelectors.of(entity, namespace);
    } catch (InvalidRuleException e) {
      throw new InvalidRuleException(side, e);
    }
  }

  private static List<Cidr> nets(String field, List<String> texts) {
    try {
      return texts.stream().map(Cidr::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new InvalidRuleException(field, e);
    }
  }

  private static List<PortRange> ranges(List<Port> ports) {
    return ports.stream().filter(PortRange.class::isInstance).map(PortRange.class::cast).toList();
  }

  private List<IpSetName> named(List<Port> ports, PeerSelectors peer, Optional<Protocol> protocol) {
    Selector selector = peer.positive().orElseGet(Selector.All::new);
    return ports.stream()
        .filter(Port.Named.class::isInstance)
        .map(port -> set(new SetDefinition.NamedPort(selector, protocol, port.toString())))
        .toList();
  }

  private List<IpSetName> addresses(Optional<Selector> selector) {
    return selector.map(SetDefinition.Addresses::new).map(this::set).stream().toList();
  }

  private IpSetName set(SetDefinition definition) {
    IpSetName name = definition.name();
    sets.put(name, definition);
    return name;
  }
}

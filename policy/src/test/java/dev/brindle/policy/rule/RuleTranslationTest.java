// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.policy.set.IpSetName;
import dev.brindle.policy.set.ServiceName;
import dev.brindle.policy.set.SetDefinition;
import dev.brindle.policy.testing.GivenRule;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleTranslationTest {

  @ParameterizedTest(name = "{0}, namespace {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # rule                                                    | in | source
          allow                                                     | a  |
          allow; from.nets=10.0.0.0/8                               | a  |
          allow; from.selector=x == '1'                             |    | x == "1"
          allow; from.selector=x == '1'                             | a  | (projectcalico.org/namespace == "a" && x == "1")
          allow; from.selector=all()                                |    | all()
          allow; from.namespaces=all()                              |    | has(projectcalico.org/namespace)
          allow; from.namespaces=global()                           | a  | !has(projectcalico.org/namespace)
          allow; from.namespaces=e == 'p'                           | a  | pcns.e == "p"
          allow; from.namespaces=e == 'p'; from.selector=x == '1'   | a  | (pcns.e == "p" && x == "1")
          allow; from.namespaces=all(); from.selector=all()         |    | (has(projectcalico.org/namespace) && all())
          allow; from.notSelector=x == '1'                          |    | NOT x == "1"
          allow; from.notSelector=x == '1'                          | a  | (projectcalico.org/namespace == "a" && !x == "1")
          allow; from.selector=has(x); from.notSelector=x == '1'    |    | (has(x) && !x == "1")
          allow; from.accounts=s, t                                 |    | projectcalico.org/serviceaccount in {"s", "t"}
          allow; from.accountSelector=r == 'q'; from.accounts=s     |    | (pcsa.r == "q" && projectcalico.org/serviceaccount in {"s"})
          allow; from.accounts=s; from.selector=has(x)              | a  | (projectcalico.org/namespace == "a" && (projectcalico.org/serviceaccount in {"s"} && has(x)))
          """)
  void peers(String rule, @Nullable String namespace, @Nullable String expected) {
    var translation =
        new RuleTranslation(namespace == null ? "" : namespace, ServiceKnowledge.KNOWN);
    SideMatch source = translate(translation, rule).match().source();

    String found = described(translation, source.sets());
    if (!source.notSets().isEmpty()) {
      found += "NOT " + described(translation, source.notSets());
    }
    assertThat(found).isEqualTo(expected == null ? "" : expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # rule                                                    | ports   | port sets         | sets   | not ports | not port sets
          allow; protocol=TCP; to.ports=80, 90:99                   | 80 90:99 |                  |        |           |
          allow; protocol=TCP; to.ports=80; to.selector=has(x)      | 80      |                   | has(x) |           |
          allow; protocol=TCP; to.ports=http                        |         | all() TCP http    |        |           |
          allow; to.ports=http                                      |         | all() any http    |        |           |
          allow; protocol=UDP; to.ports=dns; to.selector=has(x)     |         | has(x) UDP dns    |        |           |
          allow; protocol=TCP; to.ports=80, web; to.selector=has(x) | 80      | has(x) TCP web    | has(x) |           |
          allow; protocol=TCP; to.notPorts=80; to.selector=has(x)   |         |                   | has(x) | 80        |
          allow; protocol=TCP; to.notPorts=web; to.selector=has(x)  |         |                   | has(x) |           | has(x) TCP web
          """)
  void ports(
      String rule,
      @Nullable String ports,
      @Nullable String portSets,
      @Nullable String sets,
      @Nullable String notPorts,
      @Nullable String notPortSets) {
    var translation = new RuleTranslation("", ServiceKnowledge.KNOWN);
    SideMatch side = translate(translation, rule).match().destination();

    assertThat(joined(side.ports())).isEqualTo(text(ports));
    assertThat(described(translation, side.portSets())).isEqualTo(text(portSets));
    assertThat(described(translation, side.sets())).isEqualTo(text(sets));
    assertThat(joined(side.notPorts())).isEqualTo(text(notPorts));
    assertThat(described(translation, side.notPortSets())).isEqualTo(text(notPortSets));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          allow; from.selector=x =               | ingress[0]: source: selector: expected '=='
          allow; to.notSelector=x                | ingress[0]: destination: notSelector: expected operator after label
          allow; from.namespaces=(               | ingress[0]: source: namespaceSelector: expected
          allow; from.accountSelector=)          | ingress[0]: source: serviceAccounts.selector: expected
          allow; from.nets=10.0.0.0/33           | ingress[0]: source.nets: prefix length 33 is not in 0..32
          allow; to.notNets=x                    | ingress[0]: destination.notNets: 'x' is not an IP address
          allow; to.ports=80                     | ingress[0]: destination.ports: ports need protocol TCP, UDP or SCTP, not any
          allow; protocol=ICMP; from.ports=web   | ingress[0]: source.ports: ports need protocol TCP, UDP or SCTP, not ICMP
          allow; protocol=47; to.notPorts=1      | ingress[0]: destination.ports: ports need protocol TCP, UDP or SCTP, not 47
          allow; icmp=8                          | ingress[0]: icmp: needs protocol ICMP or ICMPv6
          allow; protocol=ICMP; icmp=255         | ingress[0]: icmp.type: 255 is not in 0..254
          allow; protocol=ICMP; notIcmp=/3       | ingress[0]: notICMP: a code needs a type
          allow; version=5                       | ingress[0]: ipVersion: 5 is not 4 or 6
          allow; version=6; protocol=ICMP        | ingress[0]: ipVersion: 6 does not go with protocol ICMP
          deny; to.service=s; to.nets=10.0.0.0/8 | ingress[0]: destination.services: does not go with nets, selectors
          allow; from.service=s; from.ports=http | ingress[0]: source.services: does not go with nets, selectors
          """)
  void refuses(String rule, String message) {
    var translation = new RuleTranslation("a", ServiceKnowledge.UNKNOWN);
    assertThatExceptionOfType(InvalidRuleException.class)
        .isThrownBy(() -> translate(translation, rule))
        .withMessageStartingWith(message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          allow; to.service=s               | left out
          log; to.service=s                 | left out
          deny; protocol=UDP; to.service=s  | DENY UDP
          pass; protocol=UDP; to.service=s  | DENY UDP
          """)
  void aServiceFailsClosed(String rule, String expected) {
    var translation = new RuleTranslation("a", ServiceKnowledge.UNKNOWN);
    List<PolicyRule> rules = translation.translate("egress", List.of(GivenRule.of(rule)));

    String found =
        rules.stream()
            .map(r -> r.action() + " " + r.match().protocol().orElseThrow())
            .collect(Collectors.joining());
    assertThat(rules.isEmpty() ? "left out" : found).isEqualTo(expected);
    assertThat(translation.problems())
        .singleElement()
        .asString()
        .startsWith("egress[0]: who is behind services is not known");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # rule, with services known             | of the source | of the destination, with ports
          allow; to.service=s                      |               | ports of a/s
          deny; protocol=UDP; to.service=s         |               | ports of a/s
          allow; from.service=s                    | a/s           |
          allow; from.service=s; to.service=t      | a/s           | ports of a/t
          """)
  void services(String rule, @Nullable String source, @Nullable String destination) {
    var translation = new RuleTranslation("a", ServiceKnowledge.KNOWN);
    RuleMatch match = translate(translation, rule).match();

    assertThat(described(translation, match.source().sets())).isEqualTo(text(source));
    assertThat(described(translation, match.destination().portSets())).isEqualTo(text(destination));
    assertThat(match.destination().sets()).isEmpty();
    assertThat(match.source().portSets()).isEmpty();
    assertThat(translation.problems()).isEmpty();
  }

  @Test
  void aServiceOfNoNamespaceMeansNothing() {
    var translation = new RuleTranslation("", ServiceKnowledge.KNOWN);
    assertThatExceptionOfType(InvalidRuleException.class)
        .isThrownBy(() -> translate(translation, "allow; to.service=s"))
        .withMessage(
            "ingress[0]: destination.services: needs a name, and a namespace where the policy has"
                + " none");
  }

  /// As Calico names them.
  @Test
  void namesOfSetsOfServices() {
    var service = new ServiceName("default", "kubernetes");
    assertThat(new SetDefinition.ServicePorts(service).name().toString()).startsWith("svc:");
    assertThat(new SetDefinition.ServicePorts(service).name().hasPorts()).isTrue();
    assertThat(new SetDefinition.ServiceAddresses(service).name().toString())
        .startsWith("svcnoport:");
    assertThat(new SetDefinition.ServiceAddresses(service).name().hasPorts()).isFalse();
  }

  @Test
  void equalPeersShareASet() {
    var translation = new RuleTranslation("", ServiceKnowledge.KNOWN);
    translation.translate(
        "ingress",
        List.of(
            GivenRule.of("allow; from.selector=x=='1'"),
            GivenRule.of("deny; to.selector=(x == \"1\")")));
    assertThat(translation.sets()).hasSize(1);
  }

  private static PolicyRule translate(RuleTranslation translation, String rule) {
    return translation.translate("ingress", List.of(GivenRule.of(rule))).getFirst();
  }

  private static String described(RuleTranslation translation, List<IpSetName> sets) {
    return sets.stream()
        .map(name -> translation.sets().get(name))
        .map(RuleTranslationTest::described)
        .collect(Collectors.joining(" "));
  }

  private static String described(@Nullable SetDefinition definition) {
    return switch (definition) {
      case null -> "nothing";
      case SetDefinition.Addresses(var selector) -> selector.text();
      case SetDefinition.NamedPort(var selector, var protocol, var port) ->
          "%s %s %s".formatted(selector.text(), protocol.map(Object::toString).orElse("any"), port);
      case SetDefinition.ServiceAddresses(var service) -> service.toString();
      case SetDefinition.ServicePorts(var service) -> "ports of " + service;
    };
  }

  private static String joined(List<?> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  private static String text(@Nullable String cell) {
    return cell == null ? "" : cell;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.Rule;
import dev.brindle.policy.engine.EndpointPolicy.TierPolicies;
import dev.brindle.policy.rule.ServiceKnowledge;
import dev.brindle.policy.set.IpSetMember;
import dev.brindle.policy.testing.Given;
import dev.brindle.policy.testing.GivenPolicy;
import dev.brindle.policy.testing.GivenRule;
import dev.brindle.policy.trace.Packet;
import dev.brindle.policy.trace.PacketTrace;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostEndpointTest {

  private static final HostEndpoint HOST =
      Given.host("h", "n1", "eth0", "192.0.2.1,2001:db8::1", "role=node", "p1", "missing", "p2");

  private final PolicyEngine engine = new PolicyEngine("n1", ServiceKnowledge.KNOWN);

  private void take(Resource... resources) {
    engine.apply(Given.changes(resources));
  }

  private HostPolicy policy() {
    return Objects.requireNonNull(engine.image().hosts().get(HOST.key()));
  }

  private static GivenPolicy named(String name, PolicyClass policyClass) {
    return GivenPolicy.named(name)
        .of(policyClass)
        .ingress(GivenRule.of("allow"))
        .egress(GivenRule.of("allow"));
  }

  private static String text(List<TierPolicies> tiers) {
    return tiers.stream()
        .flatMap(tier -> tier.policies().stream())
        .map(PolicyId::name)
        .collect(Collectors.joining(" "));
  }

  @Test
  void eachClassHasItsPlace() {
    take(HOST);
    for (PolicyClass policyClass : PolicyClass.values()) {
      take(named(policyClass.name(), policyClass).build());
    }
    assertThat(text(policy().untracked().ingress())).isEqualTo("UNTRACKED");
    assertThat(text(policy().untracked().egress())).isEqualTo("UNTRACKED");
    assertThat(text(policy().preDnat())).isEqualTo("PRE_DNAT");
    assertThat(text(policy().ordinary().ingress())).isEqualTo("FORWARDED ORDINARY");
    assertThat(text(policy().ordinary().egress())).isEqualTo("FORWARDED ORDINARY");
    assertThat(text(policy().forwarded().ingress())).isEqualTo("FORWARDED");
    assertThat(text(policy().forwarded().egress())).isEqualTo("FORWARDED");
    assertThat(engine.image().policies().get(new PolicyId("gnp", "", "PRE_DNAT")))
        .isNotNull()
        .extracting(RuleSet::policyClass)
        .isEqualTo(PolicyClass.PRE_DNAT);
    assertThat(engine.problems()).isEmpty();
  }

  @Test
  void aPolicyChangesItsClass() {
    take(HOST, named("p", PolicyClass.ORDINARY).build());
    take(named("p", PolicyClass.UNTRACKED).build());
    assertThat(policy().ordinary().isEmpty()).isTrue();
    assertThat(text(policy().untracked().ingress())).isEqualTo("p");
  }

  @Test
  void whatHoldsForAllInterfacesIsTracked() {
    take(
        Given.host("h", "n1", "*", "", ""),
        named("p", PolicyClass.UNTRACKED).build(),
        named("q", PolicyClass.PRE_DNAT).build());
    assertThat(policy().isForAll()).isTrue();
    assertThat(policy().untracked().isEmpty()).isTrue();
    assertThat(text(policy().preDnat())).isEqualTo("q");
    assertThat(engine.problems().get(HOST.key()))
        .isEqualTo(
            "doNotTrack holds for named interfaces and expectedIPs only, not for '*':"
                + " no effect of gnp/p");

    engine.apply(List.of(Given.gone(named("p", PolicyClass.UNTRACKED).build())));
    assertThat(engine.problems()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # policy, its selectors: own; of namespaces | selects the host
          p                              | true
          p ; role == 'node'             | true
          p ; role == 'other'            | false
          p ; from == 'p1'               | true
          p ; ; all()                    | false
          p ; ; global()                 | true
          p ; !has(projectcalico.org/namespace) | true
          a/p                            | false
          a/p ; role == 'node'           | false
          """)
  void selects(String text, boolean expected) {
    String[] parts = (text + ";;").split(";", -1);
    take(
        HOST,
        Given.profile("p1", "from=p1", List.of(), List.of()),
        GivenPolicy.named(parts[0].strip())
            .selects(parts[1].strip())
            .inNamespaces(parts[2].strip())
            .build());
    assertThat(!policy().ordinary().ingress().isEmpty()).isEqualTo(expected);
  }

  @Test
  void onlyThisNodesAreHere() {
    take(HOST, Given.host("other", "n2", "eth0", "192.0.2.2", ""));
    assertThat(engine.image().hosts()).containsOnlyKeys(HOST.key());

    take(Given.host("h", "n2", "eth0", "192.0.2.1", ""));
    assertThat(engine.image().hosts()).isEmpty();
    engine.apply(List.of(Given.gone(HOST)));
    assertThat(engine.image()).isEqualTo(PolicyImage.EMPTY);
  }

  @Test
  void profilesThatExistAreInOrder() {
    take(
        HOST,
        Given.profile("p2", "", List.of(), List.of()),
        Given.profile("p1", "", List.of(), List.of()));
    assertThat(policy().profiles()).containsExactly("p1", "p2");
    assertThat(engine.image().profiles()).containsOnlyKeys("p1", "p2");
  }

  @Test
  void rulesOfPodsSeeHostsOfAllNodes() {
    take(
        HOST,
        Given.host("other", "n2", "eth0", "192.0.2.2", "role=node"),
        Given.host("nothing expected", "n2", "eth1", "", "role=node"),
        Given.endpoint("a/web", "n1", "10.0.0.1", "app=web"),
        GivenPolicy.named("p")
            .selects("app == 'web'")
            .egress(
                GivenRule.of("allow; to.selector=role == 'node'"),
                GivenRule.of("allow; protocol=TCP; to.selector=role == 'node'; to.ports=web"))
            .build());
    Set<IpSetMember> members =
        engine.image().sets().values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    assertThat(members)
        .containsExactlyInAnyOrder(
            new IpSetMember.Net(Cidr.parse("192.0.2.1/32")),
            new IpSetMember.Net(Cidr.parse("2001:db8::1/128")),
            new IpSetMember.Net(Cidr.parse("192.0.2.2/32")),
            new IpSetMember.AddressAndPort(IpAddress.parse("192.0.2.1"), Protocol.TCP, 8080),
            new IpSetMember.AddressAndPort(IpAddress.parse("2001:db8::1"), Protocol.TCP, 8080),
            new IpSetMember.AddressAndPort(IpAddress.parse("192.0.2.2"), Protocol.TCP, 8080));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # policies                        | profile | to the host | through it
          nothing                           | no      | false | true
          nothing                           | yes     | true  | true
          ORDINARY allow                    | no      | true  | true
          ORDINARY log                      | yes     | false | true
          ORDINARY pass                     | yes     | true  | true
          ORDINARY pass                     | no      | false | true
          FORWARDED deny                    | yes     | false | false
          FORWARDED allow                   | no      | true  | true
          FORWARDED log                     | yes     | false | false
          FORWARDED pass                    | yes     | true  | true
          PRE_DNAT allow                    | no      | true  | true
          PRE_DNAT log                      | no      | false | true
          PRE_DNAT deny                     | yes     | false | false
          UNTRACKED allow                   | no      | true  | true
          UNTRACKED log                     | yes     | true  | true
          UNTRACKED deny                    | yes     | false | false
          UNTRACKED allow, FORWARDED deny   | no      | true  | true
          PRE_DNAT allow, FORWARDED deny    | no      | true  | true
          UNTRACKED pass, FORWARDED deny    | yes     | false | false
          UNTRACKED deny, PRE_DNAT allow    | yes     | false | false
          """)
  void decides(String policies, String profile, boolean toHost, boolean through) {
    take(
        profile.equals("yes")
            ? Given.host("h", "n1", "eth0", "", "", PolicyEngine.DEFAULT_ALLOW)
            : Given.host("h", "n1", "eth0", "", ""));
    if (!policies.equals("nothing")) {
      for (String text : policies.split(",", -1)) {
        String[] words = text.strip().split(" ", -1);
        take(
            GivenPolicy.named(words[0])
                .of(PolicyClass.valueOf(words[0]))
                .ingress(GivenRule.of(words[1]))
                .build());
      }
    }
    Packet packet =
        Packet.of(Protocol.TCP, IpAddress.parse("198.51.100.1"), IpAddress.parse("192.0.2.1"));
    PolicyImage image = engine.image();
    assertThat(PacketTrace.ofHost(image, policy(), PolicyType.INGRESS, false, packet).isAllowed())
        .isEqualTo(toHost);
    assertThat(PacketTrace.ofHost(image, policy(), PolicyType.INGRESS, true, packet).isAllowed())
        .isEqualTo(through);
  }

  @Test
  void aTierThatPassesLeadsToTheProfiles() {
    take(
        HOST,
        Given.profile("p1", "", List.of(GivenRule.of("allow")), List.of()),
        Given.tier("t", Optional.empty(), Rule.Action.PASS),
        GivenPolicy.named("t.p").tier("t").types(PolicyType.INGRESS).build());
    assertThat(policy().ordinary().ingress())
        .containsExactly(new TierPolicies("t", true, List.of(new PolicyId("gnp", "", "t.p"))));
    take(Given.tier("t", Optional.empty(), Rule.Action.DENY));
    assertThat(policy().ordinary().ingress().getFirst().passes()).isFalse();
  }
}

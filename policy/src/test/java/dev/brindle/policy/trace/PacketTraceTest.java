// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.WorkloadEndpoint.EndpointPort;
import dev.brindle.policy.engine.PolicyEngine;
import dev.brindle.policy.engine.PolicyImage;
import dev.brindle.policy.rule.ServiceKnowledge;
import dev.brindle.policy.testing.Given;
import dev.brindle.policy.testing.GivenPolicy;
import dev.brindle.policy.testing.GivenRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What Calico's documents promise, asked with packets. The cluster is always this one:
///
/// ```
/// node n1                      node n2                     elsewhere
/// a/web 10.0.0.1 fd00::1      a/db  10.0.0.3 app=db       192.0.2.9
/// a/cli 10.0.0.2              b/cli 10.0.0.4 app=cli
/// ```
class PacketTraceTest {

  private static final EndpointPort WEB = new EndpointPort("http", Protocol.TCP, 8080, 0, "");

  private static final List<Resource> CLUSTER =
      List.of(
          Given.namespaceProfile("a", "env=prod"),
          Given.namespaceProfile("b", "env=test"),
          Given.endpoint("a/web", "n1", "10.0.0.1,fd00::1", "app=web", List.of(WEB), "kns.a"),
          Given.withAccount(
              Given.endpoint("a/cli", "n1", "10.0.0.2,fd00::2", "app=cli", "kns.a"), "robot"),
          Given.endpoint("a/db", "n2", "10.0.0.3,fd00::3", "app=db", "kns.a"),
          Given.endpoint("b/cli", "n2", "10.0.0.4,fd00::4", "app=cli", "kns.b"));

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # rule of a/p, which selects web            | a/cli | a/db  | b/cli | 192.0.2.9
          allow                                       | true   | true   | true   | true
          deny                                        | false    | false    | false    | false
          log                                         | false    | false    | false    | false
          pass                                        | true   | true   | true   | true
          allow; from.selector=app == 'cli'           | true   | false    | false    | false
          allow; from.selector=all()                  | true   | true   | false    | false
          allow; from.namespaces=all()                | true   | true   | true   | false
          allow; from.namespaces=env == 'test'        | false    | false    | true   | false
          allow; from.namespaces=global()             | false    | false    | false    | false
          allow; from.notSelector=app == 'cli'        | false    | true   | false    | false
          allow; from.accounts=robot                  | true   | false    | false    | false
          allow; from.nets=10.0.0.0/30                | true   | true   | false    | false
          allow; from.nets=10.0.0.4/32,192.0.2.0/24   | false    | false    | true   | true
          allow; from.notNets=10.0.0.0/8              | false    | false    | false    | true
          allow; from.notNets=0.0.0.0/0               | false    | false    | false    | false
          allow; version=6                            | false    | false    | false    | false
          allow; version=4                            | true   | true   | true   | true
          allow; protocol=UDP                         | false    | false    | false    | false
          allow; notProtocol=UDP                      | true   | true   | true   | true
          allow; protocol=TCP; to.ports=80            | false    | false    | false    | false
          allow; protocol=TCP; to.ports=8000:8100     | true   | true   | true   | true
          allow; protocol=TCP; to.ports=http          | true   | true   | true   | true
          allow; to.ports=http                        | true   | true   | true   | true
          allow; protocol=UDP; to.ports=http          | false    | false    | false    | false
          allow; protocol=TCP; to.ports=80,http       | true   | true   | true   | true
          allow; protocol=TCP; to.notPorts=http       | false    | false    | false    | false
          allow; protocol=TCP; to.notPorts=80         | true   | true   | true   | true
          allow; protocol=TCP; from.ports=40000       | true   | true   | true   | true
          allow; to.selector=app == 'db'              | false    | false    | false    | false
          allow; to.selector=app == 'web'             | true   | true   | true   | true
          allow; to.ports=http; to.selector=app=='db' | false    | false    | false    | false
          """)
  void letsIn(String rule, boolean cli, boolean db, boolean other, boolean outside) {
    PolicyImage image =
        image(GivenPolicy.named("a/p").selects("app == 'web'").ingress(GivenRule.of(rule)).build());

    assertThat(isAllowed(image, "10.0.0.2", "10.0.0.1")).isEqualTo(cli);
    assertThat(isAllowed(image, "10.0.0.3", "10.0.0.1")).isEqualTo(db);
    assertThat(isAllowed(image, "10.0.0.4", "10.0.0.1")).isEqualTo(other);
    assertThat(isAllowed(image, "192.0.2.9", "10.0.0.1")).isEqualTo(outside);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          allow; protocol=ICMP                 | true | true | false
          allow; protocol=ICMP; icmp=8         | true | false  | false
          allow; protocol=ICMP; icmp=3/4       | false  | true | false
          allow; protocol=ICMP; icmp=3/5       | false  | false  | false
          allow; protocol=ICMP; notIcmp=8      | false  | true | false
          allow; protocol=ICMPv6; icmp=128     | false  | false  | true
          allow; from.nets=10.0.0.0/8          | true | true | false
          allow; from.notNets=10.0.0.0/8       | false  | false  | true
          allow; from.selector=app == 'cli'    | true | true | true
          """)
  void letsInIcmp(String rule, boolean echo, boolean tooBig, boolean echoV6) {
    PolicyImage image = image(GivenPolicy.named("a/p").ingress(GivenRule.of(rule)).build());
    IpAddress from = IpAddress.parse("10.0.0.2");
    IpAddress to = IpAddress.parse("10.0.0.1");

    assertThat(ingress(image, Packet.icmp(from, to, 8, 0))).isEqualTo(echo);
    assertThat(ingress(image, Packet.icmp(from, to, 3, 4))).isEqualTo(tooBig);
    assertThat(
            ingress(
                image, Packet.icmp(IpAddress.parse("fd00::2"), IpAddress.parse("fd00::1"), 128, 0)))
        .isEqualTo(echoV6);
  }

  @Test
  void withoutPolicyTheProfilesDecide() {
    assertThat(trace(image(), "10.0.0.2", "10.0.0.1"))
        .hasToString(
            """
            Egress of WorkloadEndpoint(a/cli)
            profile kns.a, rule 0: ALLOW
            Ingress of WorkloadEndpoint(a/web)
            profile kns.a, rule 0: ALLOW
            allowed""");
  }

  @Test
  void aPolicyOfOneDirectionLeavesTheOtherToTheProfiles() {
    PolicyImage image =
        image(GivenPolicy.named("a/p").selects("app == 'web'").types(PolicyType.INGRESS).build());

    assertThat(isAllowed(image, "10.0.0.1", "10.0.0.2")).isTrue();
    assertThat(trace(image, "10.0.0.2", "10.0.0.1"))
        .hasToString(
            """
            Egress of WorkloadEndpoint(a/cli)
            profile kns.a, rule 0: ALLOW
            Ingress of WorkloadEndpoint(a/web)
            tier default, policy np/a/p: no rule decides
            end of tier default: DENY
            denied""");
  }

  @Test
  void passSkipsTheRestOfTheTier() {
    PolicyImage image =
        image(
            Given.tier("first", Optional.of(1.0), Rule.Action.DENY),
            GivenPolicy.named("pass")
                .tier("first")
                .order(1)
                .ingress(rule("log"), rule("pass"))
                .build(),
            GivenPolicy.named("deny").tier("first").order(2).ingress(rule("deny")).build(),
            GivenPolicy.named("a/allow").ingress(rule("allow")).build());

    assertThat(trace(image, "192.0.2.9", "10.0.0.1"))
        .hasToString(
            """
            Ingress of WorkloadEndpoint(a/web)
            tier first, policy gnp/pass, rule 0: LOG
            tier first, policy gnp/pass, rule 1: PASS
            tier default, policy np/a/allow, rule 0: ALLOW
            allowed""");
  }

  @Test
  void aTierThatPassesLeadsOnToTheProfiles() {
    PolicyImage image =
        image(
            Given.tier("soft", Optional.of(1.0), Rule.Action.PASS),
            GivenPolicy.named("nothing").tier("soft").types(PolicyType.INGRESS).build());

    assertThat(trace(image, "192.0.2.9", "10.0.0.1"))
        .hasToString(
            """
            Ingress of WorkloadEndpoint(a/web)
            tier soft, policy gnp/nothing: no rule decides
            end of tier soft: PASS
            profile kns.a, rule 0: ALLOW
            allowed""");
  }

  @Test
  void anEndpointWhoseProfileIsUnknownIsClosed() {
    PolicyImage image =
        image(Given.endpoint("a/new", "n1", "10.0.0.9", "", "kns.unknown", "kns.missing"));

    assertThat(trace(image, "192.0.2.9", "10.0.0.9").reason())
        .isEqualTo(new TraceStep.ProfilesLeft());
  }

  @Test
  void profilesDecideInTheirOrder() {
    PolicyImage image =
        image(
            Given.profile("closed", "", List.of(rule("deny")), List.of()),
            Given.endpoint("a/new", "n1", "10.0.0.9", "", "closed", PolicyEngine.DEFAULT_ALLOW),
            Given.endpoint("a/old", "n1", "10.0.0.8", "", PolicyEngine.DEFAULT_ALLOW, "closed"));

    assertThat(isAllowed(image, "192.0.2.9", "10.0.0.9")).isFalse();
    assertThat(isAllowed(image, "192.0.2.9", "10.0.0.8")).isTrue();
    assertThat(isAllowed(image, "10.0.0.9", "192.0.2.9")).isTrue();
  }

  @Test
  void whatNeverTouchesThisNodeIsNotJudged() {
    assertThat(trace(image(), "10.0.0.3", "10.0.0.4"))
        .isEqualTo(new Verdict(true, List.of(new TraceStep.NoEndpoint())));
  }

  @Test
  void aDeniedPacketNeverReachesTheOtherEnd() {
    PolicyImage image =
        image(GivenPolicy.named("a/p").selects("app == 'cli'").egress(rule("deny")).build());

    assertThat(trace(image, "10.0.0.2", "10.0.0.1").steps())
        .hasSize(2)
        .first()
        .hasToString("Egress of WorkloadEndpoint(a/cli)");
  }

  private static Rule rule(String text) {
    return GivenRule.of(text);
  }

  private static PolicyImage image(Resource... more) {
    var engine = new PolicyEngine("n1", ServiceKnowledge.KNOWN);
    List<Resource> all = new ArrayList<>(CLUSTER);
    all.addAll(List.of(more));
    engine.apply(Given.changes(all.toArray(Resource[]::new)));
    assertThat(engine.problems()).isEmpty();
    return engine.image();
  }

  private static boolean isAllowed(PolicyImage image, String from, String to) {
    return trace(image, from, to).isAllowed();
  }

  private static Verdict trace(PolicyImage image, String from, String to) {
    return PacketTrace.of(
        image,
        Packet.withPorts(Protocol.TCP, IpAddress.parse(from), 40_000, IpAddress.parse(to), 8080));
  }

  private static boolean ingress(PolicyImage image, Packet packet) {
    var endpoint = Objects.requireNonNull(image.endpoints().get(Given.endpointKey("a/web")));
    return PacketTrace.of(image, endpoint, PolicyType.INGRESS, packet).isAllowed();
  }
}

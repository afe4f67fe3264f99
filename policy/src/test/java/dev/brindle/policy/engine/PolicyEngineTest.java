// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.api.resource.WorkloadEndpoint.EndpointPort;
import dev.brindle.policy.engine.EndpointPolicy.TierPolicies;
import dev.brindle.policy.rule.PolicyRule;
import dev.brindle.policy.rule.RuleAction;
import dev.brindle.policy.rule.RuleMatch;
import dev.brindle.policy.rule.ServiceKnowledge;
import dev.brindle.policy.set.IpSetMember;
import dev.brindle.policy.set.IpSetMember.AddressAndPort;
import dev.brindle.policy.testing.Given;
import dev.brindle.policy.testing.GivenPolicy;
import dev.brindle.policy.testing.GivenRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyEngineTest {

  private static final WorkloadEndpoint WEB =
      Given.withAccount(
          Given.endpoint("a/web", "n1", "10.0.0.1", "app=web", "kns.a", "ksa.a.robot"), "robot");

  private final PolicyEngine engine = new PolicyEngine("n1", ServiceKnowledge.KNOWN);

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # policy, its selectors: own; of namespaces; of service accounts   | selects a/web
          a/p                                                                | true
          a/p ; app == 'web'                                                 | true
          a/p ; app == 'db'                                                  | false
          b/p                                                                | false
          b/p ; all()                                                        | false
          b/p ; projectcalico.org/namespace == 'a'                           | false
          b/p ; !has(missing)                                                 | false
          a/p ; ; ; role == 'r'                                              | true
          a/p ; ; ; role == 's'                                              | false
          a/p ; has(app) ; ; projectcalico.org/name == 'robot'               | true
          p                                                                  | true
          p ; app == 'web'                                                   | true
          p ; projectcalico.org/namespace == 'a'                             | true
          p ; projectcalico.org/serviceaccount == 'robot'                    | true
          p ; projectcalico.org/orchestrator == 'k8s'                        | true
          p ; pcns.env == 'prod'                                             | true
          p ; env == 'prod'                                                  | false
          p ; ; env == 'prod'                                                | true
          p ; ; env == 'test'                                                | false
          p ; ; all()                                                        | true
          p ; ; global()                                                     | true
          p ; all() ; projectcalico.org/name == 'a'                          | true
          p ; app == 'db' ; all()                                            | false
          p ; ; ; role == 'r'                                                | true
          p ; ; ; all()                                                      | true
          p ; ; env == 'prod' ; role == 's'                                  | false
          """)
  void selects(String text, boolean expected) {
    String[] parts = (text + ";;;").split(";", -1);
    take(
        WEB,
        Given.namespaceProfile("a", "env=prod"),
        Given.profile(
            "ksa.a.robot", "pcsa.role=r,pcsa.projectcalico.org/name=robot", List.of(), List.of()),
        GivenPolicy.named(parts[0].strip())
            .selects(parts[1].strip())
            .inNamespaces(parts[2].strip())
            .ofAccounts(parts[3].strip())
            .build());

    assertThat(engine.problems()).isEmpty();
    assertThat(engine.image().policies().isEmpty()).isEqualTo(!expected);
    assertThat(web().ingress().isEmpty()).isEqualTo(!expected);
  }

  @Test
  void aPodCannotClaimAnotherNamespaceOrAccount() {
    take(
        Given.endpoint(
            "a/web",
            "n1",
            "10.0.0.1",
            "projectcalico.org/namespace=b,projectcalico.org/serviceaccount=root,"
                + "pcns.env=prod,pcsa.role=root"),
        GivenPolicy.named("p").selects("projectcalico.org/namespace == 'b'").build(),
        GivenPolicy.named("q").selects("has(projectcalico.org/serviceaccount)").build(),
        GivenPolicy.named("r").selects("has(pcns.env) || has(pcsa.role)").build());

    assertThat(engine.image().policies()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # policies, each tier:order:name                   | in order
          :2:a/x, :1:a/y                                     | default[np/a/y np/a/x]
          ::a/x, :1000000000:a/y                             | default[np/a/y np/a/x]
          :1:a/y, :1:x                                       | default[gnp/x np/a/y]
          :1:a/x, :1:x                                       | default[gnp/x np/a/x]
          :-1:a/x, :0:a/w                                    | default[np/a/x np/a/w]
          :-0:b, :0:a                                        | default[gnp/a gnp/b]
          :1:a.b, :1:a                                       | default[gnp/a.b gnp/a]
          default::x, t1::y, t2::z                           | t2[gnp/z] t1[gnp/y] default[gnp/x]
          last::x, nobody::y, default::z                     | default[gnp/z] last[gnp/x] nobody[gnp/y]
          kube-baseline::x, kube-admin::y, default::z        | kube-admin+[gnp/y] default[gnp/z] kube-baseline+[gnp/x]
          t1:2:x, t1:1:y, :0:z                               | t1[gnp/y gnp/x] default[gnp/z]
          nobody:1:x, anybody:2:y                            | anybody[gnp/y] nobody[gnp/x]
          """)
  void ordersTiersAndPolicies(String policies, String expected) {
    take(
        WEB,
        Given.tier("t1", Optional.of(20.0), Rule.Action.DENY),
        Given.tier("t2", Optional.of(10.0), Rule.Action.DENY),
        Given.tier("last", Optional.empty(), Rule.Action.DENY));
    take(
        Arrays.stream(policies.split(",", -1))
            .map(policy -> policy.strip().split(":", -1))
            .map(
                p ->
                    GivenPolicy.named(p[2])
                        .tier(p[0])
                        .order(
                            p[1].isEmpty() ? Optional.empty() : Optional.of(Double.valueOf(p[1])))
                        .types(PolicyType.EGRESS)
                        .build())
            .toArray(Resource[]::new));

    assertThat(text(web().egress())).isEqualTo(expected);
    assertThat(web().ingress()).isEmpty();
  }

  @Test
  void builtInTiersCannotBeChanged() {
    take(
        WEB,
        Given.tier("default", Optional.of(1.0), Rule.Action.PASS),
        GivenPolicy.named("a/p").build());

    assertThat(text(web().ingress())).isEqualTo("default[np/a/p]");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # types          | ingress rules | egress rules | in force
                           | 0             | 0            | Ingress
                           | 1             | 0            | Ingress
                           | 0             | 1            | Egress
                           | 1             | 1            | Ingress Egress
          INGRESS          | 0             | 1            | Ingress
          EGRESS           | 1             | 0            | Egress
          INGRESS EGRESS   | 0             | 0            | Ingress Egress
          """)
  void typesSayWhichDirections(@Nullable String types, int ingress, int egress, String expected) {
    Rule[] rules = {GivenRule.of("allow")};
    take(
        WEB,
        GivenPolicy.named("a/p")
            .types(
                Stream.ofNullable(types)
                    .flatMap(text -> Arrays.stream(text.split(" ", -1)))
                    .map(PolicyType::valueOf)
                    .toArray(PolicyType[]::new))
            .ingress(Arrays.copyOf(rules, ingress))
            .egress(Arrays.copyOf(rules, egress))
            .build());

    List<String> found = new ArrayList<>();
    if (!web().ingress().isEmpty()) {
      found.add("Ingress");
    }
    if (!web().egress().isEmpty()) {
      found.add("Egress");
    }
    assertThat(String.join(" ", found)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # own; namespaces; accounts | problem
          x =                         | selector: expected '==' but found '=' at position 3 of selector `x =`; it counts as absent
          ;x                          | namespaceSelector: expected operator after label
          ;;(                         | serviceAccountSelector: expected
          """)
  void aPolicyThatDoesNotParseCountsAsAbsent(String text, String problem) {
    String[] parts = (text + ";;").split(";", -1);
    Resource broken =
        GivenPolicy.named("p")
            .selects(parts[0])
            .inNamespaces(parts[1])
            .ofAccounts(parts[2])
            .build();
    take(WEB, broken, GivenPolicy.named("a/fine").build());

    assertThat(text(web().ingress())).isEqualTo("default[np/a/fine]");
    assertThat(engine.problems()).containsOnlyKeys(broken.key());
    assertThat(engine.problems().get(broken.key())).startsWith(problem);

    take(GivenPolicy.named("p").build());
    assertThat(engine.problems()).isEmpty();
    assertThat(text(web().ingress())).isEqualTo("default[np/a/fine gnp/p]");
  }

  @Test
  void aPolicyThatNoLongerParsesDoesNotKeepItsLastGoodForm() {
    take(WEB, GivenPolicy.named("a/p").ingress(GivenRule.of("allow")).build());
    PolicyDelta delta =
        take(GivenPolicy.named("a/p").ingress(GivenRule.of("allow; from.selector=(")).build());

    assertThat(delta.policies()).containsOnlyKeys(new PolicyId("np", "a", "p"));
    assertThat(engine.image().policies()).isEmpty();
    assertThat(web().ingress()).isEmpty();
  }

  @Test
  void aServiceMeansTheEndpointsOfItsSlices() {
    take(
        WEB,
        GivenPolicy.named("a/p").egress(GivenRule.of("allow; to.service=s")).build(),
        Given.slice("a/s-1", "s", "10.0.0.7", "tcp/80,udp/53"),
        Given.slice("a/s-2", "s", "10.0.0.7,10.0.0.8", "tcp/80"),
        Given.slice("b/s-1", "s", "10.0.0.9", "tcp/80"),
        Given.slice("a/t-1", "t", "10.0.0.9", "tcp/80"));
    assertThat(served()).containsOnly("10.0.0.7 TCP 80", "10.0.0.7 UDP 53", "10.0.0.8 TCP 80");

    take(Given.slice("a/s-1", "t", "10.0.0.7", "tcp/80,udp/53"));
    assertThat(served()).containsOnly("10.0.0.7 TCP 80", "10.0.0.8 TCP 80");

    engine.apply(List.of(Given.gone(Given.slice("a/s-2", "s", "", ""))));
    assertThat(served()).isEmpty();
    assertThat(engine.problems()).isEmpty();
  }

  /// Of the one set that there is.
  private List<String> served() {
    return engine.image().sets().values().stream()
        .flatMap(Set::stream)
        .map(AddressAndPort.class::cast)
        .map(each -> "%s %s %d".formatted(each.address(), each.protocol(), each.port()))
        .toList();
  }

  @Test
  void aPolicyWithServicesThatNobodyKnowsStaysAndIsReported() {
    Resource policy =
        GivenPolicy.named("a/p")
            .egress(GivenRule.of("allow; to.service=s"), GivenRule.of("deny; to.service=s"))
            .build();
    var engine = new PolicyEngine("n1", ServiceKnowledge.UNKNOWN);
    engine.apply(Given.changes(WEB, policy));

    assertThat(text(engine.image().endpoints().values().iterator().next().egress()))
        .isEqualTo("default[np/a/p]");
    assertThat(engine.image().policies().values())
        .singleElement()
        .satisfies(rules -> assertThat(rules.egress()).hasSize(1));
    assertThat(engine.problems().get(policy.key()))
        .isEqualTo(
            "egress[0]: who is behind services is not known; the rule is left out: it matches"
                + " nothing; egress[1]: who is behind services is not known; "
                + "the rule denies whatever the service may be");

    engine.services(ServiceKnowledge.KNOWN);
    engine.apply(List.of());

    assertThat(engine.problems()).isEmpty();
    assertThat(engine.image().policies().values())
        .singleElement()
        .satisfies(rules -> assertThat(rules.egress()).hasSize(2));
  }

  @Test
  void untrackedPoliciesAreNotForWorkloads() {
    take(WEB, GivenPolicy.named("p").of(PolicyClass.UNTRACKED).build());

    assertThat(engine.image().policies()).isEmpty();
    assertThat(engine.problems()).isEmpty();
  }

  @Test
  void onlyWhatThisNodeNeedsIsInForce() {
    Resource policy =
        GivenPolicy.named("p")
            .selects("app == 'db'")
            .ingress(GivenRule.of("allow; from.selector=app == 'web'"))
            .build();
    WorkloadEndpoint remote = Given.endpoint("a/db", "n2", "10.0.0.2", "app=db", "kns.a");
    take(WEB, remote, policy);
    assertThat(engine.image().policies()).isEmpty();
    assertThat(engine.image().sets()).isEmpty();
    assertThat(engine.image().profiles()).isEmpty();
    assertThat(engine.image().endpoints()).containsOnlyKeys(WEB.key());

    PolicyDelta moved = take(Given.endpoint("a/db", "n1", "10.0.0.2", "app=db", "kns.a"));
    assertThat(moved.policies()).hasSize(1);
    assertThat(moved.newSets().values()).containsExactly(Set.of(net("10.0.0.1/32")));
    assertThat(moved.endpoints()).containsOnlyKeys(remote.key());

    PolicyDelta back = take(remote);
    assertThat(back.goneSets()).hasSize(1);
    assertThat(back.policies().values()).containsExactly(Optional.empty());
    assertThat(back.endpoints().values()).containsExactly(Optional.empty());
  }

  @Test
  void aPolicyCanBeNeededEverywhere() {
    take(GivenPolicy.named("p").selects("app == 'db'").everywhere().build());

    assertThat(engine.image().policies()).hasSize(1);
  }

  @Test
  void aMemberStaysWhileAnyoneContributesIt() {
    take(
        WEB,
        Given.endpoint("b/one", "n2", "10.0.0.7,10.0.0.8", "app=cli"),
        Given.endpoint("b/two", "n2", "10.0.0.7", "app=cli"),
        GivenPolicy.named("p").ingress(GivenRule.of("allow; from.selector=app == 'cli'")).build());
    PolicyDelta first = engine.apply(List.of(goneEndpoint("b/one")));
    PolicyDelta second = engine.apply(List.of(goneEndpoint("b/two")));

    assertThat(first.setChanges().values())
        .containsExactly(new PolicyDelta.SetChange(Set.of(), Set.of(net("10.0.0.8/32"))));
    assertThat(second.setChanges().values())
        .containsExactly(new PolicyDelta.SetChange(Set.of(), Set.of(net("10.0.0.7/32"))));
    assertThat(engine.image().sets().values()).containsExactly(Set.of());
  }

  @ParameterizedTest(name = "{0} | {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # policy | its rule                                        | set                   | nets in the rule's set
          a/p      | from.selector=net == 'x'                        | a/s net=x             | 192.0.2.0/24
          a/p      | from.selector=net == 'x'                        | b/s net=x             |
          a/p      | from.selector=net == 'x'                        | s net=x               |
          a/p      | from.selector=net == 'x'; from.namespaces=env == 'prod' | a/s net=x     | 192.0.2.0/24
          a/p      | from.selector=net == 'x'; from.namespaces=env == 'prod' | b/s net=x     |
          a/p      | from.selector=net == 'x'; from.namespaces=all() | b/s net=x             | 192.0.2.0/24
          a/p      | from.selector=net == 'x'; from.namespaces=all() | s net=x               |
          a/p      | from.selector=net == 'x'; from.namespaces=global() | s net=x            | 192.0.2.0/24
          a/p      | from.selector=net == 'x'; from.namespaces=global() | a/s net=x          |
          p        | from.selector=net == 'x'                        | s net=x               | 192.0.2.0/24
          p        | from.selector=net == 'x'                        | b/s net=x             | 192.0.2.0/24
          p        | from.selector=net == 'x'                        | s net=y               |
          p        | from.selector=pcns.env == 'prod' && !has(app)   | b/s pcns.env=prod     |
          p        | from.selector=pcns.env == 'prod' && !has(app)   | a/s net=x             | 192.0.2.0/24
          p        | from.selector=has(projectcalico.org/serviceaccount) && !has(app) | b/s projectcalico.org/serviceaccount=root |
          p        | from.selector=projectcalico.org/namespace == 'b' | s projectcalico.org/namespace=b |
          """)
  void selectsNetworks(String policy, String rule, String set, @Nullable String nets) {
    String[] parts = set.split(" ", -1);
    take(
        WEB,
        Given.namespaceProfile("a", "env=prod"),
        Given.networkSet(parts[0], "192.0.2.7/24", parts[1]),
        GivenPolicy.named(policy).ingress(GivenRule.of("allow; " + rule)).build());

    assertThat(engine.problems()).isEmpty();
    assertThat(engine.image().sets().values())
        .containsExactly(nets == null ? Set.of() : Set.of(net(nets)));
  }

  @Test
  void networksOfASetComeAndGo() {
    take(
        WEB, GivenPolicy.named("p").ingress(GivenRule.of("allow; from.selector=has(net)")).build());
    PolicyDelta first = take(Given.networkSet("s", "192.0.2.0/24,10.0.0.9,", "net=x"));
    PolicyDelta other = take(Given.networkSet("s", "192.0.2.0/24,fd00::/64", "net=x"));
    PolicyDelta unlabelled = take(Given.networkSet("s", "192.0.2.0/24,fd00::/64", ""));

    assertThat(first.setChanges().values())
        .containsExactly(
            new PolicyDelta.SetChange(Set.of(net("192.0.2.0/24"), net("10.0.0.9/32")), Set.of()));
    assertThat(other.setChanges().values())
        .containsExactly(
            new PolicyDelta.SetChange(Set.of(net("fd00::/64")), Set.of(net("10.0.0.9/32"))));
    assertThat(unlabelled.setChanges().values())
        .containsExactly(
            new PolicyDelta.SetChange(Set.of(), Set.of(net("192.0.2.0/24"), net("fd00::/64"))));
  }

  @Test
  void aNetworkThatCannotBeReadIsLeftOutAndTold() {
    Resource set = Given.networkSet("s", "192.0.2.0/24,10.0.0,10.0", "net=x");
    take(
        WEB,
        set,
        GivenPolicy.named("p").ingress(GivenRule.of("allow; from.selector=has(net)")).build());

    assertThat(engine.image().sets().values()).containsExactly(Set.of(net("192.0.2.0/24")));
    assertThat(engine.problems())
        .containsExactly(
            Map.entry(set.key(), "nets: '10.0.0' and 1 more are not a network, left out"));

    engine.apply(List.of(Given.gone(set)));
    assertThat(engine.problems()).isEmpty();
    assertThat(engine.image().sets().values()).containsExactly(Set.of());
  }

  @Test
  void namedPortsFollowTheEndpoints() {
    List<EndpointPort> ports =
        List.of(
            new EndpointPort("web", Protocol.TCP, 8080, 0, ""),
            new EndpointPort("web", Protocol.UDP, 8081, 0, ""),
            new EndpointPort("other", Protocol.TCP, 8082, 0, ""));
    take(
        WEB,
        Given.endpoint("b/x", "n2", "10.0.0.7", "", ports),
        GivenPolicy.named("p").egress(GivenRule.of("allow; protocol=TCP; to.ports=web")).build(),
        GivenPolicy.named("q").egress(GivenRule.of("allow; to.ports=web")).build());

    var tcp = new IpSetMember.AddressAndPort(IpAddress.parse("10.0.0.7"), Protocol.TCP, 8080);
    var udp = new IpSetMember.AddressAndPort(IpAddress.parse("10.0.0.7"), Protocol.UDP, 8081);
    assertThat(engine.image().sets().values())
        .containsExactlyInAnyOrder(Set.of(tcp), Set.of(tcp, udp));
    assertThat(engine.image().sets().keySet()).allMatch(name -> name.hasPorts());
  }

  @Test
  void labelsOfANamespaceMoveItsEndpointsInAndOutOfSets() {
    take(
        WEB,
        Given.endpoint("b/x", "n2", "10.0.0.7", "", "kns.b"),
        GivenPolicy.named("a/p")
            .ingress(GivenRule.of("allow; from.namespaces=env == 'prod'"))
            .build());
    PolicyDelta in = take(Given.namespaceProfile("b", "env=prod"));
    PolicyDelta out = take(Given.namespaceProfile("b", "env=test"));

    assertThat(in.setChanges().values())
        .containsExactly(new PolicyDelta.SetChange(Set.of(net("10.0.0.7/32")), Set.of()));
    assertThat(out.setChanges().values())
        .containsExactly(new PolicyDelta.SetChange(Set.of(), Set.of(net("10.0.0.7/32"))));
    assertThat(in.endpoints()).isEmpty();
  }

  @Test
  void aSharedSetIsSentOnceAndGoesWithItsLastUser() {
    Resource p = GivenPolicy.named("p").ingress(GivenRule.of("allow; from.selector=all()")).build();
    Resource q = GivenPolicy.named("q").ingress(GivenRule.of("deny; from.selector=all()")).build();
    take(WEB, p);

    assertThat(take(q).newSets()).isEmpty();
    assertThat(engine.apply(List.of(Given.gone(p))).goneSets()).isEmpty();
    assertThat(engine.apply(List.of(Given.gone(q))).goneSets())
        .extracting(Object::toString)
        .containsExactly("s:5y5I3VdRZfDU01O--xXAPx2yxCQQqMf0M6IWug");
  }

  @Test
  void theBuiltInProfileIsAlwaysThere() {
    var profile = PolicyEngine.DEFAULT_ALLOW;
    take(
        Given.endpoint("a/web", "n1", "10.0.0.1", "", profile),
        Given.profile(profile, "", List.of(GivenRule.of("deny")), List.of()));

    assertThat(web().profiles()).containsExactly(profile);
    assertThat(engine.image().profiles().get(profile))
        .extracting(RuleSet::ingress)
        .isEqualTo(List.of(new PolicyRule(RuleAction.ALLOW, RuleMatch.EVERYTHING)));
  }

  @Test
  void aProfileThatDoesNotParseLetsNothingThroughButGivesItsLabels() {
    Resource broken =
        Given.profile("kns.a", "team=x", List.of(GivenRule.of("allow; to.nets=x")), List.of());
    take(WEB, broken, GivenPolicy.named("p").selects("team == 'x'").build());

    assertThat(web().profiles()).isEmpty();
    assertThat(text(web().ingress())).isEqualTo("default[gnp/p]");
    assertThat(engine.problems()).containsOnlyKeys(broken.key());
  }

  @Test
  void anEndpointWithoutAddressDoesNotCount() {
    PolicyDelta delta = take(Given.endpoint("a/web", "n1", "", "app=web"));

    assertThat(delta.isEmpty()).isTrue();
  }

  @Test
  void sayingTheSameAgainChangesNothing() {
    Resource policy = GivenPolicy.named("a/p").ingress(GivenRule.of("allow")).build();
    take(WEB, policy, Given.namespaceProfile("a", ""));

    assertThat(take(WEB, policy, Given.namespaceProfile("a", "")).isEmpty()).isTrue();
    assertThat(engine.apply(List.of(Given.gone(policy), Change.to(policy))).isEmpty()).isTrue();
  }

  private PolicyDelta take(Resource... resources) {
    return engine.apply(Given.changes(resources));
  }

  private EndpointPolicy web() {
    EndpointPolicy policy = engine.image().endpoints().get(WEB.key());
    if (policy == null) {
      throw new AssertionError("a/web is not in the image");
    }
    return policy;
  }

  private static Change goneEndpoint(String name) {
    return Change.gone(Given.endpointKey(name));
  }

  private static IpSetMember net(String cidr) {
    return new IpSetMember.Net(Cidr.parse(cidr));
  }

  private static String text(List<TierPolicies> tiers) {
    return tiers.stream()
        .map(
            tier ->
                tier.tier()
                    + (tier.passes() ? "+" : "")
                    + tier.policies().stream()
                        .map(PolicyId::toString)
                        .collect(Collectors.joining(" ", "[", "]")))
        .collect(Collectors.joining(" "));
  }
}

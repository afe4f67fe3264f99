// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.felix.settings.Settings;
import dev.brindle.policy.engine.EndpointPolicy;
import dev.brindle.policy.engine.EndpointPolicy.TierPolicies;
import dev.brindle.policy.engine.HostPolicy;
import dev.brindle.policy.engine.PolicyClass;
import dev.brindle.policy.engine.PolicyDelta;
import dev.brindle.policy.engine.PolicyId;
import dev.brindle.policy.engine.PolicyImage;
import dev.brindle.policy.engine.RuleSet;
import dev.brindle.policy.rule.PolicyRule;
import dev.brindle.policy.rule.RuleAction;
import dev.brindle.policy.rule.RuleMatch;
import dev.brindle.policy.rule.SideMatch;
import dev.brindle.policy.set.IpSetMember;
import dev.brindle.policy.set.IpSetName;
import dev.brindle.policy.trace.Packet;
import dev.brindle.policy.trace.PacketTrace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A packet gets through the rendered table exactly when the trace of the policy says so.
class RenderingOracleTest {

  static final IpSetName SET = new IpSetName("s:web");
  private static final List<Protocol> PROTOCOLS = List.of(Protocol.TCP, Protocol.UDP);
  private static final int ECHO = 8;
  private static final List<RuleAction> ACTIONS = List.of(RuleAction.values());

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void theTableDecidesAsPolicyDoes(long seed) {
    decidesAsPolicyDoes(IpFamily.IPV4, new Random(seed));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {101, 102, 103, 104, 105, 106, 107, 108})
  void soDoesTheTableOfIpv6(long seed) {
    decidesAsPolicyDoes(IpFamily.IPV6, new Random(seed));
  }

  private static void decidesAsPolicyDoes(IpFamily family, Random random) {
    for (int round = 0; round < 30; round++) {
      PolicyImage image = image(random);
      var renderer = new PolicyRenderer(List.of(family), RenderContext.of(Settings.DEFAULTS));
      renderer.apply(all(image));
      var table = renderer.tables().getFirst();
      for (int probe = 0; probe < 40; probe++) {
        int from = random.nextInt(4);
        int to = random.nextInt(4);
        Packet packet = packet(address(family, from), address(family, to), random);
        assertThat(
                new TableWalk(table, packet, device(from), device(to)).survives("filter-FORWARD"))
            .as("%s through %s", packet, image)
            .isEqualTo(PacketTrace.of(image, packet).isAllowed());
      }
    }
  }

  static Packet packet(IpAddress from, IpAddress to, Random random) {
    return random.nextInt(4) == 0
        ? Packet.icmp(from, to, ECHO + random.nextInt(2), random.nextInt(2))
        : Packet.withPorts(
            PROTOCOLS.get(random.nextInt(2)), from, random.nextInt(4), to, random.nextInt(4));
  }

  /// 0 and 1 are pods of this node, 2 and 3 are elsewhere.
  static IpAddress address(IpFamily family, int host) {
    return IpAddress.parse(family == IpFamily.IPV4 ? "10.0.0.0" : "fd00::").plus(host);
  }

  static String device(int host) {
    return host < 2 ? "cali" + host : "eth0";
  }

  static PolicyDelta all(PolicyImage image) {
    Map<PolicyId, Optional<RuleSet>> policies = new HashMap<>();
    image.policies().forEach((id, rules) -> policies.put(id, Optional.of(rules)));
    Map<String, Optional<RuleSet>> profiles = new HashMap<>();
    image.profiles().forEach((name, rules) -> profiles.put(name, Optional.of(rules)));
    Map<ResourceKey, Optional<EndpointPolicy>> endpoints = new HashMap<>();
    image.endpoints().forEach((key, policy) -> endpoints.put(key, Optional.of(policy)));
    Map<ResourceKey, Optional<HostPolicy>> hosts = new HashMap<>();
    image.hosts().forEach((key, policy) -> hosts.put(key, Optional.of(policy)));
    return new PolicyDelta(image.sets(), Map.of(), Set.of(), policies, profiles, endpoints, hosts);
  }

  static PolicyImage image(Random random) {
    Map<PolicyId, RuleSet> policies = new HashMap<>();
    for (String name : List.of("a", "b", "c", "d")) {
      policies.put(new PolicyId("gnp", "", name), rules(random));
    }
    Map<ResourceKey, EndpointPolicy> endpoints = new HashMap<>();
    for (int host = 0; host < 2; host++) {
      WorkloadEndpoint endpoint = endpoint(host);
      endpoints.put(
          endpoint.key(),
          new EndpointPolicy(endpoint, tiers(random), tiers(random), List.of("p1", "p2")));
    }
    return new PolicyImage(
        Map.of(
            SET,
            Set.of(
                net("10.0.0.1/32"),
                net("10.0.0.2/31"),
                net("10.0.0.2/32"),
                net("fd00::1/128"),
                net("fd00::2/128"))),
        policies,
        Map.of("p1", rules(random), "p2", rules(random)),
        endpoints,
        Map.of());
  }

  private static List<TierPolicies> tiers(Random random) {
    return tiers(random, "a", "b", "c", "d");
  }

  /// @param names of four policies
  static List<TierPolicies> tiers(Random random, String... names) {
    return IntStream.range(0, random.nextInt(3))
        .mapToObj(
            i ->
                new TierPolicies(
                    "t" + i,
                    random.nextBoolean(),
                    i == 0
                        ? List.of(
                            new PolicyId("gnp", "", names[0]), new PolicyId("gnp", "", names[1]))
                        : List.of(
                            new PolicyId("gnp", "", names[2]), new PolicyId("gnp", "", names[3]))))
        .toList();
  }

  private static RuleSet rules(Random random) {
    return rules(random, PolicyClass.ORDINARY);
  }

  static RuleSet rules(Random random, PolicyClass policyClass) {
    return new RuleSet(policyClass, someRules(random), someRules(random));
  }

  private static List<PolicyRule> someRules(Random random) {
    return IntStream.range(0, random.nextInt(4))
        .mapToObj(_ -> new PolicyRule(ACTIONS.get(random.nextInt(ACTIONS.size())), match(random)))
        .toList();
  }

  private static RuleMatch match(Random random) {
    return random.nextInt(4) == 0
        ? icmpMatch(random)
        : new RuleMatch(
            family(random),
            Optional.of(PROTOCOLS.get(random.nextInt(2))),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            side(random, true),
            side(random, true));
  }

  private static RuleMatch icmpMatch(Random random) {
    Optional<Rule.Icmp> icmp =
        Optional.of(
            new Rule.Icmp(
                Optional.of(ECHO + random.nextInt(2)),
                random.nextBoolean() ? Optional.of(random.nextInt(2)) : Optional.empty()));
    boolean negated = random.nextInt(3) == 0;
    return new RuleMatch(
        family(random),
        Optional.of(random.nextBoolean() ? Protocol.ICMP : Protocol.ICMPV6),
        Optional.empty(),
        negated ? Optional.empty() : icmp,
        negated ? icmp : Optional.empty(),
        side(random, false),
        side(random, false));
  }

  private static Optional<IpFamily> family(Random random) {
    return random.nextInt(5) == 0
        ? Optional.of(random.nextBoolean() ? IpFamily.IPV4 : IpFamily.IPV6)
        : Optional.empty();
  }

  private static SideMatch side(Random random, boolean hasPorts) {
    return new SideMatch(
        random.nextInt(3) == 0
            ? List.of(Cidr.parse("10.0.0.0/31"), Cidr.parse("fd00::/127"))
            : List.of(),
        random.nextInt(5) == 0
            ? List.of(Cidr.parse("10.0.0.3/32"), Cidr.parse("fd00::3/128"))
            : List.of(),
        random.nextInt(4) == 0 ? List.of(SET) : List.of(),
        random.nextInt(6) == 0 ? List.of(SET) : List.of(),
        hasPorts && random.nextInt(4) == 0
            ? List.of(new PortRange(0, 1), PortRange.of(3))
            : List.of(),
        List.of(),
        hasPorts && random.nextInt(6) == 0 ? List.of(PortRange.of(2)) : List.of(),
        List.of());
  }

  static IpSetMember net(String cidr) {
    return new IpSetMember.Net(Cidr.parse(cidr));
  }

  private static WorkloadEndpoint endpoint(int host) {
    return new WorkloadEndpoint(
        Metadata.named("ns", "pod" + host),
        new WorkloadEndpoint.Spec(
            "k8s",
            "",
            "n1",
            "",
            "pod" + host,
            "eth0",
            "",
            List.of(
                Cidr.host(address(IpFamily.IPV4, host)), Cidr.host(address(IpFamily.IPV6, host))),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of("p1", "p2"),
            device(host),
            Optional.empty(),
            List.of(),
            List.of()));
  }
}

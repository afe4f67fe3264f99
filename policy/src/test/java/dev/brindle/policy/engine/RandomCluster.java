// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.net.Protocol;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.WorkloadEndpoint.EndpointPort;
import dev.brindle.policy.testing.Given;
import dev.brindle.policy.testing.GivenPolicy;
import dev.brindle.policy.testing.GivenRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Resources over so few names, labels and addresses that they often meet, some of them wrong.
final class RandomCluster {

  private static final List<String> SELECTORS =
      List.of(
          "",
          "all()",
          "global()",
          "has(x)",
          "!has(x)",
          "x == '1'",
          "x != '1'",
          "x in {'1', '2'}",
          "x not in {'1'}",
          "x == '1' && y == '2'",
          "x == '1' || y == '1'",
          "y starts with '1'",
          "x in {}",
          "projectcalico.org/namespace == 'a'",
          "x =");
  private static final List<String> NAMESPACE_SELECTORS =
      List.of("", "", "all()", "global()", "env == 'p'", "env != 'p'", "has(env");
  private static final List<String> RULES =
      List.of(
          "allow",
          "deny",
          "pass",
          "log",
          "allow; from.selector=has(x)",
          "allow; to.selector=has(x)",
          "deny; from.notSelector=x == '1'",
          "allow; from.selector=has(y); from.notSelector=x == '1'",
          "allow; from.namespaces=env == 'p'",
          "allow; from.namespaces=all(); from.selector=x == '2'",
          "allow; protocol=TCP; to.ports=80",
          "allow; protocol=TCP; to.ports=80, web; to.selector=has(x)",
          "deny; protocol=TCP; to.ports=web",
          "deny; to.notPorts=dns",
          "allow; from.nets=10.0.0.0/30",
          "pass; from.notNets=10.0.0.0/30",
          "allow; protocol=ICMP; icmp=8",
          "allow; from.accounts=s1",
          "allow; to.service=s",
          "deny; from.service=s",
          "deny; protocol=TCP; to.service=t",
          "allow; from.selector=((",
          "deny; to.ports=80");

  private final RandomGenerator random;

  RandomCluster(RandomGenerator random) {
    this.random = random;
  }

  /// A resource that is new, changed or, one time in four, gone.
  Change change() {
    Resource resource =
        switch (random.nextInt(16)) {
          case 0, 1, 2, 3 -> endpoint();
          case 12, 13 -> slice();
          case 14, 15 -> host();
          case 4 -> profile();
          case 5 -> tier();
          case 6, 7 -> networkSet();
          default -> policy();
        };
    return random.nextInt(4) == 0 ? Given.gone(resource) : Change.to(resource);
  }

  private Resource endpoint() {
    List<String> addresses = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      addresses.add(oneOf("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.5", "fd00::1", "fd00::2"));
    }
    List<EndpointPort> ports = new ArrayList<>();
    if (random.nextBoolean()) {
      ports.add(new EndpointPort("web", Protocol.TCP, 8080 + random.nextInt(2), 0, ""));
      ports.add(new EndpointPort("dns", Protocol.UDP, 53, 0, ""));
    }
    return Given.withAccount(
        Given.endpoint(
            oneOf("a", "b") + "/e" + random.nextInt(5),
            oneOf("n1", "n2"),
            String.join(",", addresses),
            labels("x") + labels("y"),
            ports,
            oneOf("p1", "p2"),
            oneOf("p2", "p3", PolicyEngine.DEFAULT_ALLOW)),
        oneOf("", "s1", "s2"));
  }

  private Resource host() {
    return Given.host(
        oneOf("h1", "h2", "h3"),
        oneOf("n1", "n1", "n2"),
        oneOf("", "eth0", "*"),
        oneOf("", "10.0.0.1", "10.0.0.7,fd00::7"),
        labels("x") + labels("y") + oneOf("", "projectcalico.org/namespace=a,"),
        oneOf("p1", "p2"),
        oneOf("p3", PolicyEngine.DEFAULT_ALLOW));
  }

  private Resource networkSet() {
    List<String> nets = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      nets.add(oneOf("10.0.0.1", "10.0.0.0/30", "10.0.0.2/31", "0.0.0.0/0", "fd00::/64", "x"));
    }
    return Given.networkSet(
        oneOf("a/s", "b/s", "s", "t"),
        String.join(",", nets),
        labels("x") + labels("y") + oneOf("", "pcns.env=p,"));
  }

  private Resource slice() {
    return Given.slice(
        oneOf("a", "b") + "/s" + random.nextInt(3),
        oneOf("", "s", "s", "t"),
        oneOf("", "10.0.0.1", "10.0.0.1,10.0.0.2", "10.0.0.7"),
        oneOf("", "tcp/80", "tcp/80,udp/53", "tcp/81"));
  }

  private Resource profile() {
    return Given.profile(
        oneOf("p1", "p2", "p3", "kns.a", PolicyEngine.DEFAULT_ALLOW),
        labels("x") + labels("pcns.env"),
        rules(),
        rules());
  }

  private Resource tier() {
    return Given.tier(
        oneOf("t1", "t2", "default"), order(), oneOf(Rule.Action.PASS, Rule.Action.DENY));
  }

  private Resource policy() {
    GivenPolicy policy =
        GivenPolicy.named(oneOf("a/q", "a/r", "b/q", "q", "r", "s", "t"))
            .tier(oneOf("", "default", "t1", "t2", "kube-admin", "kube-baseline"))
            .order(order())
            .selects(oneOf(SELECTORS))
            .inNamespaces(oneOf(NAMESPACE_SELECTORS))
            .ofAccounts(oneOf("", "", "", "has(projectcalico.org/name)", "all()"))
            .ingress(rules().toArray(Rule[]::new))
            .egress(rules().toArray(Rule[]::new));
    policy =
        switch (random.nextInt(4)) {
          case 0 -> policy.types(PolicyType.INGRESS);
          case 1 -> policy.types(PolicyType.INGRESS, PolicyType.EGRESS);
          default -> policy;
        };
    return switch (random.nextInt(12)) {
      case 0, 2, 3 -> policy.of(oneOf(PolicyClass.values())).build();
      case 1 -> policy.everywhere().build();
      default -> policy.build();
    };
  }

  private List<Rule> rules() {
    List<Rule> rules = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      rules.add(GivenRule.of(oneOf(RULES)));
    }
    return rules;
  }

  private Optional<Double> order() {
    return random.nextInt(3) == 0 ? Optional.empty() : Optional.of((double) random.nextInt(3));
  }

  private String labels(String label) {
    return oneOf("", label + "=1,", label + "=2,", label + "=p,");
  }

  @SafeVarargs
  private <T> T oneOf(T... values) {
    return values[random.nextInt(values.length)];
  }

  private <T> T oneOf(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }
}

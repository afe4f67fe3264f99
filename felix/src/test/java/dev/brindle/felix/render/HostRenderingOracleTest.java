// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import static dev.brindle.felix.render.RenderingOracleTest.address;
import static dev.brindle.felix.render.RenderingOracleTest.all;
import static dev.brindle.felix.render.RenderingOracleTest.packet;
import static dev.brindle.felix.render.RenderingOracleTest.rules;
import static dev.brindle.felix.render.RenderingOracleTest.tiers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.HostEndpoint;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.PolicyType;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.felix.settings.Settings;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.policy.engine.EndpointPolicy;
import dev.brindle.policy.engine.HostPolicy;
import dev.brindle.policy.engine.HostPolicy.Tiers;
import dev.brindle.policy.engine.PolicyClass;
import dev.brindle.policy.engine.PolicyId;
import dev.brindle.policy.engine.PolicyImage;
import dev.brindle.policy.engine.RuleSet;
import dev.brindle.policy.trace.Packet;
import dev.brindle.policy.trace.PacketTrace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A packet gets into the host, out of it and through it exactly when the trace of the policy says
/// so, whichever interfaces it takes.
class HostRenderingOracleTest {

  private static final List<String> DEVICES = List.of("cali0", "cali1", "eth0", "eth1", "lo");

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void theTableDecidesAsPolicyDoes(long seed) {
    decides(IpFamily.IPV4, new Random(seed));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {101, 102, 103, 104, 105, 106})
  void soDoesTheTableOfIpv6(long seed) {
    decides(IpFamily.IPV6, new Random(seed));
  }

  private static void decides(IpFamily family, Random random) {
    for (int round = 0; round < 30; round++) {
      PolicyImage image = image(random);
      var renderer = new PolicyRenderer(List.of(family), RenderContext.of(Settings.DEFAULTS));
      renderer.hostInterfaces(Map.of("eth1", Set.of(address(family, 3))));
      renderer.apply(all(image));
      NftTable table = renderer.tables().getFirst();
      for (int probe = 0; probe < 40; probe++) {
        Packet packet =
            packet(address(family, random.nextInt(4)), address(family, random.nextInt(4)), random);
        String in = DEVICES.get(random.nextInt(DEVICES.size()));
        String out = DEVICES.get(random.nextInt(DEVICES.size()));
        compare(table, image, packet, in, out);
      }
    }
  }

  private static void compare(
      NftTable table, PolicyImage image, Packet packet, String in, String out) {
    if (!isPod(in)) {
      assertThat(
              new TableWalk(table, packet, in, "")
                  .survives("raw-PREROUTING", "mangle-PREROUTING", "filter-INPUT"))
          .as("%s in by %s of %s", packet, in, image)
          .isEqualTo(isAllowed(image, in, PolicyType.INGRESS, false, packet));
    }
    assertThat(
            new TableWalk(table, packet, "", out)
                .survives("raw-OUTPUT", "filter-OUTPUT", "mangle-POSTROUTING"))
        .as("%s out by %s of %s", packet, out, image)
        .isEqualTo(isPod(out) || isAllowed(image, out, PolicyType.EGRESS, false, packet));
    if (isForgery(image, in, packet)) {
      return;
    }
    assertThat(
            new TableWalk(table, packet, in, out)
                .survives(
                    "raw-PREROUTING", "mangle-PREROUTING", "filter-FORWARD", "mangle-POSTROUTING"))
        .as("%s from %s to %s of %s", packet, in, out, image)
        .isEqualTo(
            isAllowed(image, in, PolicyType.INGRESS, true, packet)
                && podAllows(image, in, PolicyType.EGRESS, packet)
                && podAllows(image, out, PolicyType.INGRESS, packet)
                && isAllowed(image, out, PolicyType.EGRESS, true, packet));
  }

  private static boolean isPod(String device) {
    return device.startsWith("cali");
  }

  private static Optional<EndpointPolicy> pod(PolicyImage image, String device) {
    return image.endpoints().values().stream()
        .filter(policy -> policy.endpoint().spec().interfaceName().equals(device))
        .findFirst();
  }

  private static boolean isForgery(PolicyImage image, String in, Packet packet) {
    return pod(image, in).stream()
        .anyMatch(
            policy ->
                policy.endpoint().spec().ipNetworks().stream()
                    .noneMatch(net -> net.contains(packet.source())));
  }

  private static boolean podAllows(
      PolicyImage image, String device, PolicyType direction, Packet packet) {
    return pod(image, device)
        .map(policy -> PacketTrace.of(image, policy, direction, packet).isAllowed())
        .orElse(true);
  }

  /// eth0 is named, eth1 has an address that is expected, lo is one of all others. So are pods'
  /// interfaces for what is forwarded.
  private static boolean isAllowed(
      PolicyImage image, String device, PolicyType direction, boolean isForwarded, Packet packet) {
    return host(image, device.equals("eth0") ? "a" : device.equals("eth1") ? "b" : "all")
        .or(() -> host(image, "all"))
        .map(
            policy -> PacketTrace.ofHost(image, policy, direction, isForwarded, packet).isAllowed())
        .orElse(true);
  }

  private static Optional<HostPolicy> host(PolicyImage image, String name) {
    return image.hosts().values().stream()
        .filter(policy -> policy.endpoint().metadata().name().equals(name))
        .findFirst();
  }

  private static PolicyImage image(Random random) {
    PolicyImage pods = RenderingOracleTest.image(random);
    Map<PolicyId, RuleSet> policies = new HashMap<>(pods.policies());
    for (PolicyClass policyClass : List.of(PolicyClass.PRE_DNAT, PolicyClass.UNTRACKED)) {
      for (int i = 0; i < 4; i++) {
        policies.put(new PolicyId("gnp", "", policyClass.name() + i), rules(random, policyClass));
      }
    }
    Map<ResourceKey, HostPolicy> hosts = new HashMap<>();
    for (HostEndpoint endpoint : endpoints()) {
      if (random.nextInt(3) > 0) {
        hosts.put(endpoint.key(), policy(endpoint, random));
      }
    }
    return new PolicyImage(pods.sets(), policies, pods.profiles(), pods.endpoints(), hosts);
  }

  private static List<HostEndpoint> endpoints() {
    return List.of(
        endpoint("a", "eth0"),
        new HostEndpoint(
            Metadata.named("b"),
            new HostEndpoint.Spec(
                "n1",
                "",
                List.of(address(IpFamily.IPV4, 3), address(IpFamily.IPV6, 3)),
                List.of(),
                List.of())),
        endpoint("all", "*"));
  }

  private static HostEndpoint endpoint(String name, String device) {
    return new HostEndpoint(
        Metadata.named(name), new HostEndpoint.Spec("n1", device, List.of(), List.of(), List.of()));
  }

  private static HostPolicy policy(HostEndpoint endpoint, Random random) {
    boolean isForAll = endpoint.spec().interfaceName().equals("*");
    return new HostPolicy(
        endpoint,
        isForAll ? Tiers.NONE : new Tiers(early(random, "UNTRACKED"), early(random, "UNTRACKED")),
        early(random, "PRE_DNAT"),
        late(random),
        late(random),
        random.nextBoolean() ? List.of("p1", "p2") : List.of());
  }

  private static List<EndpointPolicy.TierPolicies> early(Random random, String name) {
    return tiers(random, name + 0, name + 1, name + 2, name + 3);
  }

  private static Tiers late(Random random) {
    return new Tiers(tiers(random, "a", "b", "c", "d"), tiers(random, "a", "b", "c", "d"));
  }
}

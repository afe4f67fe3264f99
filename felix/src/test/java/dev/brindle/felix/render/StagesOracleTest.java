// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpFamily;
import dev.brindle.felix.settings.Settings;
import dev.brindle.linux.netlink.NftMessages;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.nft.NftTransaction;
import dev.brindle.linux.reconcile.NftPlan;
import dev.brindle.linux.reconcile.NftStages;
import dev.brindle.linux.testing.FakeKernel;
import dev.brindle.linux.testing.FakeNft;
import dev.brindle.policy.engine.PolicyImage;
import dev.brindle.policy.set.IpSetMember;
import dev.brindle.policy.set.IpSetName;
import dev.brindle.policy.trace.Packet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A change that one send cannot carry: whenever a packet comes, it fares as before or as after.
class StagesOracleTest {

  private static final IpFamily FAMILY = IpFamily.IPV4;

  /// Enough for what has to be at once here, and for nothing else.
  private static final int CAPACITY = 6000;

  private static final List<String> NETS =
      List.of("10.0.0.0/32", "10.0.0.1/32", "10.0.0.0/31", "10.0.0.2/32", "10.0.0.3/32");

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void otherPoliciesOpenAndCloseNothingOnTheWay(long seed) {
    var random = new Random(seed);
    int stages = 0;
    for (int round = 0; round < 15; round++) {
      stages +=
          change(
              RenderingOracleTest.image(random),
              RenderingOracleTest.image(random),
              CAPACITY,
              random);
    }
    assertThat(stages).as("transactions").isGreaterThan(30);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
  void neitherDoOtherMembersOfSets(long seed) {
    var random = new Random(seed);
    for (int round = 0; round < 15; round++) {
      PolicyImage image = RenderingOracleTest.image(random);
      change(withMembers(image, random), withMembers(image, random), 400, random);
    }
  }

  private static PolicyImage withMembers(PolicyImage image, Random random) {
    Set<IpSetMember> members = new HashSet<>();
    NETS.stream()
        .filter(_ -> random.nextBoolean())
        .forEach(net -> members.add(RenderingOracleTest.net(net)));
    Map<IpSetName, Set<IpSetMember>> sets = Map.of(RenderingOracleTest.SET, members);
    return new PolicyImage(sets, image.policies(), image.profiles(), image.endpoints(), Map.of());
  }

  private static int change(PolicyImage before, PolicyImage after, int capacity, Random random) {
    FakeNft nft = new FakeKernel().nft();
    NftTable old = table(before);
    nft.run(NftPlan.between(List.of(old), List.of()));
    NftTable wanted = table(after);
    NftTransaction whole =
        NftPlan.between(
            List.of(wanted), nft.read(NftFamily.IP, PolicyRenderer.tableName()).stream().toList());
    List<NftTransaction> stages =
        NftStages.of(whole, changes -> NftMessages.size(changes) <= capacity);
    List<Probe> probes = probes(random);
    for (NftTransaction stage : stages) {
      nft.run(stage);
      NftTable now = nft.table(NftFamily.IP, PolicyRenderer.tableName()).orElseThrow();
      for (Probe probe : probes) {
        assertThat(probe.survives(now))
            .as("%s after %s", probe, stage)
            .isIn(probe.survives(old), probe.survives(wanted));
      }
    }
    assertThat(nft.table(NftFamily.IP, PolicyRenderer.tableName())).contains(wanted);
    return stages.size();
  }

  private static NftTable table(PolicyImage image) {
    var renderer = new PolicyRenderer(List.of(FAMILY), RenderContext.of(Settings.DEFAULTS));
    renderer.apply(RenderingOracleTest.all(image));
    return renderer.tables().getFirst();
  }

  private static List<Probe> probes(Random random) {
    List<Probe> probes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int from = random.nextInt(4);
      int to = random.nextInt(4);
      Packet packet =
          RenderingOracleTest.packet(
              RenderingOracleTest.address(FAMILY, from),
              RenderingOracleTest.address(FAMILY, to),
              random);
      probes.add(
          new Probe(packet, RenderingOracleTest.device(from), RenderingOracleTest.device(to)));
    }
    return probes;
  }

  private record Probe(Packet packet, String in, String out) {

    boolean survives(NftTable table) {
      return new TableWalk(table, packet, in, out).survives("filter-FORWARD");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BgpPeer;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.SecretPassword;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SpeakerPlanTest {

  private static final CalicoNode ONE = node("one", "10.0.0.2/24", "", "a");
  private static final CalicoNode TWO = node("two", "10.0.0.10/24", "", "b");
  private static final CalicoNode REFLECTOR = node("rr", "10.0.0.9/24", "10.0.0.9", "rr");

  @Test
  void meshesWithEveryNodeThatIsNoReflectorAndLetsOneSideCall() {
    SpeakerConfig config = plan("one", ONE, TWO, REFLECTOR).config();

    assertThat(config.as()).isEqualTo(new AsNumber(64512));
    assertThat(config.identifier()).hasToString("10.0.0.2");
    assertThat(config.peers())
        .singleElement()
        .satisfies(
            peer -> {
              assertThat(peer.name()).isEqualTo("Mesh_10_0_0_10");
              assertThat(peer.type()).hasToString("node-to-node mesh");
              assertThat(peer.passive()).as("as texts 10.0.0.10 < 10.0.0.2").isFalse();
              assertThat(peer.source()).contains(IpAddress.parse("10.0.0.2"));
            });
    assertThat(plan("two", ONE, TWO).config().peers().getFirst().passive()).isTrue();
    assertThat(plan("rr", ONE, TWO, REFLECTOR).config().peers()).isEmpty();
  }

  @Test
  void makesClientsOfAReflectorAndTheirOtherEnds() {
    BgpPeer peer = peer("rrs", "group == 'rr'", "", "group != 'rr'", Optional.empty());

    SpeakerConfig reflector = plan("rr", ONE, TWO, REFLECTOR, peer).config();
    SpeakerConfig client = plan("one", ONE, TWO, REFLECTOR, peer).config();

    assertThat(reflector.peers())
        .extracting(PeerConfig::name)
        .containsExactly("Node_10_0_0_10", "Node_10_0_0_2");
    assertThat(reflector.peers()).allMatch(it -> it.routing().reflectorClient());
    assertThat(reflector.clusterId()).contains(IpAddress.parse("10.0.0.9"));
    assertThat(client.peers())
        .extracting(PeerConfig::name)
        .containsExactly("Mesh_10_0_0_10", "Node_10_0_0_9");
    assertThat(client.peers()).noneMatch(it -> it.routing().reflectorClient());
  }

  @Test
  void givesNoSessionToAPeerWithAPassword() {
    BgpPeer peer =
        peer(
            "tor",
            "",
            "10.0.0.1:1790",
            "",
            Optional.of(new SecretPassword(new SecretPassword.SecretKeyRef("s", "k", false))));

    assertThat(plan("one", ONE, peer).config().peers())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.name()).isEqualTo("Global_10_0_0_1_port_1790");
              assertThat(it.port()).isEqualTo(1790);
              assertThat(it.peerAs()).isEqualTo(new AsNumber(64999));
              assertThat(it.refusal())
                  .hasValue(
                      "BGPPeer tor wants the password in Secret 's', key 'k': Secrets cannot be read"
                          + " here");
              assertThat(it.password()).isEmpty();
            });
  }

  @Test
  void aSecretThatIsKnownIsThePassword() {
    SecretPassword.SecretKeyRef ref = new SecretPassword.SecretKeyRef("s", "k", false);
    BgpPeer peer = peer("tor", "", "10.0.0.1", "", Optional.of(new SecretPassword(ref)));
    BgpResources resources = BgpResources.of("one", List.of(ONE, peer));
    assertThat(resources.secretsAskedFor()).containsExactly(ref);

    assertThat(onlyPeer(resources, new SecretContent.Found(new Password("x"))))
        .matches(it -> it.refusal().isEmpty())
        .matches(it -> it.password().equals(Optional.of(new Password("x"))));
    assertThat(onlyPeer(resources, new SecretContent.Missing("file /s/k is not there")))
        .matches(it -> it.refusal().orElseThrow().endsWith("key 'k': file /s/k is not there"))
        .matches(it -> it.password().isEmpty());
  }

  private static PeerConfig onlyPeer(BgpResources resources, SecretContent content) {
    SecretPassword.SecretKeyRef ref = resources.secretsAskedFor().iterator().next();
    return SpeakerPlan.of(resources.withSecrets(Map.of(ref, content)), "", Set.of())
        .orElseThrow()
        .config()
        .peers()
        .getFirst();
  }

  /// An empty password would be a hole.
  @Test
  void aPasswordThatNamesNoSecretGivesNoSession() {
    var nameless = new SecretPassword(new SecretPassword.SecretKeyRef("", "k", true));
    BgpPeer peer = peer("tor", "", "10.0.0.1", "", Optional.of(nameless));

    assertThat(plan("one", ONE, peer).config().peers().getFirst().refusal())
        .hasValue("BGPPeer tor: password has no secretKeyRef with name and key");
  }

  @Test
  void oneBadPeerDoesNotStopTheOthers() {
    SpeakerPlan plan = plan("one", ONE, peer("bad", "", "10.0.0.300", "", Optional.empty()), TWO);

    assertThat(plan.config().peers()).hasSize(1);
    assertThat(plan.problems()).singleElement().asString().contains("BGPPeer bad", "10.0.0.300");
  }

  @Test
  void saysThatAllIsTakenOfExternalPeers() {
    BgpPeer outside = peer("tor", "", "192.0.2.1", "", Optional.empty());

    assertThat(plan("one", ONE, TWO).openness()).isEmpty();
    assertThat(plan("one", ONE, TWO, outside).openness().orElseThrow())
        .startsWith("ALL routes of external peers are taken")
        .endsWith(": 192.0.2.1 (AS 64999)");
  }

  /// Also at the other end of a peering between nodes, as with Calico.
  @Test
  void saysByWhichGatewayAPeerIsReached() {
    BgpPeer peer = behind("tor", "198.51.100.2", "10.0.0.254");

    assertThat(plan("one", ONE, TWO, peer).reachableBy())
        .containsExactly(Map.entry(IpAddress.parse("198.51.100.2"), IpAddress.parse("10.0.0.254")));
    assertThat(plan("one", ONE, TWO).reachableBy()).isEmpty();
    BgpPeer ofOtherFamily = behind("tor", "198.51.100.2", "fd00::1");
    assertThat(plan("one", ONE, ofOtherFamily).problems()).hasSize(1);
    assertThat(plan("one", ONE, ofOtherFamily).config().peers()).isEmpty();
  }

  private static BgpPeer behind(String name, String peerIp, String gateway) {
    BgpPeer.Spec of = peer(name, "", peerIp, "", Optional.empty()).spec();
    return new BgpPeer(
        Metadata.named(name),
        new BgpPeer.Spec(
            of.node(),
            of.nodeSelector(),
            of.peerIP(),
            of.asNumber(),
            of.localASNumber(),
            of.numAllowedLocalASNumbers(),
            of.peerSelector(),
            of.localWorkloadSelector(),
            of.keepOriginalNextHop(),
            of.nextHopMode(),
            of.password(),
            of.sourceAddress(),
            of.maxRestartTime(),
            of.keepaliveTime(),
            of.ttlSecurity(),
            gateway,
            of.filters(),
            of.reversePeering()));
  }

  @Test
  void announcesConfirmedBlocksAndLoneAddressesOutsideHiddenPools() {
    SpeakerConfig config =
        SpeakerPlan.of(
                BgpResources.of(
                    "one",
                    List.of(
                        ONE,
                        pool("open", "10.1.0.0/16", false),
                        pool("hidden", "10.2.0.0/16", true),
                        block("one", "10.1.0.0/26", BlockAffinity.State.CONFIRMED),
                        block("one", "10.1.0.64/26", BlockAffinity.State.PENDING),
                        block("two", "10.1.0.128/26", BlockAffinity.State.CONFIRMED),
                        block("one", "10.2.0.0/26", BlockAffinity.State.CONFIRMED))),
                "",
                Set.of(Cidr.parse("10.1.0.130/32"), Cidr.parse("10.1.0.5/32")))
            .orElseThrow()
            .config();

    assertThat(config.announce())
        .containsExactlyInAnyOrder(Cidr.parse("10.1.0.0/26"), Cidr.parse("10.1.0.130/32"));
  }

  @Test
  void takesTheRouterIdFromWhereItIsTold() {
    assertThat(RouterId.of("", ONE)).hasToString("10.0.0.2");
    assertThat(RouterId.of("192.0.2.9", ONE)).hasToString("192.0.2.9");
    assertThat(RouterId.of("hash", ONE)).isEqualTo(RouterId.hash("one"));
  }

  private static SpeakerPlan plan(String self, Resource... resources) {
    return SpeakerPlan.of(BgpResources.of(self, Arrays.asList(resources)), "", Set.of())
        .orElseThrow();
  }

  private static CalicoNode node(String name, String address, String clusterId, String group) {
    return new CalicoNode(
        Metadata.named(name).withLabels(Map.of("group", group)),
        new CalicoNode.Spec(
            Optional.of(
                new CalicoNode.Bgp(
                    Optional.empty(),
                    Optional.of(InterfaceAddress.parse(address)),
                    Optional.empty(),
                    Optional.empty(),
                    clusterId)),
            Optional.empty(),
            "",
            Optional.empty(),
            "",
            List.of(),
            List.of(),
            List.of()));
  }

  private static BgpPeer peer(
      String name,
      String nodeSelector,
      String peerIp,
      String peerSelector,
      Optional<SecretPassword> password) {
    return new BgpPeer(
        Metadata.named(name),
        new BgpPeer.Spec(
            "",
            nodeSelector,
            peerIp,
            peerIp.isEmpty() ? Optional.empty() : Optional.of(new AsNumber(64999)),
            Optional.empty(),
            Optional.empty(),
            peerSelector,
            "",
            false,
            "",
            password,
            "",
            "",
            "",
            Optional.empty(),
            "",
            new ArrayList<>(),
            ""));
  }

  private static IpPool pool(String name, String cidr, boolean hidden) {
    IpPool.Spec of = IpPool.Spec.of(Cidr.parse(cidr));
    return new IpPool(
        Metadata.named(name),
        new IpPool.Spec(
            of.cidr(),
            of.ipipMode(),
            of.vxlanMode(),
            false,
            false,
            hidden,
            0,
            "",
            "",
            List.of(),
            of.assignmentMode()));
  }

  private static BlockAffinity block(String node, String cidr, BlockAffinity.State state) {
    return new BlockAffinity(
        Metadata.named(node + "-" + cidr.replace('.', '-').replace('/', '-')),
        new BlockAffinity.Spec(state, node, "host", Cidr.parse(cidr), false));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.BgpPeer;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Profile;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.WorkloadEndpoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkloadPeersTest {

  private static final CalicoNode NODE =
      new CalicoNode(
          Metadata.named("one").withLabels(Map.of("rack", "a")),
          new CalicoNode.Spec(
              Optional.of(
                  new CalicoNode.Bgp(
                      Optional.empty(),
                      Optional.of(InterfaceAddress.parse("10.0.0.2/24")),
                      Optional.empty(),
                      Optional.empty(),
                      "")),
              Optional.empty(),
              "",
              Optional.empty(),
              "",
              List.of(),
              List.of(),
              List.of()));

  private static final WorkloadEndpoint ROUTER =
      pod("router", "one", Map.of("bgp", "yes"), "10.1.0.5/32", "10.1.0.6/32", "fd00::5/128");
  private static final WorkloadEndpoint PLAIN = pod("plain", "one", Map.of(), "10.1.0.7/32");
  private static final WorkloadEndpoint ELSEWHERE =
      pod("far", "two", Map.of("bgp", "yes"), "10.1.1.5/32");

  @Test
  void podsOfThisNodeCallItAndAreNotCalled() {
    SpeakerPlan plan = plan(peer("bgp == 'yes'", ""), ROUTER, PLAIN, ELSEWHERE);

    assertThat(plan.problems()).isEmpty();
    assertThat(plan.config().peers())
        .singleElement()
        .satisfies(
            peer -> {
              assertThat(peer.name()).isEqualTo("Local_Workload_10_1_0_5");
              assertThat(peer.type()).hasToString("local workload");
              assertThat(peer.address()).isEqualTo(IpAddress.parse("10.1.0.5"));
              assertThat(peer.passive()).isTrue();
              assertThat(peer.peerAs()).isEqualTo(new AsNumber(65_010));
              assertThat(peer.localAs()).isEqualTo(new AsNumber(65_002));
              assertThat(peer.source()).as("any of ours").isEmpty();
              assertThat(peer.refusal()).isEmpty();
            });
  }

  @Test
  void otherNodesAreNotConcerned() {
    assertThat(plan(peer("bgp == 'yes'", "rack == 'b'"), ROUTER).config().peers()).isEmpty();
    assertThat(plan(peer("bgp == 'yes'", "rack == 'a'"), ROUTER).config().peers()).hasSize(1);
  }

  @Test
  void labelsOfProfilesCount() {
    Profile profile =
        new Profile(
            Metadata.named("kns.default"),
            new Profile.Spec(List.of(), List.of(), Map.of("pcns.team", "net", "bgp", "no")));

    assertThat(plan(peer("pcns.team == 'net'", ""), ROUTER, profile).config().peers()).hasSize(1);
    assertThat(plan(peer("bgp == 'no'", ""), PLAIN, profile).config().peers()).hasSize(1);
    assertThat(plan(peer("bgp == 'no'", ""), ROUTER, profile).config().peers())
        .as("its own label goes first")
        .isEmpty();
  }

  @Test
  void theirInterfacesHaveTheAddressThatTheyCall() {
    BgpConfiguration called = configuration("172.30.0.1");

    PeeringPlan plan = peering(peer("bgp == 'yes'", ""), called, ROUTER, PLAIN, ELSEWHERE);

    assertThat(plan.of("calirouter")).containsExactly(IpAddress.parse("172.30.0.1"));
    assertThat(plan.of("caliplain")).isEmpty();
    assertThat(plan.all()).containsExactlyInAnyOrder("calirouter", "caliplain");
    assertThat(peering(peer("bgp == 'yes'", ""), ROUTER).of("calirouter")).isEmpty();
    assertThat(peering(called, ROUTER).of("calirouter")).isEmpty();
  }

  private static PeeringPlan peering(Resource... others) {
    return resources(others).peering();
  }

  private static SpeakerPlan plan(Resource... others) {
    return SpeakerPlan.of(resources(others), "", Set.of()).orElseThrow();
  }

  private static BgpResources resources(Resource... others) {
    List<Resource> all = new ArrayList<>(Arrays.asList(others));
    all.add(NODE);
    return BgpResources.of("one", all);
  }

  private static WorkloadEndpoint pod(
      String name, String node, Map<String, String> labels, String... networks) {
    return new WorkloadEndpoint(
        Metadata.named("default", name).withLabels(labels),
        new WorkloadEndpoint.Spec(
            "k8s",
            "",
            node,
            "",
            name,
            "eth0",
            "",
            Arrays.stream(networks).map(Cidr::parse).toList(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of("kns.default"),
            "cali" + name,
            Optional.empty(),
            List.of(),
            List.of()));
  }

  private static BgpPeer peer(String selector, String nodeSelector) {
    return new BgpPeer(
        Metadata.named("pods"),
        new BgpPeer.Spec(
            "",
            nodeSelector,
            "",
            Optional.of(new AsNumber(65_010)),
            Optional.of(new AsNumber(65_002)),
            Optional.empty(),
            "",
            selector,
            false,
            "",
            Optional.empty(),
            "",
            "",
            "",
            Optional.empty(),
            "",
            List.of(),
            ""));
  }

  private static BgpConfiguration configuration(String called) {
    return new BgpConfiguration(
        Metadata.named("default"),
        new BgpConfiguration.Spec(
            "",
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            "",
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            "",
            "",
            List.of(),
            called,
            "",
            "",
            Optional.empty(),
            Optional.empty()));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.leak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.ipam.Holding;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeakScanTest {

  private static final Instant NOON = Instant.parse("2026-05-06T12:00:00Z");
  private static final Duration GRACE = Duration.ofMinutes(15);

  private final List<Block> blocks = new ArrayList<>();
  private final List<PodUse> pods = new ArrayList<>();
  private final List<CalicoNode> calicos = new ArrayList<>();
  private final List<String> nodes = new ArrayList<>(List.of("n1", "n2"));
  private Optional<Duration> grace = Optional.of(GRACE);
  private Suspects suspects = Suspects.NONE;

  private void block(String cidr, String node) {
    blocks.add(Block.unused(Cidr.parse(cidr), BlockOwner.node(node), NOON, 1));
  }

  /// @param notes such as `pod=web namespace=shop node=n1`
  private void hold(String address, String handle, String notes) {
    Map<String, String> owner = new HashMap<>();
    for (String note : notes.split(" ", -1)) {
      if (!note.isEmpty()) {
        String[] pair = note.split("=", 2);
        owner.put(pair[0], pair[1]);
      }
    }
    IpAddress wanted = IpAddress.parse(address);
    blocks.replaceAll(
        block ->
            block.cidr().contains(wanted)
                ? block
                    .assign(
                        wanted, new IpamBlock.Attribute(handle, owner, Map.of(), Optional.empty()))
                    .block()
                : block);
  }

  private void pod(String namespace, String name, String node, String addresses) {
    List<Cidr> known = addresses.isEmpty() ? List.of() : List.of(Cidr.parse(addresses + "/32"));
    pods.add(new PodUse(namespace, name, node, known));
  }

  /// @param reference what Kubernetes calls it; empty if it is none of Kubernetes'
  private void calico(String name, String reference) {
    calicos.add(
        (CalicoNode)
            ResourceCodec.readStored(
                ResourceKind.NODE,
                """
                {"metadata":{"name":"%s"},"spec":{"orchRefs":[%s]}}"""
                    .formatted(
                        name,
                        reference.isEmpty()
                            ? ""
                            : "{\"nodeName\":\"%s\",\"orchestrator\":\"k8s\"}"
                                .formatted(reference))));
  }

  /// Also remembers who is suspected.
  private LeakPlan scan(Instant now) {
    LeakPlan plan = LeakScan.plan(blocks, new Known(pods, calicos, nodes), suspects, grace, now);
    suspects = plan.suspects();
    return plan;
  }

  private static List<String> addresses(LeakPlan plan) {
    return plan.leaked().stream()
        .map(Leak::holding)
        .map(Holding::address)
        .map(IpAddress::toString)
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # pod's namespace, name, node, address | leaked after the grace
          shop  | web  | n1 | 10.0.0.1 | false
          shop  | web  | n1 | ''       | false
          shop  | web  | n1 | 10.0.0.2 | true
          shop  | web  | n2 | 10.0.0.1 | true
          shop  | api  | n1 | 10.0.0.1 | true
          other | web  | n1 | 10.0.0.1 | true
          """)
  void whoseAddressIsIt(String namespace, String name, String node, String has, boolean isLeaked) {
    block("10.0.0.0/26", "n1");
    hold("10.0.0.1", "h", "pod=web namespace=shop node=n1");
    pod(namespace, name, node, has);

    assertThat(scan(NOON).leaked()).isEmpty();
    assertThat(addresses(scan(NOON.plus(GRACE))))
        .isEqualTo(isLeaked ? List.of("10.0.0.1") : List.of());
  }

  /// It is nobody's, and stays for as long as its node, which may need it when no one can be asked.
  @Test
  void theReserveOfANodeGoesWithTheNode() {
    block("10.0.0.0/26", "n1");
    hold("10.0.0.1", "brindle-reserve-n1", "type=brindleReserve node=n1");
    hold("10.0.0.2", "h", "pod=web namespace=shop node=n1");
    pod("shop", "web", "n1", "10.0.0.2");
    assertThat(scan(NOON).leaked()).isEmpty();
    assertThat(scan(NOON.plus(GRACE)).leaked()).isEmpty();

    nodes.remove("n1");
    LeakPlan inUse = scan(NOON.plus(GRACE));
    assertThat(inUse.leaked()).as("a pod of the node may be there").isEmpty();
    pods.clear();

    LeakPlan plan = scan(NOON.plus(GRACE));
    assertThat(addresses(plan)).containsExactly("10.0.0.1", "10.0.0.2");
    assertThat(plan.goneNodes()).containsExactly("n1");
  }

  @Test
  void graceBeginsAnewWhenThePodIsThereAgain() {
    block("10.0.0.0/26", "n1");
    hold("10.0.0.1", "h", "pod=web namespace=shop node=n1");

    assertThat(scan(NOON).leaked()).isEmpty();
    pod("shop", "web", "n1", "10.0.0.1");
    assertThat(scan(NOON.plusSeconds(60)).suspects()).isEqualTo(Suspects.NONE);
    pods.clear();
    assertThat(scan(NOON.plus(GRACE)).leaked()).isEmpty();
    assertThat(scan(NOON.plus(GRACE).plus(GRACE).minusSeconds(1)).leaked()).isEmpty();
    assertThat(addresses(scan(NOON.plus(GRACE).plus(GRACE)))).containsExactly("10.0.0.1");
  }

  /// The address is given to another pod of that name.
  @Test
  void anotherHolderIsNotSuspectedForTheFirst() {
    block("10.0.0.0/26", "n1");
    hold("10.0.0.1", "h", "pod=web namespace=shop node=n1");
    scan(NOON);
    blocks.replaceAll(
        block -> block.release(List.of(IpAddress.parse("10.0.0.1")), NOON, 0).block());
    hold("10.0.0.1", "h2", "pod=web namespace=shop node=n1");

    assertThat(scan(NOON.plus(GRACE)).leaked()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 1", ", 0"})
  void withoutGraceOnlyNodesThatAreGoneLoseAddresses(Duration time, int suspected) {
    grace = Optional.ofNullable(time);
    block("10.0.0.0/26", "n1");
    block("10.0.1.0/26", "gone");
    hold("10.0.0.1", "h1", "pod=a namespace=shop node=n1");
    hold("10.0.1.1", "h2", "pod=b namespace=shop node=gone");

    LeakPlan plan = scan(NOON);

    assertThat(addresses(plan)).containsExactly("10.0.1.1");
    assertThat(plan.suspects().since()).hasSize(suspected);
    assertThat(addresses(scan(NOON.plus(Duration.ofDays(9))))).containsExactly("10.0.1.1");
  }

  @Test
  void aHandleGoesWholeOrNotAtAll() {
    block("10.0.0.0/26", "n1");
    hold("10.0.0.1", "both", "pod=web namespace=shop node=n1");
    hold("10.0.0.2", "both", "pod=api namespace=shop node=n1");
    hold("10.0.0.3", "", "pod=x namespace=shop node=n1");
    pod("shop", "api", "n1", "10.0.0.2");
    scan(NOON);

    assertThat(addresses(scan(NOON.plus(GRACE)))).containsExactly("10.0.0.3");
    pods.clear();
    scan(NOON.plus(GRACE));
    assertThat(addresses(scan(NOON.plus(GRACE).plus(GRACE))))
        .containsExactly("10.0.0.1", "10.0.0.2", "10.0.0.3");
  }

  @Test
  void aNodeThatIsGoneLosesItsTunnelsAndClaimsWithTheLastPod() {
    block("10.0.0.0/26", "gone");
    block("10.0.1.0/26", "n1");
    hold("10.0.0.1", "tunnel", "type=vxlanTunnelAddress node=gone");
    hold("10.0.0.2", "h", "pod=web namespace=shop node=gone");
    hold("10.0.1.2", "borrowed", "pod=api namespace=shop node=gone");
    hold("10.0.1.1", "n1-tunnel", "type=ipipTunnelAddress node=n1");
    pod("shop", "api", "gone", "10.0.1.2");

    LeakPlan first = scan(NOON);
    assertThat(addresses(first)).containsExactly("10.0.0.2");
    assertThat(first.goneNodes()).isEmpty();
    assertThat(first.keptNodes()).containsExactly("gone");

    pods.clear();
    LeakPlan second = scan(NOON);
    assertThat(addresses(second)).containsExactly("10.0.0.1", "10.0.0.2", "10.0.1.2");
    assertThat(second.goneNodes()).containsExactly("gone");
    assertThat(second.keptNodes()).isEmpty();
  }

  @Test
  void whatIsNotOursStaysAndKeepsTheClaims() {
    block("10.0.0.0/26", "gone");
    block("10.0.1.0/26", "away");
    hold("10.0.0.1", "somebody", "node=gone");
    hold("10.0.0.2", "h", "pod=web namespace=shop node=gone");
    hold("10.0.1.1", "windows-reserved-IPAM-handle", "note=reserved");

    LeakPlan plan = scan(NOON);

    assertThat(addresses(plan)).containsExactly("10.0.0.2");
    assertThat(plan.goneNodes()).containsExactly("away");
  }

  /// A note of the node may be missing in what older writers left.
  @Test
  void theOwnerOfTheBlockStandsForTheNode() {
    block("10.0.0.0/26", "gone");
    hold("10.0.0.1", "h", "pod=web namespace=shop");

    assertThat(addresses(scan(NOON))).containsExactly("10.0.0.1");
  }

  /// IPAM has Calico's names, pods have Kubernetes'.
  @Test
  void aNodeMayHaveTwoNames() {
    calico("calico-1", "n1");
    calico("calico-9", "n9");
    block("10.0.0.0/26", "calico-1");
    block("10.0.1.0/26", "calico-9");
    hold("10.0.0.1", "h1", "pod=web namespace=shop node=calico-1");
    hold("10.0.1.1", "h9", "pod=web9 namespace=shop node=calico-9");
    pod("shop", "web", "n1", "10.0.0.1");

    LeakPlan plan = scan(NOON);

    assertThat(addresses(plan)).containsExactly("10.0.1.1");
    assertThat(plan.goneNodes()).containsExactly("calico-9");
    assertThat(addresses(scan(NOON.plus(GRACE)))).containsExactly("10.0.1.1");
  }

  /// The name of one that is gone may be what Kubernetes calls another.
  @Test
  void aNameInCalicoIsNotTheSameNameInKubernetes() {
    calico("n2", "n9");
    block("10.0.0.0/26", "n2");
    hold("10.0.0.1", "h", "pod=web namespace=shop node=n2");

    assertThat(addresses(scan(NOON))).containsExactly("10.0.0.1");
  }

  @Test
  void whatKubernetesHasNoSayAboutIsLeftAlone() {
    calico("router", "");
    block("10.0.0.0/26", "router");
    hold("10.0.0.1", "h", "pod=web namespace=shop node=router");
    hold("10.0.0.2", "t", "type=vxlanTunnelAddress node=router");

    LeakPlan plan = scan(NOON);

    assertThat(plan.suspects()).isEqualTo(Suspects.NONE);
    assertThat(plan.goneNodes()).isEmpty();
    assertThat(scan(NOON.plus(GRACE)).leaked()).isEmpty();
  }

  /// It keeps its address while no pod runs it.
  @Test
  void theAddressOfAVirtualMachineStays() {
    block("10.0.0.0/26", "n1");
    hold("10.0.0.1", "h", "pod=virt-launcher namespace=shop node=n1 vmi-name=vm");

    scan(NOON);
    assertThat(scan(NOON.plus(GRACE)).leaked()).isEmpty();
  }
}

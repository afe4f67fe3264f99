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
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.bird.filter.RouteContext;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.filter.RouteOrigins;
import dev.brindle.bird.filter.RouteSource;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who peers with whom because of BGPPeers: nodes one to three are 10.0.0.1 to 10.0.0.3 of AS
/// 64512, rr1 and rr2 are reflectors of one cluster, rr3 is one of another.
class ConfiguredPeersTest {

  private static final List<CalicoNode> NODES =
      List.of(
          node("one", "10.0.0.1", ""),
          node("two", "10.0.0.2", ""),
          node("three", "10.0.0.3", ""),
          node("rr1", "10.0.0.11", "1.1.1.1"),
          node("rr2", "10.0.0.12", "1.1.1.1"),
          node("rr3", "10.0.0.13", "3.3.3.3"));

  private static CalicoNode node(String name, String address, String clusterId) {
    return new CalicoNode(
        Metadata.named(name)
            .withLabels(Map.of("name", name, "rr", Boolean.toString(!clusterId.isEmpty()))),
        new CalicoNode.Spec(
            Optional.of(
                new CalicoNode.Bgp(
                    Optional.empty(),
                    Optional.of(InterfaceAddress.parse(address + "/24")),
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

  /// `field=value; ...`
  private static BgpPeer peer(String name, String text) {
    Map<String, String> fields = new HashMap<>();
    Arrays.stream(text.split("; *", -1))
        .map(it -> it.split("=", 2))
        .forEach(it -> fields.put(it[0].strip(), it[1].strip()));
    return new BgpPeer(
        Metadata.named(name),
        new BgpPeer.Spec(
            fields.getOrDefault("node", ""),
            fields.getOrDefault("nodes", ""),
            fields.getOrDefault("ip", ""),
            Optional.ofNullable(fields.get("as")).map(AsNumber::parse),
            Optional.empty(),
            Optional.empty(),
            fields.getOrDefault("peers", ""),
            "",
            false,
            fields.getOrDefault("hop", ""),
            Optional.empty(),
            fields.getOrDefault("source", ""),
            "",
            "",
            Optional.empty(),
            "",
            List.of(),
            fields.getOrDefault("reverse", "")));
  }

  private static List<PeerConfig> plan(String self, Resource... more) {
    List<Resource> all = new ArrayList<>(NODES);
    all.addAll(Arrays.asList(more));
    return SpeakerPlan.of(BgpResources.of(self, all), "", Set.of()).orElseThrow().config().peers();
  }

  /// `w` waits to be called, `c` is a client of ours, `n` calls from no address in particular.
  private static String text(PeerConfig peer) {
    return peer.address()
        + (peer.passive() ? " w" : "")
        + (peer.routing().reflectorClient() ? " c" : "")
        + (peer.source().isEmpty() ? " n" : "");
  }

  /// Peers of the mesh are left out.
  @ParameterizedTest(name = "on {0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # node | BGPPeer                                                    | its peers
          one    | ip=192.0.2.9; as=65001                                     | 192.0.2.9
          one    | ip=192.0.2.9; as=65001; source=None                        | 192.0.2.9 n
          one    | node=two; ip=192.0.2.9; as=65001                           |
          one    | ip=10.0.0.2                                                | 10.0.0.2 w
          two    | ip=10.0.0.1                                                | 10.0.0.1
          one    | node=one; ip=10.0.0.2                                      | 10.0.0.2
          two    | node=one; ip=10.0.0.2                                      | 10.0.0.1
          two    | node=one; ip=10.0.0.2:179                                  | 10.0.0.1
          two    | node=one; ip=10.0.0.2:1790                                 |
          two    | node=one; ip=10.0.0.2; as=65001                            |
          two    | node=one; ip=10.0.0.2; reverse=Manual                      |
          one    | node=one; ip=10.0.0.2; reverse=Manual                      | 10.0.0.2
          one    | ip=10.0.0.1; reverse=Manual                                |
          one    | nodes=rr == 'false'; peers=rr == 'true'                    | 10.0.0.11, 10.0.0.12, 10.0.0.13
          rr1    | nodes=rr == 'false'; peers=rr == 'true'                    | 10.0.0.1 c, 10.0.0.2 c, 10.0.0.3 c
          rr1    | nodes=rr == 'false'; peers=rr == 'true'; reverse=Manual    |
          rr1    | nodes=rr == 'true'; peers=rr == 'true'                     | 10.0.0.12, 10.0.0.13 c
          rr3    | nodes=rr == 'true'; peers=rr == 'true'                     | 10.0.0.11 c, 10.0.0.12 c
          """)
  void peersWith(String self, String text, @Nullable String peers) {
    assertThat(
            plan(self, peer("peer", text)).stream()
                .filter(it -> it.type() != PeerType.MESH)
                .map(ConfiguredPeersTest::text)
                .sorted()
                .collect(Collectors.joining(", ")))
        .isEqualTo(peers == null ? "" : peers);
  }

  /// What a service's nodes tell is told on outside only where packets then go to them: this node
  /// has no route there, and kube-proxy takes only what its own endpoints may answer.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # peer                             | is told
          ip=10.0.9.1; as=65001              | false
          ip=10.0.9.1; as=65001; hop=Self    | false
          ip=10.0.9.1; as=65001; hop=Keep    | true
          ip=10.0.9.1; as=64512              | true
          """)
  void whoIsToldOfServicesOfOtherNodes(String peer, boolean isTold) {
    List<Resource> all = new ArrayList<>(NODES);
    all.add(peer("outside", peer));
    all.add(ServiceRoutesTest.configuration("balancer=198.51.100.0/24"));
    SpeakerConfig config =
        SpeakerPlan.of(BgpResources.of("one", all), "", Set.of()).orElseThrow().config();
    RouteFilter filter =
        config.peers().stream()
            .filter(each -> each.address().toString().equals("10.0.9.1"))
            .map(each -> each.routing().exportOr(config.exportFilter()))
            .findFirst()
            .orElseThrow();
    PathAttributes attributes =
        PathAttributes.of(
            new Origin(Origin.Source.IGP), AsPath.EMPTY, NextHop.of(IpAddress.parse("10.0.0.2")));
    Cidr prefix = Cidr.parse("198.51.100.7/32");

    assertThat(filter.judge(prefix, attributes, context(RouteSource.INTERNAL)))
        .isInstanceOf(isTold ? Verdict.Accept.class : Verdict.Reject.class);
    assertThat(filter.judge(prefix, attributes, context(RouteSource.LOCAL)))
        .isInstanceOf(Verdict.Accept.class);
  }

  private static RouteContext context(RouteSource from) {
    return new RouteContext(from, Optional.empty(), RouteOrigins.NONE);
  }

  /// A claim that is being given up is no reason to draw packets here.
  @Test
  void aBlockThatIsBeingDeletedIsNotAnnounced() {
    BlockAffinity kept = block("10.1.0.0/26", false);
    BlockAffinity going = block("10.1.0.64/26", true);
    List<Resource> all = new ArrayList<>(NODES);
    all.addAll(List.of(kept, going));

    assertThat(
            SpeakerPlan.of(BgpResources.of("one", all), "", Set.of())
                .orElseThrow()
                .config()
                .announce())
        .containsExactly(Cidr.parse("10.1.0.0/26"));
  }

  private static BlockAffinity block(String cidr, boolean isDeleted) {
    return new BlockAffinity(
        Metadata.named("one-" + cidr.replace('.', '-').replace('/', '-')),
        new BlockAffinity.Spec(
            BlockAffinity.State.CONFIRMED, "one", "host", Cidr.parse(cidr), isDeleted));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.speaker.PeerReport;
import dev.brindle.bird.speaker.RoutePage;
import dev.brindle.bird.table.ListedPath;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.wire.PathAttribute;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.Route.Hop;
import dev.brindle.linux.model.RouteOwner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatusContentTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> ALL = List.of("Agent", "BGP", "Routes");
  private static final PeerReport MESH = KnownFacts.peer(PeerType.MESH, "192.0.2.2", "Established");
  private static final PeerReport ROUTER =
      KnownFacts.peer(PeerType.GLOBAL, "192.0.2.9", "Established");

  private final KnownFacts facts = new KnownFacts();

  private JsonNode content(List<String> classes) {
    return JSON.valueToTree(StatusContent.of(classes, facts).status());
  }

  @Test
  void whatIsNotAskedForIsThereAndEmpty() throws Exception {
    facts.peers = Optional.of(List.of(MESH));

    assertThat(content(List.of()))
        .isEqualTo(
            JSON.readTree(
                """
                {"agent": {"birdV4": {}, "birdV6": {}},
                 "bgp": {"numberEstablishedV4": 0, "numberNotEstablishedV4": 0,
                         "numberEstablishedV6": 0, "numberNotEstablishedV6": 0},
                 "routes": {}}"""));
  }

  @Test
  void theAgentIsTheSpeakerForBothFamilies() throws Exception {
    JsonNode daemon =
        JSON.readTree(
            """
            {"state": "Ready", "version": "Brindle 1.2.3", "routerID": "192.0.2.1",
             "lastBootTime": "2026-01-02T03:04:05Z",
             "lastReconfigurationTime": "2026-01-02T03:04:09Z"}""");

    JsonNode agent = content(List.of("Agent")).path("agent");

    assertThat(agent.path("birdV4")).isEqualTo(daemon);
    assertThat(agent.path("birdV6")).isEqualTo(daemon);
  }

  @Test
  void withoutASpeakerNothingIsReady() throws Exception {
    facts.peers = Optional.empty();
    facts.routes = routes(List.of(kernel("10.0.0.0/8", "192.0.2.2", "eth0", 0)), List.of());

    JsonNode content = content(ALL);

    assertThat(content.at("/agent/birdV4")).isEqualTo(JSON.readTree("{\"state\": \"NotReady\"}"));
    assertThat(content.at("/bgp/numberEstablishedV4").asInt()).isZero();
    assertThat(content.path("routes")).isEmpty();
  }

  @Test
  void sessionsAreCountedAndNamedByFamily() throws Exception {
    facts.peers =
        Optional.of(
            List.of(
                MESH,
                KnownFacts.peer(PeerType.NODE, "192.0.2.3", "Active"),
                KnownFacts.peer(PeerType.GLOBAL, "2001:db8::9", "OpenConfirm"),
                KnownFacts.peer(PeerType.LOCAL_WORKLOAD, "10.0.0.7", "Established")));

    assertThat(content(List.of("BGP")).path("bgp"))
        .isEqualTo(
            JSON.readTree(
                """
                {"numberEstablishedV4": 1, "numberNotEstablishedV4": 1,
                 "peersV4": [
                   {"peerIP": "192.0.2.2", "type": "NodeMesh", "state": "Established",
                    "since": "2026-01-02T04:00:00Z"},
                   {"peerIP": "192.0.2.3", "type": "NodePeer", "state": "Active",
                    "since": "2026-01-02T04:00:00Z"}],
                 "numberEstablishedV6": 0, "numberNotEstablishedV6": 1,
                 "peersV6": [
                   {"peerIP": "2001:db8::9", "type": "GlobalPeer", "state": "OpenConfirm",
                    "since": "2026-01-02T04:00:00Z"}]}"""));
  }

  // ---- routes

  private static RouteFacts routes(List<Route> others, List<RoutePage.Entry> known, Route... own) {
    Map<Cidr, Route> byPrefix =
        List.of(own).stream().collect(Collectors.toMap(Route::destination, Function.identity()));
    return new RouteFacts(others, byPrefix, known, true);
  }

  private static Route kernel(String to, String gateway, String device, int metric) {
    return Route.via(Cidr.parse(to), RouteOwner.BOOT, IpAddress.parse(gateway), device, false)
        .withMetric(metric);
  }

  private static ListedPath path(PeerReport from, String nextHop, boolean isBest) {
    var source =
        new Source(Source.Kind.EXTERNAL, from.name(), from.address(), from.address(), false);
    var attributes = PathAttributes.of(PathAttribute.NextHop.of(IpAddress.parse(nextHop)));
    return new ListedPath(new Path(source, attributes, Path.ORDINARY), isBest, isBest, false);
  }

  private static ListedPath ourOwn() {
    var source = Source.local(IpAddress.parse("192.0.2.1"));
    return new ListedPath(new Path(source, PathAttributes.NONE, Path.PREFERRED), true, true, false);
  }

  private static RoutePage.Entry known(String prefix, ListedPath... paths) {
    return new RoutePage.Entry(Cidr.parse(prefix), List.of(paths));
  }

  private static Route birds(String prefix, Hop... hops) {
    return new Route(
        Cidr.parse(prefix),
        RouteOwner.BIRD,
        hops.length == 0 ? Route.Type.BLACKHOLE : Route.Type.UNICAST,
        Route.Scope.UNIVERSE,
        Route.MAIN_TABLE,
        1024,
        Optional.empty(),
        List.of(hops));
  }

  private static Hop hop(String gateway, String device) {
    return new Hop(Optional.of(IpAddress.parse(gateway)), device, false);
  }

  /// `FIB 10.0.0.0/8 via 192.0.2.2 dev eth0 from Kernel`
  private List<String> lines() {
    facts.peers = Optional.of(List.of(MESH, ROUTER));
    List<String> lines = new ArrayList<>();
    JsonNode routes = content(ALL).path("routes");
    for (String family : List.of("routesV4", "routesV6")) {
      for (JsonNode route : routes.path(family)) {
        lines.add(
            "%s %s via %s dev %s from %s %s"
                .formatted(
                    route.path("type").asText(),
                    route.path("destination").asText(),
                    route.path("gateway").asText(),
                    route.path("interface").asText(),
                    route.at("/learnedFrom/sourceType").asText(),
                    route.at("/learnedFrom/peerIP").asText())
                .strip());
      }
    }
    return lines;
  }

  @Test
  void routesOfTheKernelSayWhoWroteThem() {
    Cidr network = Cidr.parse("192.0.2.0/24");
    facts.routes =
        routes(
            List.of(
                kernel("0.0.0.0/0", "192.0.2.254", "eth0", 100),
                kernel("0.0.0.0/0", "192.0.2.253", "eth0", 50),
                Route.onDevice(network, RouteOwner.KERNEL, "eth0"),
                Route.onDevice(Cidr.parse("10.0.0.5/32"), RouteOwner.BOOT, "cali1"),
                Route.blackhole(Cidr.parse("10.0.1.0/26"), RouteOwner.FELIX),
                Route.onDevice(Cidr.parse("fe80::/64"), RouteOwner.KERNEL, "eth0"),
                Route.onDevice(Cidr.parse("ff00::/8"), RouteOwner.KERNEL, "eth0"),
                Route.onDevice(Cidr.parse("2001:db8::/64"), RouteOwner.KERNEL, "eth0")),
            List.of());

    assertThat(lines())
        .containsExactly(
            "FIB 0.0.0.0/0 via 192.0.2.253 dev eth0 from Kernel",
            "RIB 0.0.0.0/0 via 192.0.2.254 dev eth0 from Kernel",
            "FIB 10.0.0.5/32 via N/A dev cali1 from Kernel",
            "FIB 10.0.1.0/26 via N/A dev blackhole from Kernel",
            "FIB 192.0.2.0/24 via N/A dev eth0 from Direct",
            "FIB 2001:db8::/64 via N/A dev eth0 from Direct");
  }

  @Test
  void routesOfBgpSayWhoToldThemAndWhetherPacketsFollow() {
    facts.routes =
        routes(
            List.of(Route.onDevice(Cidr.parse("192.0.2.0/24"), RouteOwner.KERNEL, "eth0")),
            List.of(
                known(
                    "10.1.0.0/26", path(MESH, "192.0.2.2", true), path(ROUTER, "192.0.2.9", false)),
                known("10.2.0.0/26", path(ROUTER, "203.0.113.1", true)),
                known(
                    "10.3.0.0/26", path(MESH, "192.0.2.2", true), path(ROUTER, "192.0.2.9", true)),
                known("10.4.0.0/26", path(ROUTER, "203.0.113.7", true))),
            birds("10.1.0.0/26", hop("192.0.2.2", "eth0")),
            birds("10.3.0.0/26", hop("192.0.2.2", "eth0"), hop("192.0.2.9", "eth1")),
            birds("10.4.0.0/26", hop("192.0.2.9", "eth1")));

    assertThat(lines())
        .containsExactly(
            "FIB 10.1.0.0/26 via 192.0.2.2 dev eth0 from NodeMesh 192.0.2.2",
            "RIB 10.1.0.0/26 via 192.0.2.9 dev eth0 from BGPPeer 192.0.2.9",
            "RIB 10.2.0.0/26 via N/A dev unreachable from BGPPeer 192.0.2.9",
            "FIB 10.3.0.0/26 via 192.0.2.2 dev eth0 from NodeMesh 192.0.2.2",
            "FIB 10.3.0.0/26 via 192.0.2.9 dev eth1 from BGPPeer 192.0.2.9",
            "FIB 10.4.0.0/26 via 192.0.2.9 dev eth1 from BGPPeer 192.0.2.9",
            "FIB 192.0.2.0/24 via N/A dev eth0 from Direct");
  }

  /// The route of a pod that is announced by itself is there as the kernel's.
  @Test
  void whatWeAnnounceIsStatic() {
    facts.routes =
        routes(
            List.of(Route.onDevice(Cidr.parse("10.9.0.7/32"), RouteOwner.BOOT, "cali7")),
            List.of(
                known("10.0.0.0/26", ourOwn()),
                known("10.9.0.7/32", ourOwn()),
                known("10.96.0.0/12", ourOwn())),
            birds("10.0.0.0/26"));

    assertThat(lines())
        .containsExactly(
            "FIB 10.0.0.0/26 via N/A dev blackhole from Static",
            "FIB 10.9.0.7/32 via N/A dev cali7 from Kernel",
            "RIB 10.96.0.0/12 via N/A dev blackhole from Static");
  }

  @Test
  void aStoreTakesOnlySoMany() {
    List<RoutePage.Entry> many =
        IntStream.rangeClosed(0, StatusContent.MOST_ROUTES)
            .mapToObj(
                number ->
                    known(
                        "10.%d.%d.0/24".formatted(number >> 8, number & 255),
                        path(MESH, "192.0.2.2", true)))
            .toList();
    facts.routes = routes(List.of(), many);
    assertThat(lines()).hasSize(StatusContent.MOST_ROUTES);
    assertThat(StatusContent.of(ALL, facts).isWhole()).isFalse();

    facts.routes = routes(List.of(), many.subList(1, many.size()));
    assertThat(lines()).hasSize(StatusContent.MOST_ROUTES);
    assertThat(StatusContent.of(ALL, facts).isWhole()).isTrue();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// A service of type LoadBalancer from its manifest to somebody outside who is answered: the
/// controllers give it an address out of a pool, and the nodes lead a router there.
@ParameterizedClass(name = "{0}", allowZeroInvocations = true)
@MethodSource("kinds")
@TestMethodOrder(OrderAnnotation.class)
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ServiceAddressStoryTest {

  private static final int NODES = 2;
  private static final int PORT = 80;
  private static final String POOL = "198.51.100.0/28";
  private static final Set<String> ALL = Set.of("node1", "node2");

  @TempDir private static Path directory;

  @SuppressWarnings("NullAway.Init") // it is there before all stories
  private static Cluster cluster;

  private static Optional<Stage> started = Optional.empty();
  private static Optional<OutsideRouter> router = Optional.empty();

  @SuppressWarnings("NullAway.Init") // as the cluster
  private static Workloads workloads;

  @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // JUnit's, for the name of the class
  @Parameter
  private Kubelets kubelets;

  static List<Kubelets> kinds() {
    return Kubelets.chosen(Kubelets.STAND_IN, Kubelets.MANIFEST);
  }

  @BeforeParameterizedClassInvocation
  static void startCluster(Kubelets kubelets) throws Exception {
    OutsideRouter.need();
    Stage stage = Stage.set(directory, NODES, kubelets);
    started = Optional.of(stage);
    cluster = stage.cluster();
    workloads = stage.workloads();
    router = Optional.of(OutsideRouter.start(cluster, POOL));
    cluster
        .network()
        .brindle(
            """
            apiVersion: projectcalico.org/v3
            kind: IPPool
            metadata: {name: public}
            spec: {cidr: %1$s, blockSize: 28, allowedUses: [LoadBalancer]}
            ---
            apiVersion: projectcalico.org/v3
            kind: BGPConfiguration
            metadata: {name: default}
            spec: {serviceLoadBalancerIPs: [{cidr: %1$s}]}
            ---
            apiVersion: projectcalico.org/v3
            kind: BGPPeer
            metadata: {name: outside}
            spec: {peerIP: %2$s, asNumber: %3$d}
            """
                .formatted(POOL, OutsideRouter.address(), OutsideRouter.AS),
            "apply",
            "-f",
            "-")
        .ok();
  }

  @AfterParameterizedClassInvocation
  static void endCluster() {
    router.ifPresent(OutsideRouter::close);
    router = Optional.empty();
    started.ifPresent(Stage::close);
    started = Optional.empty();
  }

  /// The pool's network is told by each node, the service by those that have an endpoint, as no
  /// other may answer.
  @Test
  @Order(1)
  void whoIsOutsideReachesAServiceByNodesThatHaveAnEndpoint() {
    workloads.deploy("shop", "web", 1, "");
    JsonNode pod = workloads.awaitPods("shop", "app=web", 1).getFirst();
    String node = pod.at("/spec/nodeName").asText();
    cluster.kubectl(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec:
          type: LoadBalancer
          externalTrafficPolicy: Local
          selector: {app: web}
          ports: [{port: 80, targetPort: 8080}]
        """,
        "apply",
        "-f",
        "-");

    String address = awaitAddress("web");
    awaitRoutes(Map.of(POOL, ALL, address + "/32", Set.of(node)));
    awaitAnswer(address);

    cluster.kubectl("", "scale", "deployment/web", "-n", "shop", "--replicas=2");
    List<JsonNode> pods = workloads.awaitPods("shop", "app=web", 2);
    assertThat(pods)
        .extracting(each -> each.at("/spec/nodeName").asText())
        .containsExactlyInAnyOrderElementsOf(ALL);
    awaitRoutes(Map.of(POOL, ALL, address + "/32", ALL));
    awaitAnswer(address);
  }

  @Test
  @Order(2)
  void theAddressStaysWhenControllersAndDaemonsAreKilled() {
    String before = awaitAddress("web");
    cluster.network().killControllers();
    cluster.network().killDaemons();
    cluster.nodes().forEach(cluster::awaitReady);
    service("other", "ClusterIP");
    patch("other", "{\"spec\":{\"type\":\"LoadBalancer\"}}");

    assertThat(awaitAddress("other")).isNotEqualTo(before); // the controllers are there again
    assertThat(addresses("web")).containsExactly(before);
    awaitRoutes(Map.of(POOL, ALL, before + "/32", ALL));
    awaitAnswer(before);
  }

  @Test
  @Order(3)
  void anyNodeAnswersForAServiceOfTheWholeCluster() {
    String address = awaitAddress("web");
    patch("web", "{\"spec\":{\"externalTrafficPolicy\":\"Cluster\"}}");
    awaitRoutes(Map.of(POOL, ALL));
    awaitAnswer(address);
  }

  @Test
  @Order(4)
  void nobodyKeepsTheAddressOfAServiceThatIsGone() {
    String web = awaitAddress("web");
    String other = awaitAddress("other");
    patch("web", "{\"spec\":{\"externalTrafficPolicy\":\"Local\"}}");
    awaitRoutes(Map.of(POOL, ALL, web + "/32", ALL));

    patch("other", "{\"spec\":{\"type\":\"ClusterIP\"}}");
    cluster.kubectl("", "delete", "service", "web", "-n", "shop");

    awaitRoutes(Map.of(POOL, ALL));
    Eventually.until(
        () -> "%s and %s are free: %s".formatted(web, other, booked()),
        () -> !booked().contains(web) && !booked().contains(other));
    assertThat(addresses("other")).isEmpty();
    // the stand-in for kube-proxy looks now and then
    Eventually.until(() -> web + " answers nobody", () -> !OutsideRouter.reaches(web, PORT));
  }

  private static void service(String name, String type) {
    cluster.kubectl(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: shop}
        spec: {type: %s, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
        """
            .formatted(name, type),
        "apply",
        "-f",
        "-");
  }

  private static void patch(String name, String change) {
    cluster.kubectl("", "patch", "service", name, "-n", "shop", "-p", change);
  }

  private static List<String> addresses(String service) {
    List<String> found = new ArrayList<>();
    cluster
        .get("/api/v1/namespaces/shop/services/" + service)
        .at("/status/loadBalancer/ingress")
        .forEach(way -> found.add(way.path("ip").asText()));
    return found;
  }

  private static String awaitAddress(String service) {
    Eventually.until(
        () ->
            "%s has an address: %s%n%s"
                .formatted(service, workloads.events("shop"), Logs.end(cluster.log("controllers"))),
        () -> addresses(service).size() == 1);
    String address = addresses(service).getFirst();
    assertThat(address).startsWith("198.51.100.");
    assertThat(booked()).contains(address);
    return address;
  }

  private static List<String> booked() {
    return cluster.network().bookings().stream().map(Booking::address).toList();
  }

  private static void awaitRoutes(Map<String, Set<String>> expected) {
    OutsideRouter outside = router.orElseThrow();
    Eventually.until(
        () ->
            "the router has %s: %s%n%s%s"
                .formatted(expected, outside.routes(), outside.sessions(), cluster.lastWords()),
        () -> outside.routes().equals(expected));
  }

  private static void awaitAnswer(String address) {
    Eventually.until(
        () -> "somebody answers at %s:%d".formatted(address, PORT),
        () -> OutsideRouter.reaches(address, PORT));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What is wrong with a pod, its node or the cluster, as who asks `kubectl describe pod` learns it:
/// the event names the cause and what to do.
@ParameterizedClass(name = "{0}", allowZeroInvocations = true)
@MethodSource("kinds")
@TestMethodOrder(OrderAnnotation.class)
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ClusterBadInputTest {

  private static final String NODE = "node1";
  private static final String NAMESPACE = "bad";
  private static final String CONFIGURATION = "/etc/cni/net.d/10-calico.conflist";
  private static final String FAILED = "FailedCreatePodSandBox";
  private static final String LEFT = "FailedKillPod";

  @TempDir private static Path directory;

  @SuppressWarnings("NullAway.Init") // it is there before all stories
  private static Cluster cluster;

  @SuppressWarnings("NullAway.Init") // as the cluster
  private static Workloads workloads;

  private static Optional<Stage> started = Optional.empty();
  private static int count;

  @SuppressWarnings("NullAway.Init") // JUnit's, which wants one
  @Parameter
  Kubelets kubelets;

  static List<Kubelets> kinds() {
    return Kubelets.chosen(Kubelets.STAND_IN, Kubelets.KUBELET);
  }

  @BeforeParameterizedClassInvocation
  static void startCluster(Kubelets kubelets) throws Exception {
    Stage stage = Stage.set(directory, 1, kubelets);
    started = Optional.of(stage);
    cluster = stage.cluster();
    workloads = stage.workloads();
    cluster.kubectl(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: bad}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: bad-itself, annotations: {cni.projectcalico.org/ipv4pools: '["nowhere"]'}}
        ---
        apiVersion: crd.projectcalico.org/v1
        kind: IPPool
        metadata: {name: one}
        spec: {cidr: 10.247.0.0/32, blockSize: 32, assignmentMode: Manual, nodeSelector: all()}
        ---
        apiVersion: crd.projectcalico.org/v1
        kind: IPPool
        metadata: {name: closed}
        spec: {cidr: 10.246.0.0/24, disabled: true, nodeSelector: all()}
        """,
        "apply",
        "-f",
        "-");
    for (String namespace : List.of(NAMESPACE, "bad-itself")) {
      Eventually.until(
          () -> namespace + " has an account for pods",
          () ->
              !cluster
                  .list("/api/v1/namespaces/%s/serviceaccounts".formatted(namespace))
                  .isEmpty());
    }
    pod(NAMESPACE, "holder", "cni.projectcalico.org/ipAddrs: '[\"10.244.77.7\"]'");
    pod(NAMESPACE, "only", "cni.projectcalico.org/ipv4pools: '[\"one\"]'");
    workloads.awaitPods(NAMESPACE, "app=holder", 1);
    workloads.awaitPods(NAMESPACE, "app=only", 1);
  }

  @AfterParameterizedClassInvocation
  static void endCluster() {
    started.ifPresent(Stage::close);
    started = Optional.empty();
  }

  // ---- what pods ask for

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # annotation          | value                            | the event's words
          ipAddrs               | ten                              | annotation cni.projectcalico.org/ipAddrs & expected a JSON list of texts, found 'ten'
          ipAddrs               | ["10.244.0.300"]                 | annotation cni.projectcalico.org/ipAddrs & expected an IPv4 or IPv6 address, found '10.244.0.300'
          ipAddrs               | []                               | annotation cni.projectcalico.org/ipAddrs & expected an address, found '[]'
          ipAddrs               | ["10.244.0.8", "10.244.0.9"]     | annotation cni.projectcalico.org/ipAddrs & expected one address, or one of each family
          ipAddrs               | ["172.30.0.1"]                   | not in a configured pool: 172.30.0.1 & enabled are [default-ipv4-ippool (10.244.0.0/16), one (10.247.0.0/32)] & annotation cni.projectcalico.org/ipAddrs
          ipAddrs               | ["10.246.0.9"]                   | not in a configured pool: 10.246.0.9 & IPPool closed is that, but has disabled: true; set that to false
          ipAddrs               | ["10.244.77.7"]                  | already assigned & 10.244.77.7 is held by pod bad/holder & annotation cni.projectcalico.org/ipAddrs
          ipAddrsNoIpam         | ["10.9.9.9"]                     | annotation cni.projectcalico.org/ipAddrsNoIpam wants feature_control.ip_addrs_no_ipam of the network configuration to be true
          floatingIPs           | ["192.0.2.9"]                    | annotation cni.projectcalico.org/floatingIPs wants feature_control.floating_ips of the network configuration to be true
          ipv4pools             | one                              | annotation cni.projectcalico.org/ipv4pools & expected a JSON list of texts, found 'one'
          ipv4pools             | ["nowhere"]                      | annotation cni.projectcalico.org/ipv4pools of pod bad/ & names 'nowhere' & expected the name or CIDR of an IPv4 pool, one of [closed (10.246.0.0/24), default-ipv4-ippool (10.244.0.0/16)
          ipv4pools             | ["10.250.0.0/16"]                | the given pool (10.250.0.0/16) does not exist & enabled are [default-ipv4-ippool & annotation cni.projectcalico.org/ipv4pools of pod
          ipv4pools             | ["closed"]                          | the given pool (10.246.0.0/24) & IPPool closed is that, but has disabled: true; set that to false
          ipv4pools             | ["one"]                          | No IPs available in pools: [10.247.0.0/32], IPPool one is full (1 addresses) & add an IPPool, or delete pods
          ipv6pools             | ["one"]                          | annotation cni.projectcalico.org/ipv6pools of pod bad/ & names 'one' & expected the name or CIDR of an IPv6 pool
          ipFamilies            | ["v4"]                           | annotation cni.projectcalico.org/ipFamilies & expected "IPv4" or "IPv6", found 'v4'
          ipFamilies            | ["IPv6"]                         | cannot find a qualified ippool: create or enable an IPv6 pool
          hwAddr                | zz                               | annotation cni.projectcalico.org/hwAddr & 'zz'
          allowedSourcePrefixes | ["10.0.0.0/40"]                  | annotation cni.projectcalico.org/allowedSourcePrefixes & expected an address or CIDR, found '10.0.0.0/40'
          """)
  @Order(1)
  void anAnnotationThatCannotBeFollowed(String key, String value, String words) {
    assertRefused(NAMESPACE, "cni.projectcalico.org/%s: '%s'".formatted(key, value), words);
  }

  @Test
  @Order(2)
  void annotationsThatExcludeEachOther() {
    assertRefused(
        NAMESPACE,
        "cni.projectcalico.org/ipAddrs: '[\"10.244.0.8\"]', cni.projectcalico.org/ipAddrsNoIpam: '[\"10.9.9.9\"]'",
        "cni.projectcalico.org/ipAddrs & cni.projectcalico.org/ipAddrsNoIpam & take one away");
  }

  @Test
  @Order(3)
  void anAnnotationOfTheNamespace() {
    assertRefused(
        "bad-itself",
        "",
        "annotation cni.projectcalico.org/ipv4pools of namespace bad-itself names 'nowhere'");
  }

  // ---- the network configuration of the node

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # field in plugins/0          | its value                             | the event's words
          mtu                           | "huge"                                | network configuration: mtu is '"huge"': expected a number from 0 to 65535
          mtu                           | 70000                                 | network configuration: mtu is '70000': expected a number from 0 to 65535
          nodename                      | "other"                               | network configuration: nodename is 'other', but the daemon here is of node 'node1' & expected
          ipam                          | {"type": "no-such-plugin"}            | failed to find plugin 'no-such-plugin' of ipam.type & /opt/cni/bin
          ipam                          | {}                                    | network configuration: ipam.type is & expected calico-ipam
          ipam                          | {"type": "calico-ipam", "ipv4_pools": ["nowhere"]} | network configuration: ipam.ipv4_pools names 'nowhere' & expected the name or CIDR of an IPv4 pool
          ipam                          | {"type": "calico-ipam", "assign_ipv4": "maybe"} | network configuration: ipam.assign_ipv4 is '"maybe"': expected "true" or "false"
          readiness_gates               | ["http://127.0.0.1:1/ready"]          | readiness gate http://127.0.0.1:1/ready (readiness_gates of the network configuration) is not ready after 30 s & refused
          """)
  @Order(4)
  void aNetworkConfigurationThatCannotBeUsed(String field, String value, String words) {
    String usual = Logs.read(cluster.machine(NODE).file(CONFIGURATION));
    JsonNode list = StandInKubelet.json(usual);
    ((ObjectNode) list.at("/plugins/0")).set(field, StandInKubelet.json(value));
    cluster.machine(NODE).write(CONFIGURATION, list.toString());
    try {
      assertRefused(NAMESPACE, "", words);
    } finally {
      cluster.machine(NODE).write(CONFIGURATION, usual);
    }
  }

  @Test
  @Order(5)
  void anotherIpamThanTheAnnotationNeeds() {
    String usual = Logs.read(cluster.machine(NODE).file(CONFIGURATION));
    JsonNode list = StandInKubelet.json(usual);
    ((ObjectNode) list.at("/plugins/0"))
        .set(
            "ipam", StandInKubelet.json("{\"type\": \"host-local\", \"subnet\": \"10.1.0.0/24\"}"));
    cluster.machine(NODE).write(CONFIGURATION, list.toString());
    try {
      assertRefused(
          NAMESPACE,
          "cni.projectcalico.org/ipAddrs: '[\"10.244.0.8\"]'",
          "annotation cni.projectcalico.org/ipAddrs is not compatible with configured IPAM: host-local & take it away");
    } finally {
      cluster.machine(NODE).write(CONFIGURATION, usual);
    }
  }

  // ---- the node and the cluster

  @Test
  @Order(6)
  void theDaemonDoesNotRun() {
    cluster.network().stopDaemon(NODE);
    String pod = pod(NAMESPACE, "");
    try {
      assertEvent(
          NAMESPACE,
          pod,
          "the brindle node daemon is not running: nobody answers in /run/brindle/cni & see this node's pod brindle-node");
    } finally {
      cluster.network().startDaemon(NODE);
    }
    workloads.awaitPods(NAMESPACE, "app=" + pod, 1);
  }

  @Test
  @Order(7)
  void theDaemonHasNeverRun() {
    cluster.network().stopDaemon(NODE);
    cluster
        .machine(NODE)
        .run(List.of("mv", "/run/brindle/cni", "/run/brindle/cni.away"), Map.of(), "")
        .ok();
    String pod = pod(NAMESPACE, "");
    try {
      assertEvent(
          NAMESPACE,
          pod,
          "the brindle node daemon is not running: there is no /run/brindle/cni/slot-0.lock & see this node's pod brindle-node");
    } finally {
      cluster.network().startDaemon(NODE);
    }
    workloads.awaitPods(NAMESPACE, "app=" + pod, 1);
  }

  @Test
  @Order(8)
  void theClusterIsLocked() {
    cluster.network().brindle("", "datastore", "migrate", "lock").ok();
    String pod = pod(NAMESPACE, "");
    assertEvent(
        NAMESPACE,
        pod,
        "Calico is currently not ready to process requests & datastoreReady is not true & datastore migrate unlock");
    cluster.network().brindle("", "datastore", "migrate", "unlock").ok();
    workloads.awaitPods(NAMESPACE, "app=" + pod, 1);
  }

  /// kubelet says it when the API server is back.
  @Test
  @Order(9)
  void theStoreIsAway() {
    cluster.network().brindle("", "datastore", "migrate", "lock").ok();
    String pod = pod(NAMESPACE, "");
    assertEvent(NAMESPACE, pod, "Calico is currently not ready to process requests");
    cluster.plane().killApiServer();
    Eventually.until(
        () -> "kubelet hears that the store is away: " + cluster.kubelet(NODE).lastWords(),
        () -> cluster.kubelet(NODE).lastWords().contains("datastore: "));
    cluster.plane().startApiServer();
    assertEvent(
        NAMESPACE,
        pod,
        "datastore: & 6443 & kubelet tries again, and the readiness of the brindle node daemon says when it is back");
    cluster.network().brindle("", "datastore", "migrate", "unlock").ok();
    workloads.awaitPods(NAMESPACE, "app=" + pod, 1);
  }

  /// The daemon's service account may nothing any more.
  @Test
  @Order(10)
  void theDaemonMayNotAsk() {
    cluster.kubectl("", "delete", "clusterrolebinding", "brindle-node");
    String pod = pod(NAMESPACE, "");
    assertEvent(NAMESPACE, pod, "datastore: & forbidden & brindle-node & ClusterRole");
    cluster.kubectl(
        "",
        "create",
        "clusterrolebinding",
        "brindle-node",
        "--clusterrole=brindle",
        "--serviceaccount=kube-system:brindle-node");
    workloads.awaitPods(NAMESPACE, "app=" + pod, 1);
  }

  /// The daemon knows who it is; Calico's plugin cannot do without the file.
  @Test
  @Order(11)
  void theFileWithTheNodesNameIsNotMissed() {
    cluster.machine(NODE).run(List.of("rm", "-f", "/var/lib/calico/nodename"), Map.of(), "").ok();
    String pod = pod(NAMESPACE, "");
    workloads.awaitPods(NAMESPACE, "app=" + pod, 1);
  }

  // ---- pods and their events

  private static String pod(String namespace, String annotations) {
    return pod(namespace, "pod-" + ++count, annotations);
  }

  /// On the node, whatever the scheduler thinks of it.
  private static String pod(String namespace, String name, String annotations) {
    cluster.kubectl(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %2$s, namespace: %1$s, labels: {app: %2$s}, annotations: {%3$s}}
        spec:
          nodeName: node1
          terminationGracePeriodSeconds: 0
          tolerations: [{operator: Exists}]
          containers:
          - {name: echo, image: "brindle.test/echo:1", imagePullPolicy: Never, args: ["8080"]}
        """
            .formatted(namespace, name, annotations),
        "apply",
        "-f",
        "-");
    return name;
  }

  private static void assertRefused(String namespace, String annotations, String words) {
    String pod = pod(namespace, annotations);
    assertEvent(namespace, pod, words);
    cluster.kubectl("", "delete", "pod", pod, "-n", namespace, "--wait=false");
  }

  /// @param words joined by ` & `, all of one event
  private static void assertEvent(String namespace, String pod, String words) {
    List<String> wanted = List.of(words.split(" & ", -1));
    List<String> events = new ArrayList<>();
    Eventually.until(
        () ->
            "an event of %s with %s, there are%n%s%n%s"
                .formatted(pod, wanted, String.join("\n", events), cluster.lastWords()),
        () -> {
          events.clear();
          events.addAll(workloads.eventsOf(namespace, pod));
          return events.stream()
              .filter(event -> event.startsWith(FAILED))
              .anyMatch(event -> wanted.stream().allMatch(event::contains));
        });
    // kubelet takes away what it could not make, and that may fail for the same cause
    assertThat(events).allMatch(event -> event.startsWith(FAILED) || event.startsWith(LEFT));
  }
}

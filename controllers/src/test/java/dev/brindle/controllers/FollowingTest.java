// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.controllers.election.ElectionTerms;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.connect.DatastoreSettings;
import dev.brindle.datastore.kubernetes.ApiServer;
import dev.brindle.datastore.kubernetes.KubernetesDatastore;
import dev.brindle.linux.testing.Waiting;
import dev.brindle.policy.engine.EndpointPolicy;
import dev.brindle.policy.engine.PolicyEngine;
import dev.brindle.policy.engine.PolicyImage;
import dev.brindle.policy.rule.ServiceKnowledge;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Calico's store is etcd, and what Kubernetes says is in force there.
class FollowingTest {

  private static final String POLICIES = "/apis/networking.k8s.io/v1/networkpolicies";
  private static final String PODS = "/api/v1/pods";
  private static final ResourceKey PROFILE = ResourceKey.of(ResourceKind.PROFILE, "kns.shop");

  private static final ElectionTerms QUICK =
      new ElectionTerms(Duration.ofSeconds(2), Duration.ofMillis(1500), Duration.ofMillis(50));

  @TempDir private Path directory;

  private final ApiServer server = new ApiServer();

  /// Where policies of Kubernetes would be in force without etcd.
  private final Datastore reference = KubernetesDatastore.open(Stores.settings(server));

  private Stores stores;
  private Datastore etcd;

  @AfterEach
  void end() {
    reference.close();
    stores.close();
    server.close();
  }

  @BeforeEach
  void cluster() {
    stores = Stores.open(Stores.Kind.ETCD, directory);
    etcd = stores.other();
    server.create("/api/v1/nodes", "{\"metadata\":{\"name\":\"n1\"}}");
    server.create(
        "/api/v1/namespaces", "{\"metadata\":{\"name\":\"shop\",\"labels\":{\"team\":\"a\"}}}");
    server.create(
        "/api/v1/namespaces", "{\"metadata\":{\"name\":\"mail\",\"labels\":{\"team\":\"b\"}}}");
    server.create(
        "/api/v1/serviceaccounts", "{\"metadata\":{\"namespace\":\"shop\",\"name\":\"robot\"}}");
    pod("shop", "web", "10.0.0.1", "{\"app\":\"web\"}");
    pod("shop", "db", "10.0.0.2", "{\"app\":\"db\",\"tier\":\"back\"}");
    pod("mail", "smtp", "10.0.0.3", "{\"app\":\"smtp\"}");
  }

  /// In Kubernetes, and in etcd as a plugin leaves it that knows nothing of labels.
  private void pod(String namespace, String name, String address, String labels) {
    server.create(
        PODS,
        """
        {"metadata":{"namespace":"%s","name":"%s","labels":%s},
         "spec":{"nodeName":"n1","serviceAccountName":"robot","containers":[
           {"name":"c","ports":[{"name":"http","containerPort":8080},
                                {"name":"dns","containerPort":53,"protocol":"UDP"}]}]},
         "status":{"podIP":"%s","podIPs":[{"ip":"%s"}]}}"""
            .formatted(namespace, name, labels, address, address));
    Scene.written(
        etcd.create(
            ResourceCodec.readStored(
                ResourceKind.WORKLOAD_ENDPOINT,
                """
                {"metadata":{"namespace":"%s","name":"n1-k8s-%s-eth0","labels":{
                   "projectcalico.org/namespace":"%s","projectcalico.org/orchestrator":"k8s"}},
                 "spec":{"orchestrator":"k8s","node":"n1","pod":"%s","endpoint":"eth0",
                   "containerID":"c-%s","interfaceName":"cali%s","ipNetworks":["%s/32"],
                   "mac":"ee:ee:ee:ee:ee:ee","profiles":["kns.%s"]}}"""
                    .formatted(namespace, name, namespace, name, name, name, address, namespace))));
  }

  private RunningControllers controllers(Datastore store) {
    var settings =
        new ControllersSettings(
            DatastoreSettings.embedded(Path.of("none")),
            Optional.empty(),
            "kube-system",
            "brindle-controllers",
            "a",
            0,
            false);
    return new RunningControllers(
        settings,
        Map.of(),
        store,
        Optional.of(KubernetesDatastore.openBeside(Stores.settings(server))),
        QUICK,
        Duration.ofMillis(10));
  }

  /// What felix enforces on a node.
  private PolicyImage inForce(Datastore store) {
    var engine = new PolicyEngine("n1", ServiceKnowledge.KNOWN);
    List<Change> changes = new ArrayList<>();
    etcd.list(ResourceKind.TIER).forEach(tier -> changes.add(Change.to(tier)));
    for (ResourceKind kind :
        List.of(
            ResourceKind.NETWORK_POLICY, ResourceKind.PROFILE, ResourceKind.WORKLOAD_ENDPOINT)) {
      store.list(kind).forEach(each -> changes.add(Change.to(each)));
    }
    engine.apply(changes);
    assertThat(engine.problems()).isEmpty();
    return engine.image();
  }

  /// All but what is only said of an endpoint and changes nothing: when and by whom it was made.
  private static Map<String, Object> decisive(PolicyImage image) {
    Map<String, Object> seen = new TreeMap<>();
    seen.put("sets", new TreeMap<>(texts(image.sets())));
    seen.put("policies", new TreeMap<>(texts(image.policies())));
    seen.put("profiles", new TreeMap<>(texts(image.profiles())));
    for (Map.Entry<ResourceKey, EndpointPolicy> each : image.endpoints().entrySet()) {
      EndpointPolicy policy = each.getValue();
      WorkloadEndpoint endpoint = policy.endpoint();
      seen.put(
          each.getKey().toString(),
          List.of(
              policy.ingress(),
              policy.egress(),
              policy.profiles(),
              new TreeMap<>(endpoint.metadata().labels()),
              endpoint.spec().ports(),
              endpoint.spec().serviceAccountName()));
    }
    return seen;
  }

  private static Map<String, Object> texts(Map<?, ?> map) {
    Map<String, Object> texts = new TreeMap<>();
    map.forEach((key, value) -> texts.put(key.toString(), value));
    return texts;
  }

  private void awaitSame() {
    Waiting.until(
        () ->
            "etcd has %s, Kubernetes %s"
                .formatted(decisive(inForce(etcd)), decisive(inForce(reference))),
        () -> decisive(inForce(etcd)).equals(decisive(inForce(reference))));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                | spec of a NetworkPolicy of Kubernetes
          nobody may come in     | {"podSelector":{}}
          nobody in, nobody out  | {"podSelector":{},"policyTypes":["Ingress","Egress"]}
          all may                | {"podSelector":{"matchLabels":{"app":"web"}},"ingress":[{}]}
          from some pods         | {"podSelector":{"matchLabels":{"app":"db"}},"ingress":[{"from":[{"podSelector":{"matchLabels":{"app":"web"}}}]}]}
          from some namespaces   | {"podSelector":{},"ingress":[{"from":[{"namespaceSelector":{"matchLabels":{"team":"b"}}}]}]}
          from pods of some      | {"podSelector":{},"ingress":[{"from":[{"namespaceSelector":{"matchExpressions":[{"key":"team","operator":"In","values":["a","b"]}]},"podSelector":{"matchExpressions":[{"key":"app","operator":"NotIn","values":["db"]}]}}]}]}
          by a port's name       | {"podSelector":{"matchLabels":{"app":"web"}},"ingress":[{"ports":[{"port":"http"},{"protocol":"UDP","port":"dns"}]}]}
          a range of ports       | {"podSelector":{},"ingress":[{"ports":[{"protocol":"TCP","port":1000,"endPort":2000},{"protocol":"SCTP","port":7}]}]}
          of a network, but not  | {"podSelector":{},"policyTypes":["Egress"],"egress":[{"to":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["10.1.0.0/16","10.2.3.4/32"]}}]}]}
          one rule of no sense   | {"podSelector":{},"ingress":[{"from":[{"ipBlock":{"cidr":"no network"}}]},{"from":[{"podSelector":{"matchLabels":{"app":"web"}}}]}]}
          for those with a label | {"podSelector":{"matchExpressions":[{"key":"tier","operator":"Exists"},{"key":"app","operator":"DoesNotExist"}]}}
          """)
  void aPolicyIsInForceAsWithKubernetesAsTheStore(String story, String spec) {
    server.create(
        POLICIES,
        "{\"metadata\":{\"namespace\":\"shop\",\"name\":\"p\"},\"spec\":%s}".formatted(spec));
    try (RunningControllers _ = controllers(stores.one())) {
      awaitSame();
      assertThat(inForce(etcd).policies()).hasSize(inForce(reference).policies().size());
    }
  }

  @Test
  void whatChangesInKubernetesChangesInEtcd() {
    server.serveNothingOfCalicos(); // such a cluster has no definitions of it
    ResourceKey policy = new ResourceKey(ResourceKind.NETWORK_POLICY, "shop", "knp.default.p");
    ResourceKey web = new ResourceKey(ResourceKind.WORKLOAD_ENDPOINT, "shop", "n1-k8s-web-eth0");
    try (RunningControllers running = controllers(stores.one())) {
      Waiting.until(
          "the endpoint has its pod's labels", () -> "web".equals(labels(web).get("app")));
      assertThat(labels(web))
          .containsEntry("projectcalico.org/namespace", "shop")
          .containsEntry("projectcalico.org/orchestrator", "k8s")
          .containsEntry("projectcalico.org/serviceaccount", "robot");

      server.create(
          POLICIES,
          "{\"metadata\":{\"namespace\":\"shop\",\"name\":\"p\"},\"spec\":{\"podSelector\":{}}}");
      Waiting.until("the policy is there", () -> etcd.get(policy).isPresent());
      assertThat(running.obstacles()).isEmpty();

      try (Datastore kubernetes = KubernetesDatastore.openBeside(Stores.settings(server))) {
        assertThat(kubernetes.get(policy)).isPresent();
        assertThat(kubernetes.list(ResourceKind.NETWORK_POLICY)).hasSize(1);
      }
      server.remove(POLICIES, "shop/p");
      Waiting.until("the policy is gone", () -> etcd.get(policy).isEmpty());
    }
  }

  private static String policy(String name, String spec) {
    return "{\"metadata\":{\"namespace\":\"shop\",\"name\":\"%s\"},\"spec\":%s}"
        .formatted(name, spec);
  }

  /// What is left out of a policy is said for as long as it is so, and what cannot be read at all
  /// stays as it was.
  @Test
  void whatCannotBeReadIsSaid() {
    String broken =
        "{\"podSelector\":{},\"ingress\":[{\"from\":[{\"ipBlock\":{\"cidr\":\"x\"}}]}]}";
    String unreadable =
        "{\"podSelector\":{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Resembles\"}]}}";
    ResourceKey kept = new ResourceKey(ResourceKind.NETWORK_POLICY, "shop", "knp.default.q");
    server.create(POLICIES, policy("p", broken));
    server.create(POLICIES, policy("q", "{\"podSelector\":{}}"));
    try (Datastore kubernetes = KubernetesDatastore.openBeside(Stores.settings(server));
        var sync = new PolicySync(stores.one(), kubernetes, (_, _) -> {})) {
      Waiting.until("both are there", () -> sync.sync().isEmpty() && etcd.get(kept).isPresent());
      assertThat(sync.notes())
          .containsExactly(
              "NetworkPolicy(shop/knp.default.p): ingress[0] is left out: ipBlock: 'x' is no CIDR");
      assertThat(sync.counts().incomplete()).isEqualTo(1);

      server.remove(POLICIES, "shop/q");
      server.create(POLICIES, policy("q", unreadable));
      server.remove(POLICIES, "shop/p");
      Waiting.until(
          "that is heard",
          () -> sync.notes().size() == 1 && sync.notes().getFirst().contains("knp.default.q"));
      Waiting.until(
          "the other is gone",
          () ->
              sync.sync().isEmpty()
                  && etcd.list(ResourceKind.NETWORK_POLICY).stream()
                      .map(Resource::key)
                      .toList()
                      .equals(List.of(kept)));
      assertThat(sync.notes().getFirst()).contains("counts as absent", "Resembles");

      server.remove(POLICIES, "shop/q");
      Waiting.until("nothing is left", () -> sync.sync().isEmpty() && etcd.get(kept).isEmpty());
      assertThat(sync.notes()).isEmpty();
    }
  }

  private Map<String, String> labels(ResourceKey endpoint) {
    return etcd.get(endpoint).map(each -> each.metadata().labels()).orElse(Map.of());
  }

  /// Without its profile a pod talks to nobody. When it comes, all else must be there, or for a
  /// while everybody could come in.
  @Test
  void aNamespaceIsOpenedWhenItsPoliciesAreThere() {
    for (int i = 0; i < 50; i++) {
      server.create(
          POLICIES,
          "{\"metadata\":{\"namespace\":\"shop\",\"name\":\"p%d\"},\"spec\":{\"podSelector\":{\"matchLabels\":{\"app\":\"web\"}}}}"
              .formatted(i));
    }
    List<String> seen = new CopyOnWriteArrayList<>();
    var store = new MeddledDatastore(stores.one());
    store.beforeCreations(
        made -> {
          if (made.key().equals(PROFILE)) {
            seen.add(stateOfShop());
          }
        });
    try (RunningControllers _ = controllers(store)) {
      Waiting.until("the namespace is open", () -> etcd.get(PROFILE).isPresent());
    }
    assertThat(seen).containsExactly("50 policies, 2 endpoints with labels");
  }

  private String stateOfShop() {
    long policies =
        etcd.list(ResourceKind.NETWORK_POLICY).stream()
            .filter(each -> each.metadata().namespace().equals("shop"))
            .count();
    long endpoints =
        etcd.list(ResourceKind.WORKLOAD_ENDPOINT).stream()
            .filter(each -> each.metadata().namespace().equals("shop"))
            .map(Resource::metadata)
            .filter(metadata -> metadata.labels().containsKey("app"))
            .count();
    return "%d policies, %d endpoints with labels".formatted(policies, endpoints);
  }
}

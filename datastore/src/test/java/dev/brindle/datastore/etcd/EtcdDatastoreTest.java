// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreContract;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.RecordingListener;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.codec.ResourceCodec;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a real etcd, which another client (etcdctl) looks into.
class EtcdDatastoreTest extends DatastoreContract {

  private static EtcdServer etcd;

  @BeforeAll
  static void startEtcd(@TempDir Path directory) {
    etcd = EtcdServer.start(directory);
  }

  @AfterAll
  static void endEtcd() {
    if (etcd != null) {
      etcd.close();
    }
  }

  @BeforeEach
  void empty() {
    etcd.etcdctl("del", "--prefix", "/calico/");
  }

  @Override
  protected Datastore open() {
    return EtcdDatastore.open(etcd.settings());
  }

  private static String stored(String key) {
    return etcd.etcdctl("get", "--print-value-only", key);
  }

  @Test
  void resourcesAreWhereCalicoHasThem() {
    try (Datastore store = open()) {
      Resource written = written(store.create(pool("a", "10.0.0.0/16")));
      assertThat(stored("/calico/resources/v3/projectcalico.org/ippools/a"))
          .startsWith(
              """
              {"kind":"IPPool","apiVersion":"projectcalico.org/v3",\
              "metadata":{"name":"a","uid":"%s","creationTimestamp":"%s"},\
              "spec":{"cidr":"10.0.0.0/16","""
                  .formatted(written.metadata().uid(), written.metadata().creationTimestamp()));
      assertThat(etcd.etcdctl("get", "--write-out=fields", "--keys-only", "--prefix", "/calico/"))
          .contains("\"ModRevision\" : " + written.metadata().resourceVersion());
    }
  }

  /// Who says a revision has read it, and etcd compares.
  @Test
  void whatWasReadIsDeletedWithoutReadingItAgain() throws Exception {
    try (Datastore store = open()) {
      Resource written = written(store.create(pool("a", "10.0.0.0/16")));
      String revision = written.metadata().resourceVersion();
      long asked = reads();

      assertThat(store.delete(written.key(), revision)).isEqualTo(new WriteResult.Written(written));

      assertThat(reads()).isEqualTo(asked);
      assertThat(store.delete(written.key(), revision))
          .isEqualTo(new WriteResult.Missing(written.key()));
      assertThat(store.delete(written.key(), "0"))
          .isEqualTo(new WriteResult.Missing(written.key()));
    }
  }

  /// Single keys and ranges that were asked for; not those of transactions.
  private static long reads() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(etcd.client().resolve("/metrics")).build();
      return client
          .send(request, HttpResponse.BodyHandlers.ofLines())
          .body()
          .filter(line -> line.startsWith("grpc_server_handled_total{grpc_code=\"OK\","))
          .filter(line -> line.contains("grpc_method=\"Range\""))
          .map(line -> line.substring(line.lastIndexOf(' ') + 1))
          .mapToLong(Long::parseLong)
          .sum();
    }
  }

  private static IpamBlock block(String cidr) {
    return new IpamBlock(
        Metadata.named(cidr.replace('.', '-').replace('/', '-')),
        new IpamBlock.Spec(
            Cidr.parse(cidr),
            Optional.of("host:n1"),
            "2026-01-01T00:00:00Z",
            List.of(0, IpamBlock.FREE),
            List.of(1),
            List.of(new IpamBlock.Attribute("h", Map.of("pod", "p"), Map.of(), Optional.empty())),
            7,
            Map.of("0", 7L),
            false));
  }

  @Test
  void whatIpamStoresIsBareJson() {
    try (Datastore store = open()) {
      written(store.create(block("10.0.0.0/31")));
      written(
          store.create(
              new BlockAffinity(
                  Metadata.named("n-1-10-0-0-0-31"),
                  new BlockAffinity.Spec(
                      BlockAffinity.State.PENDING,
                      "n-1",
                      "host",
                      Cidr.parse("10.0.0.0/31"),
                      false))));
      written(
          store.create(
              new IpamHandle(
                  Metadata.named("k8s-pod-network.Abc"),
                  new IpamHandle.Spec("k8s-pod-network.Abc", Map.of("10.0.0.0/31", 1), false))));
      written(
          store.create(
              new IpamConfig(
                  Metadata.named("default"),
                  new IpamConfig.Spec(true, Optional.of(false), 2, "", 0))));

      assertThat(stored("/calico/ipam/v2/assignment/ipv4/block/10.0.0.0-31"))
          .isEqualTo(
              """
              {"cidr":"10.0.0.0/31","affinity":"host:n1","allocations":[0,null],"unallocated":[1],\
              "attributes":[{"handle_id":"h","secondary":{"pod":"p"}}],"sequenceNumber":7,\
              "sequenceNumberForAllocation":{"0":7},"affinity_claim_time":"2026-01-01T00:00:00Z",\
              "deleted":false}""");
      assertThat(stored("/calico/ipam/v2/host/n-1/ipv4/block/10.0.0.0-31"))
          .isEqualTo("{\"state\":\"pending\",\"deleted\":false}");
      assertThat(stored("/calico/ipam/v2/handle/k8s-pod-network.Abc"))
          .isEqualTo("{\"block\":{\"10.0.0.0/31\":1},\"deleted\":false}");
      assertThat(stored("/calico/ipam/v2/config"))
          .isEqualTo("{\"strict_affinity\":true,\"maxBlocksPerHost\":2}");
    }
  }

  @Test
  void whatANewerWriterStoredInIpamStays() {
    String path = "/calico/ipam/v2/handle/h";
    etcd.etcdctl("put", path, "{\"block\":{\"10.0.0.0/26\":1},\"newer\":[1],\"deleted\":false}");
    try (Datastore store = open()) {
      Resource read = store.get(ResourceKey.of(ResourceKind.IPAM_HANDLE, "h")).orElseThrow();
      var counted = new IpamHandle.Spec("h", Map.of("10.0.0.0/26", 2), false);

      written(store.update(new IpamHandle(read.metadata(), counted)));

      assertThat(stored(path))
          .isEqualTo("{\"block\":{\"10.0.0.0/26\":2},\"deleted\":false,\"newer\":[1]}");
    }
  }

  @Test
  void whatIpamStoresComesBackAsItWas() {
    try (Datastore store = open()) {
      List<Resource> all =
          List.of(
              block("10.0.0.0/31"),
              new BlockAffinity(
                  Metadata.named("n1-fd00-1---122"),
                  new BlockAffinity.Spec(
                      BlockAffinity.State.PENDING_DELETION,
                      "n1",
                      "virtual",
                      Cidr.parse("fd00:1::/122"),
                      true)),
              new IpamHandle(
                  Metadata.named("h"), new IpamHandle.Spec("h", Map.of("a/1", 3), false)),
              new IpamConfig(
                  Metadata.named("default"),
                  new IpamConfig.Spec(false, Optional.of(true), 0, "Enabled", 30)));
      for (Resource resource : all) {
        Resource created = written(store.create(resource));
        Resource expected =
            resource.withMetadata(
                resource.metadata().withResourceVersion(created.metadata().resourceVersion()));
        assertThat(created).isEqualTo(expected);
        assertThat(store.get(resource.key())).contains(expected);
        assertThat(store.list(resource.kind())).containsExactly(expected);
        assertThat(store.create(resource)).isEqualTo(new WriteResult.AlreadyThere(expected));
        Resource again = written(store.update(expected));
        assertThat(store.delete(resource.key(), created.metadata().resourceVersion()))
            .isEqualTo(new WriteResult.Conflict(again));
        assertThat(store.delete(resource.key())).isEqualTo(new WriteResult.Written(again));
        assertThat(store.get(resource.key())).isEmpty();
      }
    }
  }

  @Test
  void readsWhatOlderWritersLeft() {
    String root = "/calico/resources/v3/projectcalico.org/globalnetworkpolicies/";
    String policy =
        "{\"kind\":\"GlobalNetworkPolicy\",\"apiVersion\":\"projectcalico.org/v3\",\"metadata\":{"
            + "\"name\":\"%s\"%s},\"spec\":{\"selector\":\"all()\",\"unheardOf\":1}}";
    etcd.etcdctl("put", root + "default.old", policy.formatted("default.old", ""));
    etcd.etcdctl(
        "put",
        root + "x",
        policy.formatted(
            "x", ",\"annotations\":{\"projectcalico.org/metadata\":\"{\\\"name\\\":\\\"x\\\"}\"}"));
    etcd.etcdctl("put", "/calico/ipam/v2/host/n2/ipv4/block/10.0.0.64-26", "");
    etcd.etcdctl("put", "/calico/ipam/v2/host/n2", "{}");
    etcd.etcdctl(
        "put",
        "/calico/ipam/v2/assignment/ipv4/block/10.0.0.64-26",
        "{\"cidr\":\"10.0.0.64/26\",\"affinity\":null,\"hostAffinity\":\"n2\",\"allocations\":[],"
            + "\"unallocated\":[],\"attributes\":[],\"strictAffinity\":false}");
    try (Datastore store = open()) {
      assertThat(store.list(ResourceKind.GLOBAL_NETWORK_POLICY))
          .extracting(resource -> resource.metadata().name())
          .containsExactly("old", "x");
      var old = (GlobalNetworkPolicy) store.get(policyKey("old")).orElseThrow();
      assertThat(store.get(policyKey("x")).orElseThrow().metadata().annotations()).isEmpty();

      written(store.update(old));
      assertThat(stored(root + "default.old")).contains("{\\\"name\\\":\\\"old\\\"}");
      assertThat(stored(root + "old")).isEmpty();
      assertThat(store.create(old)).isInstanceOf(WriteResult.AlreadyThere.class);
      written(store.delete(policyKey("old")));
      assertThat(stored(root + "default.old")).isEmpty();

      var affinity = (BlockAffinity) store.list(ResourceKind.BLOCK_AFFINITY).getFirst();
      assertThat(affinity.spec().state()).isEqualTo(BlockAffinity.State.CONFIRMED);
      assertThat(affinity.metadata().name()).isEqualTo("n2-10-0-0-64-26");
      assertThat(((IpamBlock) store.list(ResourceKind.IPAM_BLOCK).getFirst()).spec().affinity())
          .contains("host:n2");
    }
  }

  /// Its name is not its key's, and the listener does not take it at once.
  @Test
  void aPolicyOfAnOlderWriterGoesUnderItsName() throws Exception {
    String path = "/calico/resources/v3/projectcalico.org/globalnetworkpolicies/default.old";
    etcd.etcdctl(
        "put", path, "{\"metadata\":{\"name\":\"default.old\"},\"spec\":{\"selector\":\"all()\"}}");
    var heard = new RecordingListener();
    var failures = new AtomicInteger(2);
    FeedListener failing =
        new FeedListener() {
          @Override
          public void changed(List<Change> changes) {
            boolean isRemoval = changes.getFirst().value().isEmpty();
            if (isRemoval && failures.getAndDecrement() > 0) {
              throw new IllegalStateException("not now");
            }
            heard.changed(changes);
          }

          @Override
          public void inSync() {
            heard.inSync();
          }
        };
    try (Datastore store = open();
        Feed _ = store.feed(List.of(ResourceKind.GLOBAL_NETWORK_POLICY), failing)) {
      heard.awaitInSync();
      etcd.etcdctl("del", path);
      heard.await("-GlobalNetworkPolicy(old)");
    }
  }

  /// By us, in one step, and by others, in two; one is at its place already.
  @Test
  void policiesThatAreMovedStayInForce() throws Exception {
    String root = "/calico/resources/v3/projectcalico.org/globalnetworkpolicies/";
    String policy =
        "{\"kind\":\"GlobalNetworkPolicy\",\"apiVersion\":\"projectcalico.org/v3\",\"metadata\":{"
            + "\"name\":\"%s\"},\"spec\":{\"selector\":\"all()\",\"order\":%d,\"unheardOf\":1}}";
    for (String name : List.of("a", "b", "c")) {
      etcd.etcdctl("put", root + "default." + name, policy.formatted("default." + name, 1));
    }
    var heard = new RecordingListener();
    try (Datastore store = open();
        Feed _ = store.feed(List.of(ResourceKind.GLOBAL_NETWORK_POLICY), heard)) {
      heard.awaitInSync();
      String noted =
          ",\"annotations\":{\"projectcalico.org/metadata\":\"{\\\"name\\\":\\\"b\\\"}\"}";
      etcd.etcdctl("put", root + "b", policy.formatted("b", 2).replace("\"b\"", "\"b\"" + noted));
      etcd.etcdctl("del", root + "default.b");
      etcd.etcdctl("put", root + "c", policy.formatted("c", 3));

      assertThat(store.movePolicies(() -> {})).isEqualTo(2);

      assertThat(store.movePolicies(() -> {})).isZero();
      for (String name : List.of("a", "b", "c")) {
        assertThat(stored(root + "default." + name)).isEmpty();
      }
      assertThat(stored(root + "a")).contains("\"order\":1", "\"unheardOf\":1");
      assertThat(stored(root + "c")).contains("\"order\":3");
      written(store.create(policy("last")));
      heard.await("+GlobalNetworkPolicy(last)");
      assertThat(heard.log())
          .contains("+GlobalNetworkPolicy(a)")
          .noneMatch(it -> it.startsWith("-"));
      written(store.delete(policyKey("a")));
      heard.await("-GlobalNetworkPolicy(a)");
    }
  }

  private static Resource policy(String name) {
    return ResourceCodec.read(
            "{kind: GlobalNetworkPolicy, apiVersion: projectcalico.org/v3, metadata: {name: %s}}"
                .formatted(name))
        .getFirst();
  }

  private static ResourceKey policyKey(String name) {
    return ResourceKey.of(ResourceKind.GLOBAL_NETWORK_POLICY, name);
  }

  @Test
  void affinitiesOfNamesThatBeginAlike() {
    try (Datastore store = open()) {
      for (String node : List.of("n", "n-1", "n-10", "m", "n-1-10")) {
        for (String cidr : List.of("10.0.0.0/26", "fd00::/122")) {
          Cidr block = Cidr.parse(cidr);
          String name = dev.brindle.api.resource.IpamNames.affinity(node, block);
          var spec =
              new BlockAffinity.Spec(BlockAffinity.State.CONFIRMED, node, "host", block, false);
          written(store.create(new BlockAffinity(Metadata.named(name), spec)));
        }
      }
      for (String prefix :
          List.of("n-", "n-1", "n-1-", "n-1-10-", "n-1-10-0-0-0-26", "m", "x", "")) {
        assertThat(store.list(ResourceKind.BLOCK_AFFINITY, prefix))
            .as(prefix)
            .isEqualTo(
                store.list(ResourceKind.BLOCK_AFFINITY).stream()
                    .filter(each -> each.metadata().name().startsWith(prefix))
                    .toList());
      }
      for (Resource each : store.list(ResourceKind.BLOCK_AFFINITY)) {
        assertThat(store.get(each.key())).contains(each);
      }
    }
  }

  @Test
  void whatCannotBeReadHidesNothingElse() throws Exception {
    etcd.etcdctl("put", "/calico/resources/v3/projectcalico.org/ippools/bad", "{\"spec\":");
    try (Datastore store = open()) {
      written(store.create(pool("good", "10.0.0.0/16")));
      assertThat(store.list(ResourceKind.IP_POOL)).hasSize(1);
      assertThatThrownBy(() -> store.get(ResourceKey.of(ResourceKind.IP_POOL, "bad")))
          .isInstanceOf(DatastoreException.class)
          .hasMessageContaining("/ippools/bad, which cannot be read");
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.IP_POOL, ResourceKind.NODE), heard)) {
        heard.awaitInSync();
        assertThat(heard.log()).containsExactly("+IPPool(good)", "in sync");
        String good = stored("/calico/resources/v3/projectcalico.org/ippools/good");
        etcd.etcdctl(
            "put",
            "/calico/resources/v3/projectcalico.org/ippools/bad",
            good.replace("good", "bad"));
        heard.await("+IPPool(bad)");
        etcd.etcdctl("put", "/calico/resources/v3/projectcalico.org/ippools/good", "nonsense");
        heard.await("-IPPool(good)");
      }
    }
  }

  @Test
  void aBlockLosesItsOldStrictness() throws Exception {
    String path = "/calico/ipam/v2/assignment/ipv4/block/10.0.0.0-31";
    try (Datastore store = open()) {
      IpamBlock block = (IpamBlock) written(store.create(block("10.0.0.0/31")));
      String bytes = stored(path);
      etcd.etcdctl("put", path, bytes.replaceFirst("}$", ",\"strictAffinity\":true}"));
      Resource read = store.get(block.key()).orElseThrow();
      written(store.update(block.withMetadata(read.metadata())));
      assertThat(stored(path)).isEqualTo(bytes);
    }
  }

  /// Also where nothing is listed.
  @Test
  void aListSaysAsOfWhen() {
    try (Datastore store = open()) {
      String before = store.listing(ResourceKind.IP_POOL).revision();
      Resource tier = written(store.create(tier("t", 1)));
      assertThat(store.listing(ResourceKind.IP_POOL).resources()).isEmpty();
      assertThat(store.listing(ResourceKind.IP_POOL).revision())
          .isEqualTo(tier.metadata().resourceVersion())
          .isNotEqualTo(before);
    }
  }

  /// More than one page, and more than one kind in one watch.
  @Test
  void listsOfManyPages() throws Exception {
    try (Datastore store = open()) {
      for (int i = 0; i < 1201; i++) {
        written(store.create(tier("t" + i, i)));
      }
      written(store.create(block("10.0.0.0/31")));
      assertThat(store.list(ResourceKind.TIER)).hasSize(1201);
      var heard = new RecordingListener();
      try (Feed _ =
          store.feed(
              List.of(ResourceKind.TIER, ResourceKind.IP_POOL, ResourceKind.IPAM_BLOCK), heard)) {
        heard.awaitInSync();
        assertThat(heard.log()).hasSize(1203);
        written(store.create(pool("p", "10.0.0.0/16")));
        heard.await("+IPPool(p)");
        written(store.delete(ResourceKey.of(ResourceKind.IPAM_BLOCK, "10-0-0-0-31")));
        heard.await("-IPAMBlock(10-0-0-0-31)");
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import static dev.brindle.datastore.DatastoreContract.pool;
import static dev.brindle.datastore.DatastoreContract.tier;
import static dev.brindle.datastore.DatastoreContract.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.RecordingListener;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Feeds, on a stand-in for the API server that is away, forgets and refuses.
class KubernetesFeedsTest {

  private static final String CRDS = "/apis/crd.projectcalico.org/v1/";

  private final ApiServer server = new ApiServer();

  @AfterEach
  void endServer() {
    server.close();
  }

  private Datastore open() {
    return KubernetesDatastore.open(KubernetesDatastoreTest.settings(server.url()));
  }

  private ObjectNode stored(String collection, String name) {
    return server.objects.get(collection, name).orElseThrow();
  }

  private static void assertFails(ThrowingCallable action, String... words) {
    assertThatThrownBy(action)
        .isInstanceOf(DatastoreException.class)
        .hasMessageContainingAll(words);
  }

  /// More than one page, one of which the server has forgotten when it is asked for.
  @Test
  void listsOfManyPages() throws Exception {
    for (int i = 0; i < 1201; i++) {
      server.create(
          CRDS + "tiers",
          "{\"metadata\":{\"name\":\"t%d\"},\"spec\":{\"order\":%d}}".formatted(i, i));
    }
    server.expiringPages.set(1);
    try (Datastore store = open()) {
      assertThat(store.list(ResourceKind.TIER)).hasSize(1201);
      server.expiringPages.set(5); // each time: then all at once
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.TIER, ResourceKind.IP_POOL), heard)) {
        heard.awaitInSync();
        assertThat(heard.log()).hasSize(1202);
      }
    }
  }

  /// All nodes that start together list the whole cluster.
  @Test
  void largeListsComeCompressed() throws Exception {
    String note = "n".repeat(1000);
    for (int i = 0; i < 200; i++) {
      server.create(
          CRDS + "tiers",
          "{\"metadata\":{\"name\":\"t%d\",\"annotations\":{\"note\":\"%s\"}},\"spec\":{}}"
              .formatted(i, note));
    }
    try (Datastore store = open()) {
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.TIER, ResourceKind.IP_POOL), heard)) {
        heard.awaitInSync();
        assertThat(heard.log()).hasSize(201);
      }
    }
    assertThat(server.compressed).hasValue(1);
  }

  @Test
  void aWatchThatEndsGoesOn() throws Exception {
    try (Datastore store = open()) {
      written(store.create(pool("a", "10.0.0.0/16")));
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.IP_POOL), heard)) {
        heard.awaitInSync();
        int listings = server.listings.get();
        for (int i = 0; i < 3; i++) {
          written(store.create(pool("b" + i, "10.0.0.0/16")));
          heard.await("+IPPool(b%d)".formatted(i));
          server.breakWatches();
        }
        written(store.create(pool("c", "10.0.0.0/16")));
        heard.await("+IPPool(c)");
        assertThat(server.listings.get()).isEqualTo(listings);
      }
      assertThat(heard.log())
          .containsExactly(
              "+IPPool(a)", "in sync", "+IPPool(b0)", "+IPPool(b1)", "+IPPool(b2)", "+IPPool(c)");
    }
  }

  /// A server that is away for a while, and forgets nothing.
  @Test
  void aWatchThatCannotBeBegunAtOnceGoesOnLater() throws Exception {
    try (Datastore store = open()) {
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.IP_POOL), heard)) {
        heard.awaitInSync();
        server.refusedWatches.set(3);
        server.breakWatches();
        server.awaitRefusedWatches();
        written(store.create(pool("a", "10.0.0.0/16")));
        heard.await("+IPPool(a)");
      }
    }
  }

  /// The server has forgotten where the feed was: what has not changed is not told again.
  @Test
  void whatWasForgottenIsListedAnewWithoutAFlap() throws Exception {
    try (Datastore store = open()) {
      written(store.create(pool("a", "10.0.0.0/16")));
      written(store.create(pool("b", "10.1.0.0/16")));
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.IP_POOL, ResourceKind.TIER), heard)) {
        heard.awaitInSync();
        server.unreachable(true);
        server.breakWatches();
        ObjectNode b = stored(CRDS + "ippools", "b");
        server.objects.delete(CRDS + "ippools", "b", b.path("metadata"));
        server.create(
            CRDS + "ippools",
            "{\"metadata\":{\"name\":\"c\"},\"spec\":{\"cidr\":\"10.2.0.0/16\"}}");
        server.objects.forget();
        server.unreachable(false);
        heard.await("+IPPool(c)");
        heard.await("-IPPool(b)");
        written(store.create(pool("d", "10.3.0.0/16")));
        heard.await("+IPPool(d)");
      }
      assertThat(heard.log())
          .startsWith("+IPPool(a)", "+IPPool(b)", "in sync")
          .containsOnlyOnce("+IPPool(a)")
          .hasSize(6);
    }
  }

  /// What was found gone is told although the watch that was to follow could not begin.
  @Test
  void aWatchThatIsRefusedAfterAListingLosesNothing() throws Exception {
    try (Datastore store = open()) {
      written(store.create(pool("a", "10.0.0.0/16")));
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.IP_POOL), heard)) {
        heard.awaitInSync();
        server.unreachable(true);
        server.breakWatches();
        ObjectNode a = stored(CRDS + "ippools", "a");
        server.objects.delete(CRDS + "ippools", "a", a.path("metadata"));
        server.objects.forget();
        server.refusedWatches.set(1);
        server.unreachable(false);
        heard.await("-IPPool(a)");
      }
    }
  }

  @Test
  void whatCannotBeReadHidesNothingElse() throws Exception {
    server.create(
        CRDS + "ippools", "{\"metadata\":{\"name\":\"bad\"},\"spec\":{\"cidr\":\"nonsense\"}}");
    try (Datastore store = open()) {
      written(store.create(pool("good", "10.0.0.0/16")));
      assertThat(store.list(ResourceKind.IP_POOL)).hasSize(1);
      assertFails(
          () -> store.get(ResourceKey.of(ResourceKind.IP_POOL, "bad")),
          "ippools",
          "bad, which cannot be read");
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.IP_POOL), heard)) {
        heard.awaitInSync();
        assertThat(heard.log()).containsExactly("+IPPool(good)", "in sync");
        ObjectNode good = stored(CRDS + "ippools", "good");
        good.withObjectProperty("spec").put("cidr", "nonsense");
        server.objects.replace(CRDS + "ippools", "good", good);
        heard.await("-IPPool(good)");
      }
    }
  }

  /// A cluster of an older Calico.
  @Test
  void aCollectionThatIsNotKnownCountsAsEmptyInAFeed() throws Exception {
    server.unknown.add("bgpfilters");
    try (Datastore store = open()) {
      written(store.create(pool("a", "10.0.0.0/16")));
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.IP_POOL, ResourceKind.BGP_FILTER), heard)) {
        heard.awaitInSync();
        assertThat(heard.log()).containsExactly("+IPPool(a)", "in sync");
      }
      assertFails(
          () -> store.list(ResourceKind.BGP_FILTER),
          "does not know bgpfilters.crd.projectcalico.org: apply Calico's custom resource definitions");
    }
  }

  /// Absence means nothing there.
  @Test
  void aClusterWithoutDefinitionsIsNotInSync() throws Exception {
    server.groups.remove("crd.projectcalico.org");
    try (Datastore store = open()) {
      var heard = new RecordingListener();
      try (Feed _ = store.feed(List.of(ResourceKind.IP_POOL), heard)) {
        assertFails(store::check, "apply Calico's custom resource definitions");
        server.awaitListings(2);
        assertThat(heard.log()).isEmpty();
        server.groups.add("crd.projectcalico.org");
        heard.awaitInSync();
      }
    }
  }

  @Test
  void whatIsListedIsNotListedAgainWhereAnotherCollectionFails() throws InterruptedException {
    server.forbid("watch pods");
    var heard = new RecordingListener();
    try (Datastore store = open();
        Feed _ =
            store.feed(
                List.of(ResourceKind.IP_POOL, ResourceKind.TIER, ResourceKind.WORKLOAD_ENDPOINT),
                heard)) {
      heard.awaitRefusal();
      written(store.create(tier("meanwhile", 1)));
      server.allow("watch pods");
      heard.await("+Tier(meanwhile)");
      assertThat(server.listed)
          .containsEntry("ippools", 1)
          .containsEntry("tiers", 1)
          .hasEntrySatisfying("pods", times -> assertThat(times).isGreaterThan(1));
      assertThat(heard.log()).containsOnlyOnce("in sync").containsOnlyOnce("+Tier(meanwhile)");
    }
  }

  @Test
  void aFeedSaysThatItIsRefusedAndGoesOnWhenItIsAllowed() throws InterruptedException {
    server.forbid("list endpointslices");
    var heard = new RecordingListener();
    try (Datastore store = open();
        Feed _ = store.feed(List.of(ResourceKind.KUBERNETES_ENDPOINT_SLICE), heard)) {
      assertThat(heard.awaitRefusal())
          .contains("verbs [\"list\"] on resources [\"endpointslices\"]");
      server.allow("list endpointslices");
      heard.awaitInSync();
    }
  }
}

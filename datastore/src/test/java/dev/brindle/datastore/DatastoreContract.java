// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.CalicoNodeStatus;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.LiveMigration;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Tier;
import dev.brindle.datastore.WriteResult.AlreadyThere;
import dev.brindle.datastore.WriteResult.Conflict;
import dev.brindle.datastore.WriteResult.Missing;
import dev.brindle.datastore.WriteResult.Written;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What every store promises.
public abstract class DatastoreContract {

  private Datastore store;

  protected abstract Datastore open();

  @BeforeEach
  final void openStore() {
    store = open();
  }

  @AfterEach
  final void closeStore() {
    store.close();
  }

  public static IpPool pool(String name, String cidr) {
    return new IpPool(Metadata.named(name), IpPool.Spec.of(Cidr.parse(cidr)));
  }

  public static Tier tier(String name, double order) {
    return new Tier(
        Metadata.named(name),
        new Tier.Spec(Optional.of(order), dev.brindle.api.resource.Rule.Action.PASS));
  }

  private static ResourceKey poolKey(String name) {
    return ResourceKey.of(ResourceKind.IP_POOL, name);
  }

  public static Resource written(WriteResult result) {
    assertThat(result).isInstanceOf(Written.class);
    return ((Written) result).resource();
  }

  @Test
  void createGivesIdentity() {
    Resource created = written(store.create(pool("a", "10.0.0.0/16")));

    assertThat(created.metadata().resourceVersion()).matches("[0-9]+");
    assertThat(created.metadata().uid()).hasSize(36);
    assertThat(created.metadata().creationTimestamp()).endsWith("Z");
    assertThat(store.get(poolKey("a"))).contains(created);
  }

  @Test
  void createDoesNotReplace() {
    Resource first = written(store.create(pool("a", "10.0.0.0/16")));

    assertThat(store.create(pool("a", "10.1.0.0/16"))).isEqualTo(new AlreadyThere(first));
    assertThat(store.get(poolKey("a"))).contains(first);
  }

  @Test
  void aNameIsNeeded() {
    assertThatThrownBy(() -> store.create(pool("", "10.0.0.0/16")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("without a name");
  }

  @Test
  void updateNeedsTheRevisionThatIsThere() {
    IpPool first = (IpPool) written(store.create(pool("a", "10.0.0.0/16")));
    IpPool wanted = new IpPool(first.metadata(), IpPool.Spec.of(Cidr.parse("10.9.0.0/16")));
    Resource second = written(store.update(wanted));

    assertThat(second.metadata().uid()).isEqualTo(first.metadata().uid());
    assertThat(second.metadata().creationTimestamp())
        .isEqualTo(first.metadata().creationTimestamp());
    assertThat(revision(second)).isGreaterThan(revision(first));
    assertThat(store.update(wanted)).isEqualTo(new Conflict(second));
    assertThat(store.update(pool("b", "10.0.0.0/16").withMetadata(versioned("b", "1"))))
        .isEqualTo(new Missing(poolKey("b")));
    assertThatThrownBy(() -> store.update(pool("a", "10.0.0.0/16")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("resourceVersion");
  }

  @Test
  void whatAProgramSaysIsKeptAndWhatPeopleWishedStays() {
    var spec = new CalicoNodeStatus.Spec("n", List.of("Agent"), Optional.of(10));
    var asked = new CalicoNodeStatus(Metadata.named("s"), spec, Map.of());
    Resource first = written(store.create(asked));
    Map<String, Object> said = Map.of("lastUpdated", "2026-01-01T00:00:00Z");

    var second =
        (CalicoNodeStatus)
            written(store.updateStatus(new CalicoNodeStatus(first.metadata(), spec, said)));

    assertThat(second.status()).isEqualTo(said);
    assertThat(store.get(second.key())).contains(second);
    assertThat(store.updateStatus(first)).isEqualTo(new Conflict(second));
    var wish = new CalicoNodeStatus.Spec("n", List.of("BGP"), Optional.of(10));
    var third =
        (CalicoNodeStatus)
            written(store.update(new CalicoNodeStatus(second.metadata(), wish, said)));
    assertThat(third.spec()).isEqualTo(wish);
    assertThat(third.status()).isEqualTo(said);
    assertThat(store.updateStatus(asked.withMetadata(versioned("t", "1"))))
        .isEqualTo(new Missing(ResourceKey.of(ResourceKind.CALICO_NODE_STATUS, "t")));
  }

  /// Also what a newer controller says, of which we know nothing.
  @Test
  void whatControllersSayOfAPoolStays() {
    Resource first = written(store.create(pool("a", "10.0.0.0/16")));
    Map<String, Object> condition =
        Map.of("type", "Allocatable", "status", "False", "reason", "PoolDisabled", "newer", 1);
    Map<String, Object> said = Map.of("conditions", List.of(condition), "newer", true);

    var second =
        (IpPool)
            written(
                store.updateStatus(new IpPool(first.metadata(), ((IpPool) first).spec(), said)));
    assertThat(second.status()).isEqualTo(said);
    IpPool.Spec wish = IpPool.Spec.of(Cidr.parse("10.9.0.0/16"));
    var third = (IpPool) written(store.update(new IpPool(second.metadata(), wish, said)));

    assertThat(third.spec()).isEqualTo(wish);
    assertThat(third.status()).isEqualTo(said);
    assertThat(store.get(poolKey("a"))).contains(third);
    assertThat(store.list(ResourceKind.IP_POOL)).containsExactly(third);
  }

  private static Lease lease(String name, String holder, String revision) {
    Instant noon = Instant.parse("2026-05-06T12:00:00.123456Z");
    return new Lease(name, holder, Duration.ofSeconds(15), noon, noon.plusSeconds(2), 3, revision);
  }

  /// Of one test only: stores that many tests write into keep them.
  private static String leaseName() {
    return "lease-" + UUID.randomUUID();
  }

  @Test
  void aLeaseIsCreatedOnceAndReplacedByWhoReadTheLast() {
    Leases leases = store.leases("x");
    String name = leaseName();
    assertThat(leases.find(name)).isEmpty();
    assertThat(leases.write(lease(name, "early", "17"))).as("none to replace").isEmpty();

    Lease first = leases.write(lease(name, "a", "")).orElseThrow();
    assertThat(first).isEqualTo(lease(name, "a", first.revision()));
    assertThat(first.revision()).isNotEmpty();
    assertThat(leases.find(name)).contains(first);
    assertThat(leases.write(lease(name, "b", ""))).as("there is one").isEmpty();

    Lease second = leases.write(lease(name, "b", first.revision())).orElseThrow();
    assertThat(second.revision()).isNotEqualTo(first.revision());
    assertThat(leases.write(lease(name, "c", first.revision()))).as("outdated").isEmpty();
    assertThat(leases.find(name)).contains(second);
    Lease free = leases.write(lease(name, "", second.revision())).orElseThrow();
    assertThat(leases.find(name)).contains(free);
    assertThat(free.holder()).isEmpty();
  }

  @Test
  void leasesAreNoResourcesAndHaveNamesOfTheirOwn() {
    Leases leases = store.leases("x");
    String one = leaseName();
    String other = leaseName();
    Lease first = leases.write(lease(one, "a", "")).orElseThrow();
    Lease second = leases.write(lease(other, "b", "")).orElseThrow();

    assertThat(leases.find(one)).contains(first);
    assertThat(leases.find(other)).contains(second);
    Leases others = store.leases("x");
    assertThat(others.write(lease(one, "c", first.revision()))).isPresent();
  }

  @Test
  void ofTwoWhoWriteALeaseAtOnceOneIsFaster() throws Exception {
    Leases leases = store.leases("x");
    String name = leaseName();
    Lease before = leases.write(lease(name, "", "")).orElseThrow();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Optional<Lease>>> candidates = new ArrayList<>();
      for (String holder : List.of("a", "b", "c", "d")) {
        candidates.add(() -> leases.write(lease(name, holder, before.revision())));
      }
      List<Lease> won = new ArrayList<>();
      for (Future<Optional<Lease>> candidate : threads.invokeAll(candidates)) {
        candidate.get().ifPresent(won::add);
      }
      assertThat(won).hasSize(1);
      assertThat(leases.find(name)).contains(won.getFirst());
    }
  }

  @Test
  void aRevisionThatIsNoNumberConflicts() {
    Resource first = written(store.create(pool("a", "10.0.0.0/16")));

    assertThat(store.update(first.withMetadata(versioned("a", "one"))))
        .isEqualTo(new Conflict(first));
  }

  @Test
  void deleteWithAnOldRevisionConflicts() {
    Resource first = written(store.create(pool("a", "10.0.0.0/16")));
    Resource second =
        written(store.update(pool("a", "10.9.0.0/16").withMetadata(first.metadata())));

    assertThat(store.delete(poolKey("a"), first.metadata().resourceVersion()))
        .isEqualTo(new Conflict(second));
    assertThat(store.delete(poolKey("a"), second.metadata().resourceVersion()))
        .isEqualTo(new Written(second));
    assertThat(store.get(poolKey("a"))).isEmpty();
    assertThat(store.delete(poolKey("a"))).isEqualTo(new Missing(poolKey("a")));
    assertThat(store.delete(poolKey("a"), "1")).isEqualTo(new Missing(poolKey("a")));
    assertThat(store.update(second)).isEqualTo(new Missing(poolKey("a")));
  }

  @Test
  void aRemovedKeyCanBeMadeAgain() {
    Resource first = written(store.create(pool("a", "10.0.0.0/16")));
    written(store.delete(poolKey("a")));
    Resource again = written(store.create(pool("a", "10.0.0.0/16")));

    assertThat(revision(again)).isGreaterThan(revision(first));
    assertThat(again.metadata().uid()).isNotEqualTo(first.metadata().uid());
    assertThat(store.update(first)).isEqualTo(new Conflict(again));
  }

  @Test
  void listsAreOfOneKindAndInOrder() {
    written(store.create(pool("b", "10.1.0.0/16")));
    written(store.create(pool("a", "10.0.0.0/16")));
    written(store.create(tier("t", 5)));
    written(store.create(policy("y", "a")));
    written(store.create(policy("x", "b")));

    assertThat(store.list(ResourceKind.IP_POOL))
        .extracting(resource -> resource.metadata().name())
        .containsExactly("a", "b");
    assertThat(store.list(ResourceKind.NETWORK_POLICY))
        .extracting(resource -> resource.key().toString())
        .containsExactly("NetworkPolicy(x/b)", "NetworkPolicy(y/a)");
    assertThat(store.list(ResourceKind.NODE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          b,    b b-1 b-2
          b-,   b-1 b-2
          b-1,  b-1
          B,    ''
          '',   a b b-1 b-2 c
          """)
  void listsOfNamesThatBeginAlike(String prefix, String names) {
    for (String name : List.of("c", "b-2", "b", "a", "b-1")) {
      written(store.create(pool(name, "10.0.0.0/16")));
    }
    written(store.create(tier("b-3", 5)));
    written(store.create(pool("b-4", "10.0.0.0/16")));
    written(store.delete(poolKey("b-4")));

    assertThat(store.list(ResourceKind.IP_POOL, prefix))
        .extracting(resource -> resource.metadata().name())
        .isEqualTo(names.isEmpty() ? List.of() : List.of(names.split(" ")));
  }

  @Test
  void namesThatBeginAlikeInSeveralNamespaces() {
    written(store.create(policy("y", "aa")));
    written(store.create(policy("x", "ab")));
    written(store.create(policy("x", "b")));

    assertThat(store.list(ResourceKind.NETWORK_POLICY, "a"))
        .extracting(resource -> resource.key().toString())
        .containsExactly("NetworkPolicy(x/ab)", "NetworkPolicy(y/aa)");
  }

  private static NetworkPolicy policy(String namespace, String name) {
    return new NetworkPolicy(
        Metadata.named(namespace, name),
        new NetworkPolicy.Spec(
            "", Optional.empty(), "", List.of(), List.of(), List.of(), "", List.of()));
  }

  protected static final ResourceKey MIGRATION =
      new ResourceKey(ResourceKind.LIVE_MIGRATION, "x", "m");

  /// An orchestrator says that pod `p` of namespace `x` moves, or that it does no more.
  protected void move(boolean isMoving) {
    if (isMoving) {
      var source =
          new LiveMigration.Source(
              Optional.of(new LiveMigration.Workload("", LiveMigration.KUBERNETES, "x/p")),
              Optional.empty());
      var target = new LiveMigration.Target(Optional.of("has(target)"), Optional.empty());
      written(
          store.create(
              new LiveMigration(
                  Metadata.named(MIGRATION.namespace(), MIGRATION.name()),
                  new LiveMigration.Spec(Optional.of(source), Optional.of(target)))));
    } else {
      written(store.delete(MIGRATION));
    }
  }

  @Test
  void orchestratorsSayWhatMoves() throws Exception {
    move(true);

    var migration = (LiveMigration) store.get(MIGRATION).orElseThrow();
    assertThat(migration.spec().source().orElseThrow().workload())
        .contains(new LiveMigration.Workload("", LiveMigration.KUBERNETES, "x/p"));
    assertThat(migration.spec().target().orElseThrow().selector()).isPresent();
    assertThat(store.list(ResourceKind.LIVE_MIGRATION)).containsExactly(migration);
    var heard = new RecordingListener();
    try (Feed _ = store.feed(List.of(ResourceKind.LIVE_MIGRATION), heard)) {
      heard.awaitInSync();
      move(false);
      heard.awaitSize(3);
    }
    assertThat(heard.log())
        .containsExactly("+LiveMigration(x/m)", "in sync", "-LiveMigration(x/m)");
    assertThat(store.get(MIGRATION)).isEmpty();
    assertThat(store.list(ResourceKind.LIVE_MIGRATION)).isEmpty();
  }

  @Test
  void aFeedTellsAllThenInSyncThenChanges() throws Exception {
    written(store.create(pool("a", "10.0.0.0/16")));
    written(store.create(tier("unwanted", 1)));
    var heard = new RecordingListener();

    try (Feed _ = store.feed(List.of(ResourceKind.IP_POOL), heard)) {
      heard.awaitInSync();
      assertThat(heard.log()).containsExactly("+IPPool(a)", "in sync");

      written(store.create(tier("unwanted-too", 1)));
      written(store.create(pool("b", "10.1.0.0/16")));
      heard.awaitSize(3);
      written(store.delete(poolKey("a")));
      heard.awaitSize(4);
    }

    assertThat(heard.log()).containsExactly("+IPPool(a)", "in sync", "+IPPool(b)", "-IPPool(a)");
  }

  @Test
  void aFeedOfNothingIsInSync() throws Exception {
    var heard = new RecordingListener();
    try (Feed _ = store.feed(List.of(ResourceKind.IP_POOL), heard)) {
      heard.awaitInSync();
    }
    assertThat(heard.log()).containsExactly("in sync");
  }

  @Test
  void aClosedFeedIsSilent() throws Exception {
    var heard = new RecordingListener();
    Feed feed = store.feed(List.of(ResourceKind.IP_POOL), heard);
    heard.awaitInSync();
    feed.close();
    written(store.create(pool("a", "10.0.0.0/16")));

    var other = new RecordingListener();
    try (Feed _ = store.feed(List.of(ResourceKind.IP_POOL), other)) {
      other.awaitSize(2);
    }
    assertThat(heard.log()).containsExactly("in sync");
  }

  @Test
  void aFeedCanBeClosedByItsListener() throws Exception {
    var feed = new AtomicReference<Feed>();
    var heard = new RecordingListener();
    feed.set(
        store.feed(
            List.of(ResourceKind.IP_POOL),
            new FeedListener() {
              @Override
              public void changed(List<Change> changes) {
                heard.changed(changes);
                feed.get().close();
              }

              @Override
              public void inSync() {
                heard.inSync();
              }
            }));
    heard.awaitInSync();
    written(store.create(pool("a", "10.0.0.0/16")));
    heard.awaitSize(2);

    feed.get().close();
    assertThat(heard.log()).containsExactly("in sync", "+IPPool(a)");
  }

  @Test
  void aListenerThatFailsIsToldAgain() throws Exception {
    var heard = new RecordingListener();
    var failures = new java.util.concurrent.atomic.AtomicInteger(2);
    FeedListener failing =
        new FeedListener() {
          @Override
          public void changed(List<Change> changes) {
            if (failures.getAndDecrement() > 0) {
              throw new IllegalStateException("not now");
            }
            heard.changed(changes);
          }

          @Override
          public void inSync() {
            heard.inSync();
          }
        };
    written(store.create(pool("a", "10.0.0.0/16")));
    try (Feed _ = store.feed(List.of(ResourceKind.IP_POOL), failing)) {
      heard.awaitInSync();
    }
    assertThat(heard.log()).containsExactly("+IPPool(a)", "in sync");
  }

  /// What one feed does not want to hear of hides nothing from another.
  @Test
  void feedsOfDifferentKindsHearTheirOwn() throws Exception {
    var pools = new RecordingListener();
    var tiers = new RecordingListener();
    try (Feed _ = store.feed(List.of(ResourceKind.IP_POOL), pools);
        Feed _ = store.feed(List.of(ResourceKind.TIER), tiers)) {
      pools.awaitInSync();
      tiers.awaitInSync();
      for (int i = 0; i < 20; i++) {
        written(store.create(tier("t" + i, 1)));
      }
      written(store.create(pool("p", "10.0.0.0/16")));
      written(store.create(tier("last", 1)));
      pools.awaitSize(2);
      tiers.awaitSize(22);
    }
    assertThat(pools.log()).containsExactly("in sync", "+IPPool(p)");
    assertThat(tiers.log()).endsWith("+Tier(last)");
  }

  /// Four writers race for twelve keys; three feeds start at different moments. Each key's
  /// revisions must grow in each feed, and all must end with what the store has.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void feedsOfConcurrentWritersLoseAndReorderNothing(long seed) throws Exception {
    List<OrderListener> listeners =
        List.of(new OrderListener(), new OrderListener(), new OrderListener());
    List<Feed> feeds = new ArrayList<>();
    feeds.add(store.feed(List.of(ResourceKind.TIER), listeners.get(0)));
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      var random = new Random(seed * 100 + i);
      writers.add(Thread.ofPlatform().start(() -> writeAtRandom(random, 150)));
    }
    feeds.add(store.feed(List.of(ResourceKind.TIER), listeners.get(1)));
    for (Thread writer : writers) {
      writer.join();
    }
    feeds.add(store.feed(List.of(ResourceKind.TIER), listeners.get(2)));
    Resource last = written(store.create(tier("last", 7)));

    for (OrderListener listener : listeners) {
      listener.await(last);
    }
    feeds.forEach(Feed::close);
    Map<ResourceKey, Resource> expected = new HashMap<>();
    store.list(ResourceKind.TIER).forEach(tier -> expected.put(tier.key(), tier));
    for (OrderListener listener : listeners) {
      assertThat(listener.disorder()).as("seed %d", seed).isEmpty();
      assertThat(listener.now()).as("seed %d", seed).isEqualTo(expected);
    }
  }

  private void writeAtRandom(Random random, int times) {
    for (int i = 0; i < times; i++) {
      Tier tier = tier("t" + random.nextInt(12), random.nextInt(1000));
      Optional<Resource> current = store.get(tier.key());
      if (current.isEmpty()) {
        store.create(tier);
      } else if (random.nextInt(4) == 0) {
        store.delete(tier.key(), current.get().metadata().resourceVersion());
      } else {
        store.update(tier.withMetadata(current.get().metadata()));
      }
    }
  }

  private static Metadata versioned(String name, String revision) {
    return Metadata.named(name).withResourceVersion(revision);
  }

  private static long revision(Resource resource) {
    return Long.parseLong(resource.metadata().resourceVersion());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.GlobalNetworkSet;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkSet;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.WriteResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Values that each are nearly as long as etcd takes: 60 of them are longer than one answer may be.
class EtcdLongAnswersTest {

  private static final List<ResourceKind> SETS = List.of(ResourceKind.GLOBAL_NETWORK_SET);
  private static final int LONG_SETS = 60;
  private static final int LENGTH = 1_400_000;

  /// As many as the first page has, and a few more.
  private static final int SHORT_SETS = 520;

  private EtcdServer etcd;
  private EtcdDatastore store;

  @BeforeEach
  void start(@TempDir Path directory) {
    etcd = EtcdServer.start(directory);
    store = EtcdDatastore.open(etcd.settings());
  }

  @AfterEach
  void end() {
    store.close();
    etcd.close();
  }

  private void create(String name, int length) {
    Metadata metadata = Metadata.named(name).withAnnotations(Map.of("note", "x".repeat(length)));
    assertThat(
            store.create(
                new GlobalNetworkSet(metadata, new NetworkSet.Spec(List.of("192.0.2.0/24")))))
        .isInstanceOf(WriteResult.Written.class);
  }

  /// Short ones come first, so that longer pages are asked for.
  private Set<String> fill() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < SHORT_SETS; i++) {
      names.add("a%04d".formatted(i));
    }
    names.forEach(name -> create(name, 1));
    names.addAll(fillLong());
    create("z", 1);
    names.add("z");
    return names;
  }

  private Set<String> fillLong() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < LONG_SETS; i++) {
      names.add("b%04d".formatted(i));
    }
    names.forEach(name -> create(name, LENGTH));
    return names;
  }

  /// What a feed has told, by name: how long each is. It can be held up.
  private static final class Sets implements FeedListener {

    private final Map<String, Integer> lengths = new HashMap<>();
    private final List<String> gone = new ArrayList<>();
    private final CountDownLatch isInSync = new CountDownLatch(1);
    private final CountDownLatch isHeldUp = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    @Override
    public void changed(List<Change> changes) {
      if (changes.stream().anyMatch(change -> change.key().name().equals("hold"))) {
        isHeldUp.countDown();
        try {
          assertThat(mayGoOn.await(120, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      note(changes);
    }

    private synchronized void note(List<Change> changes) {
      for (Change change : changes) {
        String name = change.key().name();
        change.value().ifPresentOrElse(set -> lengths.put(name, length(set)), () -> gone.add(name));
      }
      notifyAll();
    }

    @Override
    public void inSync() {
      isInSync.countDown();
    }

    synchronized void await(String name) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (!lengths.containsKey(name)) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        assertThat(left).as("patience for %s; heard of %d", name, lengths.size()).isPositive();
        wait(left);
      }
    }
  }

  private static int length(Resource set) {
    return set.metadata().annotations().getOrDefault("note", "").length();
  }

  @Test
  void listsAreCompleteWhereAPageIsTooLong() {
    Set<String> names = fill();

    List<Resource> listed = store.list(ResourceKind.GLOBAL_NETWORK_SET);

    assertThat(listed)
        .extracting(set -> set.metadata().name())
        .containsExactlyElementsOf(names.stream().sorted().toList());
    assertThat(listed).filteredOn(set -> length(set) == LENGTH).hasSize(LONG_SETS);
    assertThat(store.get(ResourceKey.of(ResourceKind.GLOBAL_NETWORK_SET, "b0001")))
        .hasValueSatisfying(set -> assertThat(length(set)).isEqualTo(LENGTH));
  }

  @Test
  void feedsBeginWhereAPageIsTooLong() throws InterruptedException {
    Set<String> names = fill();
    var sets = new Sets();

    try (Feed _ = store.feed(SETS, sets)) {
      assertThat(sets.isInSync.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(sets.lengths.keySet()).isEqualTo(names);
      assertThat(sets.lengths).containsEntry("b0059", LENGTH).containsEntry("z", 1);
      create("later", 1);
      sets.await("later");
    }
  }

  /// The watch breaks off, and before it is begun anew more was written than one answer may hold:
  /// etcd tells all of it in one.
  @Test
  void feedsGoOnWhereWhatTheyMissedIsTooLong() throws InterruptedException {
    create("early", 1);
    var sets = new Sets();
    try (Feed _ = store.feed(SETS, sets)) {
      assertThat(sets.isInSync.await(60, TimeUnit.SECONDS)).isTrue();
      create("hold", 1);
      assertThat(sets.isHeldUp.await(60, TimeUnit.SECONDS)).isTrue();
      etcd.kill();
      etcd.startAgain();
      awaitAnswer();
      assertThat(store.delete(ResourceKey.of(ResourceKind.GLOBAL_NETWORK_SET, "early")))
          .isInstanceOf(WriteResult.Written.class);
      Set<String> names = fillLong();
      create("last", 1);
      sets.mayGoOn.countDown();
      sets.await("last");

      names.addAll(Set.of("early", "hold", "last"));
      assertThat(sets.lengths.keySet()).isEqualTo(names);
      assertThat(sets.gone).containsExactly("early");
      assertThat(sets.lengths.values()).filteredOn(length -> length == LENGTH).hasSize(LONG_SETS);
    }
  }

  /// Until the connection is up again.
  private void awaitAnswer() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!isAnswered()) {
      assertThat(System.nanoTime()).as("patience").isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private boolean isAnswered() {
    try {
      store.check();
      return true;
    } catch (DatastoreException _) {
      return false; // not yet
    }
  }
}

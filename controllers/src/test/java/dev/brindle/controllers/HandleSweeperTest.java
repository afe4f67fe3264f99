// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.ipam.Allocator;
import dev.brindle.linux.testing.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HandleSweeperTest {

  private static final Duration GRACE = Duration.ofMinutes(15);

  @TempDir private Path directory;

  /// A node, a pool, a pod with an address, and a sweeper whose clock is the test's.
  private static final class Stage implements AutoCloseable {

    private final MeddledDatastore store;
    private final Scene scene;
    private final Cluster cluster;
    private final Allocator allocator;
    private final HandleSweeper sweeper;
    private Duration time = Duration.ZERO;
    private Optional<Duration> grace = Optional.of(GRACE);

    Stage(Datastore store) {
      this.store = new MeddledDatastore(store);
      scene = new Scene(store, store);
      scene.pool("p", "10.0.0.0/24", 29);
      scene.node("n1");
      scene.address("web", "n1");
      cluster = new Cluster(this.store, Optional.empty());
      allocator = new Allocator(this.store);
      sweeper =
          new HandleSweeper(cluster, this.store, allocator, () -> grace, () -> time.toNanos());
      Waiting.until("all is known", () -> cluster.blocks().size() == 1);
    }

    /// As a daemon leaves it that is killed between two writes.
    void counted(String handle) {
      String block = cluster.blocks().getFirst().cidr().toString();
      var spec = new IpamHandle.Spec(handle, Map.of(block, 1), false);
      Scene.written(store.create(new IpamHandle(Metadata.named(handle), spec)));
    }

    void look() {
      time = time.plus(GRACE.multipliedBy(2));
      sweeper.sweep();
    }

    @Override
    public void close() {
      cluster.close();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "ETCD", "EMBEDDED"})
  void whatIsCountedAndHeldNowhereGoes(Stores.Kind kind) {
    try (Stores stores = Stores.open(kind, directory);
        Stage it = new Stage(stores.one())) {
      it.counted("lost");

      it.look();
      assertThat(it.scene.handles()).as("it may be assigned now").containsExactly("lost", "web");
      it.look();

      assertThat(it.scene.handles()).containsExactly("web");
      assertThat(it.scene.held()).containsExactly("web");
    }
  }

  @Test
  void whatWasChangedMeanwhileStays() {
    try (var memory = new MemoryDatastore();
        Stage it = new Stage(memory)) {
      it.counted("lost");
      it.look();
      it.allocator.dropEmptyHandle("lost");
      it.counted("lost"); // another one, at another time

      it.look();

      assertThat(it.scene.handles()).containsExactly("lost", "web");
    }
  }

  enum Moment {
    BEFORE_THE_HANDLE_IS_READ,
    BEFORE_THE_BLOCK_IS_READ,
    BEFORE_THE_HANDLE_IS_DELETED
  }

  /// After the sweeper has made its list.
  @ParameterizedTest
  @EnumSource
  void whatIsHeldByNowStays(Moment moment) {
    try (var memory = new MemoryDatastore();
        Stage it = new Stage(memory)) {
      it.counted("late");
      it.look();
      Runnable assignment = () -> it.scene.address("late", "n1");
      switch (moment) {
        case BEFORE_THE_HANDLE_IS_READ -> it.store.beforeRead(ResourceKind.IPAM_HANDLE, assignment);
        case BEFORE_THE_BLOCK_IS_READ -> it.store.beforeRead(ResourceKind.IPAM_BLOCK, assignment);
        case BEFORE_THE_HANDLE_IS_DELETED ->
            it.store.beforeWrite(ResourceKind.IPAM_HANDLE, assignment);
      }

      it.look();

      assertThat(it.store.isDone()).isTrue();
      assertThat(it.scene.handles()).containsExactly("late", "web");
      assertThat(it.scene.held()).containsExactly("late", "web");
    }
  }

  @Test
  void itLooksSeldomAndNotAtAllWhereNothingIsTakenBack() {
    try (var memory = new MemoryDatastore();
        Stage it = new Stage(memory)) {
      it.store.takeQuestions();
      it.sweeper.sweep();
      it.time = GRACE.multipliedBy(2).minusNanos(1);
      it.sweeper.sweep();
      assertThat(it.store.takeQuestions()).isEmpty();
      it.grace = Optional.empty();
      it.look();
      assertThat(it.store.takeQuestions()).isEmpty();
      it.grace = Optional.of(GRACE);
      it.sweeper.sweep();

      assertThat(it.store.takeQuestions()).isEqualTo(Map.of("list IPAMHandle", 1L));
    }
  }

  @Test
  void aHandleThatIsHeldIsNotDropped() {
    try (var memory = new MemoryDatastore();
        Stage it = new Stage(memory)) {
      assertThat(it.allocator.dropEmptyHandle("web")).isFalse();
      assertThat(it.allocator.dropEmptyHandle("nobody")).isFalse();

      assertThat(memory.get(ResourceKey.of(ResourceKind.IPAM_HANDLE, "web"))).isPresent();
    }
  }
}

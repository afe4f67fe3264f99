// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.block.Block;
import dev.brindle.linux.testing.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// In memory, where Kubernetes is Calico's store, and in etcd, where it is not.
class LeakSweeperTest {

  private static final Duration GRACE = Duration.ofMinutes(15);

  @TempDir private Path directory;

  private interface Story {
    void tell(Stage it);
  }

  private void on(Stores.Kind kind, Story story) {
    try (Stores stores = Stores.open(kind, directory);
        Datastore kubernetes = new MemoryDatastore();
        Stage stage =
            new Stage(
                stores.one(),
                kind == Stores.Kind.MEMORY ? Optional.empty() : Optional.of(kubernetes))) {
      story.tell(stage);
      assertThat(stage.ours.isDone() && stage.theirs.isDone()).as("all was meddled with").isTrue();
    }
  }

  /// Two nodes, a pool, and a sweeper whose clock is the test's.
  private static final class Stage implements AutoCloseable {

    private Duration time = Duration.ZERO;
    private final AtomicBoolean leads = new AtomicBoolean(true);
    private final Reclaimed reclaimed = new Reclaimed();

    /// The store that the sweeper writes into.
    private final MeddledDatastore ours;

    /// The one that it asks who there is.
    private final MeddledDatastore theirs;

    private final Scene scene;
    private final Cluster cluster;
    private final LeakSweeper sweeper;

    Stage(Datastore calico, Optional<Datastore> kubernetes) {
      ours = new MeddledDatastore(calico);
      theirs = kubernetes.map(MeddledDatastore::new).orElse(ours);
      scene = new Scene(calico, kubernetes.orElse(calico));
      scene.pool("p", "10.0.0.0/24", 29);
      scene.node("n1");
      scene.node("n2");
      cluster = new Cluster(ours, kubernetes.map(_ -> theirs));
      sweeper =
          new LeakSweeper(
              cluster,
              new Allocator(new FencedDatastore(ours, leads::get)),
              () -> Optional.of(GRACE),
              () -> time.toNanos(),
              reclaimed);
    }

    /// When what the sweeper knows is what there is.
    List<String> sweep() {
      Waiting.until("all is known", this::isUpToDate);
      ours.takeQuestions();
      return sweeper.sweep();
    }

    private boolean isUpToDate() {
      return new HashSet<>(cluster.nodes()).equals(new HashSet<>(ours.list(ResourceKind.NODE)))
          && new HashSet<>(cluster.kubernetesNodes())
              .equals(new HashSet<>(theirs.list(ResourceKind.NODE)))
          && cluster.pods().size() == theirs.list(ResourceKind.WORKLOAD_ENDPOINT).size()
          && cluster.blocks().stream()
              .map(Block::resource)
              .collect(Collectors.toSet())
              .equals(new HashSet<>(ours.list(ResourceKind.IPAM_BLOCK)));
    }

    void graceIsOver() {
      time = time.plus(GRACE);
    }

    @Override
    public void close() {
      cluster.close();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "ETCD", "EMBEDDED"})
  void whatAPodLeftBehindIsTakenBackAfterTheGrace(Stores.Kind kind) {
    on(
        kind,
        it -> {
          it.scene.pod("web", "n1", it.scene.address("web", "n1"));
          it.scene.address("lost", "n1");
          assertThat(it.sweep()).isEmpty();
          assertThat(it.sweeper.suspects().since()).hasSize(1);
          it.time = it.time.plus(GRACE).minusNanos(1);
          assertThat(it.sweep()).isEmpty();
          assertThat(it.scene.held()).containsExactly("lost", "web");
          it.time = it.time.plusNanos(1);
          assertThat(it.sweep()).isEmpty();

          assertThat(it.scene.held()).containsExactly("web");
          assertThat(it.scene.handles()).containsExactly("web");
          assertThat(it.reclaimed.counts().toString()).isEqualTo("{PoolNode[pool=p, node=n1]=1}");
        });
  }

  /// Lists of all blocks would be the store's whole work in a large cluster.
  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void aSweepAsksForWhatItTakesBackAndForNothingElse(int blocks) {
    int lost = blocks * 8;
    on(
        Stores.Kind.MEMORY,
        it -> {
          for (int i = 0; i < lost; i++) {
            it.scene.address("lost" + i, "n1");
          }
          IpAddress web = it.scene.address("web", "n2");
          it.scene.pod("web", "n2", web);
          it.sweep();
          assertThat(it.ours.takeQuestions()).isEmpty();
          it.graceIsOver();
          it.sweep();

          assertThat(it.ours.takeQuestions())
              .isEqualTo(
                  Map.of(
                      "get WorkloadEndpoint", (long) lost, // each pod once more
                      "get IPAMConfiguration", 1L,
                      "get IPAMBlock", (long) blocks,
                      "update IPAMBlock", (long) blocks,
                      "get IPAMHandle", (long) lost,
                      "delete IPAMHandle", (long) lost));
          assertThat(it.scene.held()).containsExactly("web");
        });
  }

  /// With `usePodCIDR` what is read as blocks are the networks of nodes.
  @Test
  void whereAddressesAreNotOursNothingIsTakenBack() {
    on(
        Stores.Kind.MEMORY,
        it -> {
          it.scene.address("gone", "n2");
          it.scene.nodeGoes("n2");
          it.ours.takeIpamAway();
          assertThat(it.sweep()).isEmpty();

          assertThat(it.scene.held()).containsExactly("gone");
          assertThat(it.scene.owners()).containsExactly("n2");
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "ETCD"})
  void aNodeThatIsGoneLosesAllAtOnce(Stores.Kind kind) {
    on(
        kind,
        it -> {
          IpAddress web = it.scene.address("web", "n1");
          it.scene.pod("web", "n1", web);
          it.scene.address("gone", "n2");
          it.scene.address("tunnel", "n2", Map.of("type", "vxlanTunnelAddress", "node", "n2"));
          assertThat(it.scene.owners()).containsExactly("n1", "n2");
          it.scene.nodeGoes("n2");
          assertThat(it.sweep()).isEmpty();

          assertThat(it.scene.held()).containsExactly("web");
          assertThat(it.scene.handles()).containsExactly("web");
          assertThat(it.scene.owners()).containsExactly("n1");
          assertThat(it.scene.blocks()).isEqualTo(1);
        });
  }

  /// Of what Kubernetes was asked for the first it.time and for the second.
  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "ETCD"})
  void aPodThatComesWhileItIsLookedAtKeepsItsAddress(Stores.Kind kind) {
    on(
        kind,
        it -> {
          IpAddress address = it.scene.address("web", "n1");
          it.sweep();
          it.graceIsOver();
          it.theirs.beforeRead(
              ResourceKind.WORKLOAD_ENDPOINT, () -> it.scene.pod("web", "n1", address));
          assertThat(it.sweep()).isEmpty();

          assertThat(it.scene.held()).containsExactly("web");
        });
  }

  /// Nobody knows its addresses yet: it may be this one.
  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "ETCD"})
  void aPodWithoutAddressesKeepsWhatItMayHave(Stores.Kind kind) {
    on(
        kind,
        it -> {
          it.scene.address("web", "n1");
          it.sweep();
          it.graceIsOver();
          it.theirs.beforeRead(ResourceKind.WORKLOAD_ENDPOINT, () -> it.scene.pod("web", "n1"));
          it.sweep();

          assertThat(it.scene.held()).containsExactly("web");
        });
  }

  /// The address is given to the next pod between the last question and the write.
  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "ETCD"})
  void anAddressThatIsGivenToAnotherStaysThere(Stores.Kind kind) {
    on(
        kind,
        it -> {
          IpAddress lost = it.scene.address("lost", "n1");
          it.sweep();
          it.graceIsOver();
          it.ours.beforeWrite(
              ResourceKind.IPAM_BLOCK,
              () -> {
                it.scene.release("lost");
                for (int i = 0; i < 8; i++) { // all of the block
                  it.scene.address("next" + i, "n1");
                }
              });
          it.sweep();

          assertThat(it.scene.held()).hasSize(8).allMatch(handle -> handle.startsWith("next"));
          assertThat(it.scene.handles()).hasSize(8);
          assertThat(new Allocator(it.ours).assignment(lost)).isPresent();
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "ETCD"})
  void aNodeThatComesBackWhileItIsLookedAtKeepsAll(Stores.Kind kind) {
    on(
        kind,
        it -> {
          it.scene.address("tunnel", "n2", Map.of("type", "ipipTunnelAddress", "node", "n2"));
          it.scene.nodeGoes("n2");
          it.theirs.beforeRead(ResourceKind.NODE, () -> it.scene.node("n2"));
          it.sweep();

          assertThat(it.scene.held()).containsExactly("tunnel");
          assertThat(it.scene.owners()).containsExactly("n2");
        });
  }

  /// It takes an address when its blocks are about to go.
  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "ETCD"})
  void aBlockInWhichSomebodyTakesAnAddressStays(Stores.Kind kind) {
    on(
        kind,
        it -> {
          it.scene.address("gone", "n2");
          it.scene.nodeGoes("n2");
          it.ours.beforeWrite(ResourceKind.BLOCK_AFFINITY, () -> it.scene.address("new", "n2"));
          List<String> problems = it.sweep();

          assertThat(it.scene.held()).containsExactly("new");
          assertThat(it.scene.states()).containsExactly(BlockAffinity.State.CONFIRMED);
          assertThat(problems).singleElement().asString().contains("'n2' is gone and still has");
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "ETCD"})
  void whoLeadsNoMoreReleasesNothing(Stores.Kind kind) {
    on(
        kind,
        it -> {
          it.scene.address("gone", "n2");
          it.scene.nodeGoes("n2");
          it.theirs.beforeRead(ResourceKind.WORKLOAD_ENDPOINT, () -> it.leads.set(false));

          assertThatThrownBy(it::sweep)
              .isInstanceOf(DatastoreException.class)
              .hasMessageContaining("not the leader any more");
          assertThat(it.scene.held()).containsExactly("gone");
          assertThat(it.scene.owners()).containsExactly("n2");
        });
  }

  @ParameterizedTest
  @EnumSource(names = "MEMORY")
  void nothingIsTakenFromAStoreThatIsLocked(Stores.Kind kind) {
    on(
        kind,
        it -> {
          it.scene.address("gone", "n2");
          it.scene.nodeGoes("n2");
          Scene.written(
              it.ours.create(
                  new ClusterInformation(
                      Metadata.named(ClusterInformation.DEFAULT),
                      new ClusterInformation.Spec("", "", "", Optional.of(false), ""))));
          Waiting.until("the lock is known", () -> !it.cluster.obstacles().isEmpty());

          assertThat(it.sweep()).singleElement().asString().contains("datastoreReady is false");
          assertThat(it.scene.held()).containsExactly("gone");
        });
  }

  /// More likely a fault than the truth.
  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "ETCD"})
  void aClusterWithoutNodesIsNotBelieved(Stores.Kind kind) {
    on(
        kind,
        it -> {
          it.scene.address("a", "n1");
          it.scene.nodeGoes("n1");
          it.scene.nodeGoes("n2");

          assertThat(it.sweep()).singleElement().asString().contains("no nodes at all");
          assertThat(it.scene.held()).containsExactly("a");
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "ETCD"})
  void aSecondBlockThatIsEmptyIsFreeAfterTheGrace(Stores.Kind kind) {
    on(
        kind,
        it -> {
          for (int i = 0; i < 9; i++) {
            it.scene.address("h" + i, "n1");
          }
          assertThat(it.scene.owners()).containsExactly("n1", "n1");
          for (int i = 0; i < 9; i++) {
            it.scene.release("h" + i);
          }
          it.sweep();
          assertThat(it.scene.owners()).containsExactly("n1", "n1");
          it.graceIsOver();
          it.sweep();
          assertThat(it.scene.owners()).as("one stays").containsExactly("n1");
          it.graceIsOver();
          it.sweep();
          assertThat(it.scene.owners()).containsExactly("n1");
        });
  }

  /// What cools down keeps its block, and its node has nobody any more who would look.
  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "ETCD"})
  void aNodeThatIsGoneKeepsItsBlocksWhileAddressesCoolDown(Stores.Kind kind) {
    on(
        kind,
        it -> {
          Scene.written(
              it.ours.create(
                  ResourceCodec.read(
                          """
              {apiVersion: projectcalico.org/v3, kind: IPAMConfiguration, metadata: {name: default},
               spec: {ipCooldownSeconds: 1}}
              """)
                      .getFirst()));
          it.scene.address("gone", "n2");
          it.scene.nodeGoes("n2");
          assertThat(it.sweep()).singleElement().asString().contains("cool down");
          assertThat(it.scene.held()).isEmpty();
          Waiting.until(
              "it has cooled down",
              () -> {
                it.sweep();
                return it.scene.owners().isEmpty() && it.scene.blocks() == 0;
              });
        });
  }
}

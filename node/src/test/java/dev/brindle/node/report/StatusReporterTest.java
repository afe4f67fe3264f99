// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.CalicoNodeStatus;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.linux.testing.Waiting;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusReporterTest {

  private static final String NOW = "2026-05-06T07:08:09Z";
  private static final int NEVER = 0;

  private final MemoryDatastore datastore = new MemoryDatastore();
  private final KnownFacts facts = new KnownFacts();
  private Optional<StatusReporter> reporter = Optional.empty();

  @BeforeEach
  void start() {
    reporter =
        Optional.of(
            new StatusReporter("n1", datastore, facts, InstantSource.fixed(Instant.parse(NOW))));
  }

  @AfterEach
  void end() {
    reporter.ifPresent(StatusReporter::close);
    datastore.close();
  }

  private void ask(String name, String node, int period, String... classes) {
    var spec = new CalicoNodeStatus.Spec(node, List.of(classes), Optional.of(period));
    datastore.create(new CalicoNodeStatus(Metadata.named(name), spec, Map.of()));
  }

  private CalicoNodeStatus stored(String name) {
    return (CalicoNodeStatus)
        datastore.get(ResourceKey.of(ResourceKind.CALICO_NODE_STATUS, name)).orElseThrow();
  }

  private void change(String name, int period, String... classes) {
    WriteResult result;
    do {
      CalicoNodeStatus before = stored(name);
      var spec = new CalicoNodeStatus.Spec("n1", List.of(classes), Optional.of(period));
      result = datastore.update(new CalicoNodeStatus(before.metadata(), spec, before.status()));
    } while (!(result instanceof WriteResult.Written));
  }

  private void awaitText(String name, String words) {
    Waiting.until(
        () -> "%s in %s".formatted(words, stored(name).status()),
        () -> stored(name).status().toString().contains(words));
  }

  @Test
  void answersWhoAsksThisNode() {
    ask("other", "n2", NEVER, "Agent");
    ask("mine", "n1", NEVER, "Agent");

    awaitText("mine", "state=Ready");

    assertThat(stored("mine").status()).containsEntry("lastUpdated", NOW);
    assertThat(stored("other").status()).isEmpty();
  }

  @Test
  void withoutAPeriodOnlyWhatIsAskedNewIsAnswered() {
    ask("s", "n1", NEVER, "BGP");
    awaitText("s", "numberNotEstablishedV4=0");
    facts.peers = Optional.of(List.of(KnownFacts.peer(PeerType.MESH, "192.0.2.2", "Active")));
    String revision = stored("s").metadata().resourceVersion();
    ask("t", "n1", NEVER, "BGP"); // the same thread answers
    awaitText("t", "numberNotEstablishedV4=1");
    assertThat(stored("s").metadata().resourceVersion()).isEqualTo(revision);

    change("s", NEVER, "Agent", "BGP");

    awaitText("s", "numberNotEstablishedV4=1");
    awaitText("s", "state=Ready");
  }

  @Test
  void withAPeriodWhatChangesIsWrittenAndNothingElse() {
    ask("s", "n1", 1, "BGP");
    awaitText("s", "numberNotEstablishedV4=0");
    String revision = stored("s").metadata().resourceVersion();

    facts.peers = Optional.of(List.of(KnownFacts.peer(PeerType.MESH, "192.0.2.2", "Active")));
    awaitText("s", "numberNotEstablishedV4=1");

    assertThat(Long.parseLong(stored("s").metadata().resourceVersion()))
        .isEqualTo(Long.parseLong(revision) + 1);
  }

  @Test
  void aStoreThatIsAwayIsAskedAgain() {
    ask("s", "n1", 1, "BGP");
    awaitText("s", "numberNotEstablishedV4=0");
    datastore.goDown("the disk is full");
    facts.peers = Optional.of(List.of(KnownFacts.peer(PeerType.MESH, "192.0.2.2", "Active")));
    // the next two rounds meet it
    Waiting.until("rounds", () -> facts.rounds.get() > 3);
    datastore.comeBack();

    awaitText("s", "numberNotEstablishedV4=1");
  }

  /// A fault of ours is no reason for a node to lose its daemon.
  @Test
  void whatGoesWrongIsTriedAgain() {
    facts.onAsked =
        () -> {
          facts.onAsked = () -> {};
          throw new IllegalStateException("a fault");
        };
    ask("s", "n1", 1, "BGP");

    awaitText("s", "numberNotEstablishedV4=0");

    assertThat(facts.rounds.get()).isGreaterThan(1);
  }

  /// Somebody labels it while the answer is made.
  @Test
  void aResourceThatChangedMeanwhileIsAnsweredAllTheSame() {
    facts.onAsked =
        () -> {
          facts.onAsked = () -> {};
          CalicoNodeStatus before = stored("s");
          Metadata labelled = before.metadata().withLabels(Map.of("a", "b"));
          datastore.update(before.withMetadata(labelled));
        };
    ask("s", "n1", NEVER, "Agent");

    awaitText("s", "state=Ready");

    assertThat(stored("s").metadata().labels()).containsEntry("a", "b");
  }

  @Test
  void oneThatGoesIsForgotten() {
    ask("s", "n1", NEVER, "BGP");
    awaitText("s", "numberNotEstablishedV4=0");
    datastore.delete(ResourceKey.of(ResourceKind.CALICO_NODE_STATUS, "s"));
    ask("s", "n1", NEVER, "BGP");

    awaitText("s", "numberNotEstablishedV4=0");
  }
}

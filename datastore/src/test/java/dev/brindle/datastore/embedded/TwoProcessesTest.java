// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.Tier;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.OrderListener;
import dev.brindle.datastore.WriteResult;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TwoProcessesTest {

  private static final int ROUNDS = 200;

  @TempDir private Path directory;

  @Test
  void changesArriveSoon() throws Exception {
    Path file = directory.resolve("datastore.db");
    BlockingQueue<Long> latencies = new LinkedBlockingQueue<>();
    long[] sorted;
    Process process = OtherProcess.start(file);
    try (BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
        PrintWriter orders = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        Datastore store = EmbeddedDatastore.open(file);
        Feed _ = store.feed(List.of(ResourceKind.TIER), latency(latencies))) {
      assertThat(answers.readLine()).isEqualTo("ready");
      sorted = new long[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        orders.println("t" + i);
        Long latency = latencies.poll(60, TimeUnit.SECONDS);
        assertThat(latency).as("change %d", i).isNotNull();
        sorted[i] = latency;
      }
    } finally {
      end(process); // or its files come and go while the directory is deleted
    }
    sorted = LongStream.of(sorted).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "another process's write is told after: median %.2f ms, 99%% %.2f ms, most %.2f ms%n",
        sorted[ROUNDS / 2] / 1e6,
        sorted[ROUNDS * 99 / 100] / 1e6,
        sorted[ROUNDS - 1] / 1e6);
  }

  private static void end(Process process) {
    process.destroyForcibly();
    process.onExit().join();
  }

  private static FeedListener latency(BlockingQueue<Long> latencies) {
    return new FeedListener() {
      @Override
      public void changed(List<Change> changes) {
        long now = System.nanoTime();
        for (Change change : changes) {
          String written =
              change.value().orElseThrow().metadata().annotations().get(OtherProcess.WRITTEN_AT);
          latencies.add(now - Long.parseLong(String.valueOf(written)));
        }
      }

      @Override
      public void inSync() {}
    };
  }

  /// Whatever the killed process was told to be stored is there, the store goes on, and a feed that
  /// watched all along knows exactly what there is.
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 50, 333})
  void aKilledProcessLeavesTheStoreWhole(int answersBeforeDeath) throws Exception {
    Path file = directory.resolve("datastore.db");
    var heard = new OrderListener();
    Process process = OtherProcess.start(file);
    try (BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
        PrintWriter orders = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
        Datastore store = EmbeddedDatastore.open(file);
        Feed _ = store.feed(List.of(ResourceKind.TIER), heard)) {
      assertThat(answers.readLine()).isEqualTo("ready");
      orders.println("flood");
      for (int i = 0; i < answersBeforeDeath; i++) {
        assertThat(answers.readLine()).isEqualTo("flood-" + i);
      }
      process.destroyForcibly().waitFor();

      for (int i = 0; i < answersBeforeDeath; i++) {
        assertThat(store.get(ResourceKey.of(ResourceKind.TIER, "flood-" + i))).isPresent();
      }
      WriteResult last =
          store.create(
              new Tier(Metadata.named("last"), new Tier.Spec(Optional.empty(), Rule.Action.DENY)));
      heard.await(((WriteResult.Written) last).resource());
      assertThat(heard.disorder()).isEmpty();
      assertThat(heard.now().values())
          .containsExactlyInAnyOrderElementsOf(store.list(ResourceKind.TIER));
    } finally {
      end(process);
    }
    try (Datastore reopened = EmbeddedDatastore.open(file)) {
      assertThat(reopened.list(ResourceKind.TIER))
          .extracting(Resource::key)
          .contains(ResourceKey.of(ResourceKind.TIER, "last"));
    }
  }

  @RepeatedTest(3)
  void manyProcessesOpenAtOnce() throws Exception {
    Path file = directory.resolve("deep").resolve("datastore.db");
    List<Process> processes =
        List.of(OtherProcess.start(file), OtherProcess.start(file), OtherProcess.start(file));
    try {
      for (Process process : processes) {
        try (BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
            PrintWriter orders =
                new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true)) {
          assertThat(answers.readLine()).isEqualTo("ready");
          orders.println("t" + process.pid());
          assertThat(answers.readLine()).isEqualTo("t" + process.pid());
        }
      }
    } finally {
      processes.forEach(TwoProcessesTest::end);
    }
    try (Datastore store = EmbeddedDatastore.open(file)) {
      assertThat(store.list(ResourceKind.TIER)).hasSize(3);
    }
  }
}

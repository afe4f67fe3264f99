// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.Tier;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.linux.testing.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceLoopTest {

  private static final Duration SOON = Duration.ofMillis(5);
  private static final Duration NEVER = Duration.ofHours(1);

  private final MemoryDatastore datastore = new MemoryDatastore();
  private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

  @AfterEach
  void endFeeds() {
    datastore.close();
  }

  @Test
  void beginsWithAllThereIsInTheOrderOfNames() throws Exception {
    create("b", "c", "a");
    try (ResourceLoop loop = loop("one", NEVER)) {
      assertThat(call()).isEqualTo("a b c");
      create("d");
      assertThat(call()).isEqualTo("a b c d");
      datastore.delete(key("b"));
      assertThat(call()).isEqualTo("a c d");
      awaitNoProblem(loop);
    }
  }

  /// What does not concern the work is there when something else does.
  @Test
  void aChangeThatDoesNotMatterIsNoCall() throws Exception {
    var loop =
        new ResourceLoop(
            "one",
            datastore,
            tiers(),
            all -> {
              calls.add(names(all));
              return List.of();
            },
            (resource, _) -> !resource.metadata().name().startsWith("idle"),
            NEVER);
    try (loop) {
      assertThat(call()).isEmpty();
      create("idle-1", "idle-2");
      datastore.delete(key("idle-1"));
      create("a");
      assertThat(call()).isEqualTo("a idle-2");
      datastore.delete(key("a"));
      assertThat(call()).isEqualTo("idle-2");
    }
    assertThat(calls).isEmpty();
  }

  @Test
  void whatTheWorkNeverAsksForIsNotHeldAndNoCall() throws Exception {
    var concern =
        new ResourceLoop.Concern() {
          @Override
          public boolean matters(Resource resource, Collection<Resource> all) {
            assertThat(all).allMatch(this::isHeld);
            return true;
          }

          @Override
          public boolean isHeld(Resource resource) {
            return !resource.metadata().name().startsWith("others");
          }
        };
    create("others-1");
    var loop =
        new ResourceLoop(
            "one",
            datastore,
            tiers(),
            all -> {
              calls.add(names(all));
              return List.of();
            },
            concern,
            NEVER);
    try (loop) {
      assertThat(call()).isEmpty();
      create("others-2");
      datastore.delete(key("others-1"));
      create("a");
      assertThat(call()).isEqualTo("a");
    }
    assertThat(calls).isEmpty();
  }

  @Test
  void isNotReadyBeforeTheStoreHasToldAll() {
    datastore.goDown("not up yet");
    try (ResourceLoop loop = loop("one", NEVER)) {
      assertThat(loop.problems()).containsExactly("has not begun");
      assertThat(calls).isEmpty();
    }
  }

  @Test
  void manyChangesAreOneCall() throws Exception {
    var gate = new SynchronousQueue<String>();
    ResourceLoop.Work work =
        all -> {
          calls.add(names(all));
          take(gate);
          return List.of();
        };
    try (ResourceLoop _ = new ResourceLoop("one", datastore, tiers(), work, NEVER)) {
      assertThat(call()).isEmpty();
      for (int i = 100; i < 200; i++) {
        create("t" + i);
      }
      var told = new CountDownLatch(1);
      try (ResourceLoop _ = otherThatSees("t199", told)) {
        told.await();
        gate.put("go on");
        awaitCall("t199", gate);
      }
    }
    assertThat(calls).as("a hundred changes, a few calls").hasSizeLessThan(50);
  }

  /// Another feed; what it has heard, the first one hears at about the same time.
  private ResourceLoop otherThatSees(String name, CountDownLatch seen) {
    return new ResourceLoop(
        "other",
        datastore,
        tiers(),
        all -> {
          if (names(all).contains(name)) {
            seen.countDown();
          }
          return List.of();
        });
  }

  private void awaitCall(String name, SynchronousQueue<String> gate) throws Exception {
    while (!call().contains(name)) {
      gate.put("go on");
    }
  }

  @Test
  void whatFailedIsTriedAgainUntilItWorks() throws Exception {
    List<String> answers = new ArrayList<>(List.of("no", "no", "still no"));
    ResourceLoop.Work work =
        _ -> {
          String answer = answers.isEmpty() ? "" : answers.removeFirst();
          calls.add(answer);
          return answer.isEmpty() ? List.of() : List.of(answer);
        };
    try (ResourceLoop loop = new ResourceLoop("one", datastore, tiers(), work, SOON)) {
      assertThat(List.of(call(), call(), call(), call()))
          .containsExactly("no", "no", "still no", "");
      awaitNoProblem(loop);
    }
    assertThat(calls).as("what works is not tried again").isEmpty();
  }

  @Test
  void whatFailedIsTriedAgainAtOnceWhenThereIsNews() throws Exception {
    ResourceLoop.Work work =
        all -> {
          calls.add(names(all));
          return all.isEmpty() ? List.of("nothing there") : List.of();
        };
    try (ResourceLoop loop = new ResourceLoop("one", datastore, tiers(), work, NEVER)) {
      assertThat(call()).isEmpty();
      create("a");
      assertThat(call()).isEqualTo("a");
      awaitNoProblem(loop);
    }
  }

  @Test
  void anExceptionIsAProblemOfThisLoopOnly() throws Exception {
    ResourceLoop.Work broken =
        _ -> {
          throw new IllegalStateException();
        };
    try (ResourceLoop bad = new ResourceLoop("bad", datastore, tiers(), broken, SOON);
        ResourceLoop good = loop("good", NEVER)) {
      assertThat(call()).isEmpty();
      create("a");
      assertThat(call()).isEqualTo("a");
      create("b");
      assertThat(call()).isEqualTo("a b");
      awaitNoProblem(good);
      awaitProblem(bad, "java.lang.IllegalStateException");
    }
  }

  @Test
  void aStoreThatWasAwayTellsWhatIsDifferent() throws Exception {
    create("a", "b");
    try (ResourceLoop loop = loop("one", SOON)) {
      assertThat(call()).isEqualTo("a b");
      awaitNoProblem(loop);
      datastore.goDown("power cut");
      assertThat(loop.problems()).as("what is known stays").isEmpty();
      assertThat(calls).isEmpty();

      datastore.comeBack();
      datastore.delete(key("a"));
      create("c");
      String last = call();
      while (!last.equals("b c")) {
        last = call();
      }
    }
  }

  @Test
  void endsWhileItWorksAndIsNotCalledAnyMore() throws Exception {
    var begun = new CountDownLatch(1);
    ResourceLoop.Work endless =
        _ -> {
          begun.countDown();
          take(new SynchronousQueue<>());
          return List.of("told too late");
        };
    ResourceLoop loop = new ResourceLoop("endless", datastore, tiers(), endless, SOON);
    begun.await();

    loop.close();
    loop.close();

    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("endless");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyOrderEndsInWhatTheStoreHas(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    var oracle = new TreeMap<String, Boolean>();
    try (ResourceLoop _ = loop("one", NEVER)) {
      for (int i = 0; i < 300; i++) {
        String name = "t" + random.nextInt(20);
        if (random.nextBoolean()) {
          datastore.create(tier(name));
          oracle.put(name, true);
        } else {
          datastore.delete(key(name));
          oracle.remove(name);
        }
        if (random.nextInt(20) == 0) {
          datastore.goDown("seed " + seed);
          datastore.comeBack();
        }
      }
      create("zzz");
      String last = call();
      while (!last.contains("zzz")) {
        last = call();
      }
      oracle.put("zzz", true);
      assertThat(last).as("seed %d", seed).isEqualTo(String.join(" ", oracle.keySet()));
    }
  }

  /// Notes each call and is content.
  private ResourceLoop loop(String name, Duration retry) {
    return new ResourceLoop(
        name,
        datastore,
        tiers(),
        all -> {
          calls.add(names(all));
          return List.of();
        },
        retry);
  }

  private String call() throws InterruptedException {
    return Optional.ofNullable(calls.poll(60, TimeUnit.SECONDS))
        .orElseThrow(() -> new AssertionError("no call"));
  }

  private static void take(SynchronousQueue<String> queue) {
    try {
      queue.take();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void awaitNoProblem(ResourceLoop loop) {
    Waiting.until(
        () -> "no problem instead of " + loop.problems(), () -> loop.problems().isEmpty());
  }

  private static void awaitProblem(ResourceLoop loop, String problem) {
    Waiting.until(
        () -> "%s instead of %s".formatted(problem, loop.problems()),
        () -> loop.problems().equals(List.of(problem)));
  }

  private static List<ResourceKind> tiers() {
    return List.of(ResourceKind.TIER);
  }

  private void create(String... names) {
    for (String name : names) {
      datastore.create(tier(name));
    }
  }

  private static Tier tier(String name) {
    return new Tier(Metadata.named(name), new Tier.Spec(Optional.empty(), Rule.Action.DENY));
  }

  private static ResourceKey key(String name) {
    return ResourceKey.of(ResourceKind.TIER, name);
  }

  private static String names(Collection<Resource> all) {
    return String.join(" ", all.stream().map(each -> each.metadata().name()).toList());
  }
}

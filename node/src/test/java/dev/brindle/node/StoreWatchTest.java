// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.bird.speaker.Speaker;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.embedded.EmbeddedDatastore;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.testing.FakeKernel;
import dev.brindle.linux.testing.Waiting;
import dev.brindle.node.bgp.KernelRouteSink;
import dev.brindle.node.settings.NodeSettingsReader;
import dev.brindle.node.testing.Namespaces;
import dev.brindle.node.testing.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreWatchTest {

  private static final Duration SOON = Duration.ofMillis(5);
  private static final Duration LONG = Duration.ofHours(1);

  @Test
  void saysWhatTheStoreSaysUntilItWorks() {
    var datastore = new MemoryDatastore();
    try (StoreWatch watch = StoreWatch.start(datastore::check, SOON, LONG)) {
      assertThat(watch.obstacles()).isEmpty();
      datastore.goDown("no power");
      await(watch, obstacles -> obstacles.toString().contains("no power"));
      datastore.goDown("no disk");
      await(watch, obstacles -> obstacles.toString().contains("no disk"));
      datastore.comeBack();
      await(watch, List::isEmpty);
    }
  }

  /// It answers, and not only after a time: a pod that comes is to hear what it says.
  @Test
  void aStoreThatRefusesIsNotAway() {
    var answer = new AtomicReference<Optional<DatastoreException>>(Optional.empty());
    Runnable question =
        () ->
            answer
                .get()
                .ifPresent(
                    e -> {
                      throw e;
                    });
    try (StoreWatch watch = StoreWatch.start(question, SOON, LONG)) {
      answer.set(Optional.of(DatastoreException.refusal("not you")));
      await(watch, obstacles -> obstacles.toString().contains("not you"));
      assertThat(watch.isAway()).isFalse();

      answer.set(Optional.of(new DatastoreException("no power")));
      await(watch, obstacles -> obstacles.toString().contains("no power"));
      assertThat(watch.isAway()).isTrue();

      answer.set(Optional.empty());
      await(watch, List::isEmpty);
      assertThat(watch.isAway()).isFalse();
    }
  }

  @Test
  void aStoreThatRefusedAndHangsNowIsAway() {
    var hanging = new AtomicBoolean();
    var end = new CountDownLatch(1);
    Runnable question =
        () -> {
          if (hanging.get()) {
            waitFor(end);
          }
          throw DatastoreException.refusal("not you");
        };
    try (StoreWatch watch = StoreWatch.start(question, SOON, Duration.ofMillis(50))) {
      await(watch, obstacles -> obstacles.toString().contains("not you"));
      hanging.set(true);
      Waiting.until("it is away", watch::isAway);
      end.countDown();
      Waiting.until("it answers again", () -> !watch.isAway());
    }
  }

  private static void waitFor(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aStoreThatHangsIsNamedToo() {
    var datastore = new MemoryDatastore();
    try (StoreWatch watch = StoreWatch.start(datastore::check, SOON, Duration.ofMillis(50))) {
      synchronized (datastore) { // its questions wait for this
        await(watch, obstacles -> obstacles.toString().contains("has not answered for"));
        assertThat(watch.isAway()).isTrue();
      }
      await(watch, List::isEmpty);
    }
  }

  /// Its question may wait for ever; who stops the daemon does not.
  @Test
  void closesWhileTheStoreHangs() {
    var datastore = new MemoryDatastore();
    synchronized (datastore) {
      try (StoreWatch watch = StoreWatch.start(datastore::check, SOON, Duration.ofMillis(50))) {
        await(watch, obstacles -> !obstacles.isEmpty());
      }
    }
  }

  @Test
  void aFileThatIsMovedAwayAndBack(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("db");
    Path away = directory.resolve("away");
    try (EmbeddedDatastore datastore = EmbeddedDatastore.open(file);
        StoreWatch watch = StoreWatch.start(datastore::check, SOON, LONG)) {
      Files.move(file, away);
      await(watch, obstacles -> obstacles.toString().contains(file + " is gone"));
      Files.move(away, file);
      await(watch, List::isEmpty);
    }
  }

  /// Routes and peers stay while the store is away; what changed meanwhile comes when it is back.
  @Test
  void theRoutesStayWhileTheStoreIsAway() throws Exception {
    int port = freePort();
    var datastore = new MemoryDatastore();
    List<Resource> all =
        ResourceCodec.read(
            """
            apiVersion: projectcalico.org/v3
            kind: Node
            metadata: {name: n1}
            spec: {bgp: {ipv4Address: 127.0.0.1/32}}
            ---
            apiVersion: projectcalico.org/v3
            kind: BGPConfiguration
            metadata: {name: default}
            spec: {listenPort: %d}
            """
                .formatted(port));
    all.forEach(datastore::create);
    datastore.create(block("one", "10.1.0.0/26"));
    var kernel = new FakeKernel();
    var sink = new KernelRouteSink(kernel);
    var speaker = new Speaker(sink, InstantSource.system(), new SplittableRandom(1));
    var settings =
        NodeSettingsReader.read(Map.of("NODENAME", "n1"), new NodeSettingsReader.HostNames("", ""));
    var driver =
        new BgpDriver(settings, speaker, sink, new ServiceWatch(datastore, Map.of()), _ -> {});

    try (sink;
        speaker;
        StoreWatch watch = StoreWatch.start(datastore::check, SOON, LONG);
        ResourceLoop loop =
            new ResourceLoop("bgp", datastore, BgpDriver.KINDS, driver::attempt, SOON)) {
      awaitRoutes(sink, 1);
      Waiting.until(
          () -> "no problem instead of " + loop.problems(), () -> loop.problems().isEmpty());
      datastore.goDown("no power");
      await(watch, obstacles -> !obstacles.isEmpty());
      assertThat(loop.problems()).isEmpty();
      assertThat(driver.report()).isPresent();
      assertThat(kernel.routes().all())
          .extracting(Route::destination)
          .extracting(Object::toString)
          .containsExactly("10.1.0.0/26");

      datastore.comeBack();
      datastore.create(block("two", "10.1.0.64/26"));
      awaitRoutes(sink, 2);
      await(watch, List::isEmpty);
      assertThat(kernel.calls()).noneMatch(call -> call.startsWith("remove route"));
    }
    assertThat(datastore.list(ResourceKind.NODE)).hasSize(1);
  }

  private static BlockAffinity block(String name, String cidr) {
    return new BlockAffinity(
        Metadata.named(name),
        new BlockAffinity.Spec(
            BlockAffinity.State.CONFIRMED, "n1", "host", Cidr.parse(cidr), false));
  }

  private static int freePort() throws Exception {
    Namespaces.loopback();
    return Ports.free();
  }

  private static void awaitRoutes(KernelRouteSink sink, int count) {
    Waiting.until(
        () -> "%d routes, there are %d".formatted(count, sink.size()), () -> sink.size() == count);
  }

  private static void await(StoreWatch watch, Predicate<List<String>> isWanted) {
    Waiting.until(
        () -> "other obstacles than " + watch.obstacles(), () -> isWanted.test(watch.obstacles()));
  }
}

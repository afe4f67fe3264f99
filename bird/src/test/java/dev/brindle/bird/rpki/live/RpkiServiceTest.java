// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki.live;

import static dev.brindle.bird.speaker.Loopback.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rpki.CacheErrorException;
import dev.brindle.bird.rpki.RpkiCache;
import dev.brindle.bird.rpki.RpkiSettings;
import dev.brindle.bird.rpki.RtrState.Phase;
import dev.brindle.bird.rpki.RtrTiming;
import dev.brindle.bird.rpki.Vrp;
import dev.brindle.bird.rpki.VrpBatch;
import dev.brindle.bird.rpki.VrpChanges;
import dev.brindle.bird.rpki.VrpTable;
import dev.brindle.bird.speaker.Loopback;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The client and caches on loopback; the cache is `CacheServer`.
class RpkiServiceTest {

  private static final Vrp ONE = new Vrp(Cidr.parse("10.0.0.0/8"), 8, new AsNumber(1));
  private static final Vrp TWO = new Vrp(Cidr.parse("2001:db8::/32"), 48, new AsNumber(2));
  private static final Vrp THREE = new Vrp(Cidr.parse("11.0.0.0/8"), 24, new AsNumber(3));
  private static final int SESSION = 42;

  private final Table table = new Table();
  private final RpkiService service = new RpkiService(table, InstantSource.system(), new Random(7));

  /// A table that takes at once.
  private static final class Table implements VrpSink {
    private final VrpTable vrps = new VrpTable(new AsNumber(64512), 7);
    private int flushes;

    @Override
    public synchronized void apply(
        VrpBatch batch, boolean isWhole, Consumer<Optional<CacheErrorException>> done) {
      try {
        vrps.apply(batch, isWhole, new VrpChanges());
        done.accept(Optional.empty());
      } catch (CacheErrorException e) {
        done.accept(Optional.of(e));
      }
    }

    @Override
    public synchronized void flush() {
      flushes++;
      apply(new VrpBatch(), true, _ -> {});
    }

    synchronized int size() {
      return vrps.size();
    }

    synchronized int flushes() {
      return flushes;
    }
  }

  @AfterEach
  void close() {
    service.close();
  }

  private void use(int... ports) {
    service.reconfigure(
        new RpkiSettings(
            Arrays.stream(ports)
                .mapToObj(port -> new RpkiCache(IpAddress.parse("127.0.0.1"), port))
                .toList(),
            RtrTiming.DEFAULT));
  }

  private void awaitPhase(int cache, Phase phase) {
    await(
        "cache %d %s".formatted(cache, phase),
        () ->
            service.reports().size() > cache
                && service.reports().get(cache).state().phase() == phase);
  }

  @ParameterizedTest(name = "version {0}")
  @ValueSource(ints = {0, 1})
  void followsACache(int version) throws IOException {
    try (CacheServer cache = new CacheServer(0, version, SESSION)) {
      cache.set(List.of(ONE, TWO));
      use(cache.port());
      await("two", () -> table.size() == 2);
      awaitPhase(0, Phase.SYNCED);

      cache.set(List.of(ONE, TWO, THREE));
      await("three", () -> table.size() == 3);
      awaitPhase(0, Phase.SYNCED);
      cache.set(List.of(THREE));
      await("one", () -> table.size() == 1);

      assertThat(cache.asked())
          .endsWith("serial %d 1".formatted(version), "serial %d 2".formatted(version))
          .contains("reset %d".formatted(version));
      assertThat(service.reports().getFirst().isUsed()).isTrue();
      assertThat(table.flushes()).isZero();
    }
  }

  @Test
  void aLostCacheIsAskedOnlyForWhatIsNew() throws IOException {
    try (CacheServer cache = new CacheServer(0, 1, SESSION)) {
      cache.set(List.of(ONE));
      use(cache.port());
      awaitPhase(0, Phase.SYNCED);

      cache.hangUp();
      await("it asks again", () -> cache.asked().contains("serial 1 1"));
      assertThat(table.size()).isEqualTo(1);
      cache.set(List.of(ONE, TWO));
      await("two", () -> table.size() == 2);
      assertThat(cache.asked()).containsOnlyOnce("reset 1");
    }
  }

  /// It has lost its memory, and says so.
  @Test
  void aCacheThatBeganAnewIsAskedForAll() throws IOException {
    int port;
    try (CacheServer cache = new CacheServer(0, 1, SESSION)) {
      port = cache.port();
      cache.set(List.of(ONE, TWO));
      use(port);
      awaitPhase(0, Phase.SYNCED);
    }
    try (CacheServer cache = new CacheServer(port, 1, SESSION + 1)) {
      cache.set(List.of(THREE));
      await("one", () -> table.size() == 1);
      assertThat(cache.asked()).containsExactly("serial 1 1", "reset 1");
      assertThat(table.flushes()).isZero();
    }
  }

  @Test
  void theFirstCacheThatWorksIsUsed() throws IOException {
    int preferred = Loopback.freePort();
    try (CacheServer second = new CacheServer(0, 1, SESSION)) {
      second.set(List.of(ONE));
      use(preferred, second.port());
      awaitPhase(1, Phase.SYNCED);
      assertThat(service.reports()).extracting(CacheReport::isUsed).containsExactly(false, true);

      try (CacheServer first = new CacheServer(preferred, 1, SESSION)) {
        first.set(List.of(ONE, TWO));
        awaitPhase(0, Phase.SYNCED);
        awaitPhase(1, Phase.STOPPED);
        assertThat(table.size()).isEqualTo(2);
      }

      await("the second's", () -> table.size() == 1);
      awaitPhase(1, Phase.SYNCED);
      assertThat(table.flushes()).isZero();
    }
  }

  @Test
  void withoutCachesNothingHolds() throws IOException {
    try (CacheServer cache = new CacheServer(0, 1, SESSION)) {
      cache.set(List.of(ONE));
      use(cache.port());
      awaitPhase(0, Phase.SYNCED);

      use();
      await("nothing", () -> table.size() == 0);
    }
  }

  /// Another cache takes over by configuration: no moment without VRPs.
  @Test
  void anotherCacheReplacesWhatTheOldOneSaid() throws IOException {
    try (CacheServer old = new CacheServer(0, 1, SESSION);
        CacheServer fresh = new CacheServer(0, 1, SESSION)) {
      old.set(List.of(ONE));
      fresh.set(List.of(ONE, TWO, THREE));
      use(old.port());
      awaitPhase(0, Phase.SYNCED);

      use(fresh.port());

      await("three", () -> table.size() == 3);
      assertThat(table.flushes()).isZero();
    }
  }

  /// Each is said after a good answer, in place of the next.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # answer                    | octets                                                              | answered with
          maximum length too short    | 0103002a00000008 010400000000001401180800 0a000000 00000001         | error 1 0
          maximum length of 33        | 0103002a00000008 010400000000001401182100 0a000000 00000001         | error 1 0
          there already               | 0103002a00000008 010400000000001401080800 0a000000 00000001 0107002a0000001800000002 00000e10 00000258 00001c20 | error 1 7
          not there                   | 0103002a00000008 010400000000001400080800 0b000000 00000001 0107002a0000001800000002 00000e10 00000258 00001c20 | error 1 6
          another session             | 0103002b00000008                                                    | error 1 0
          another session at the end  | 0103002a00000008 0107002b0000001800000002 00000e10 00000258 00001c20 | error 1 0
          a prefix out of the blue    | 010400000000001401080800 0a000000 00000001                          | error 1 0
          a length of 4 GB            | 010a0000ffffffff                                                    | error 1 0
          another version             | 0003002a00000008                                                    | error 1 8
          a version of the future     | 0203002a00000008                                                    | error 1 4
          no such type                | 0163002a00000008                                                    | error 1 5
          a question                  | 0102000000000008                                                    | error 1 0
          """)
  void nothingHoldsOfACacheThatBreaksTheProtocol(String name, String octets, String answer)
      throws IOException {
    try (CacheServer cache = new CacheServer(0, 1, SESSION)) {
      cache.set(List.of(ONE));
      use(cache.port());
      awaitPhase(0, Phase.SYNCED);
      cache.answerWith(HexFormat.of().parseHex(octets.replace(" ", "")));

      cache.set(List.of(ONE, TWO));

      await("flushed", () -> table.flushes() > 0);
      await("told", () -> cache.asked().contains(answer));
      assertThat(table.size()).isZero();
      await("reported", () -> !service.reports().getFirst().problem().isEmpty());
    }
  }

  /// Its Error Report is not answered with another.
  @Test
  void anErrorReportIsNotAnswered() throws IOException {
    try (CacheServer cache = new CacheServer(0, 1, SESSION)) {
      cache.answerWith(HexFormat.of().parseHex("010a000200000010" + "00000000" + "00000000"));
      use(cache.port());

      await("twice", () -> cache.asked().size() >= 2);
      assertThat(cache.asked()).containsOnly("reset 1");
    }
  }

  @Test
  void manyArrive() throws IOException {
    try (CacheServer cache = new CacheServer(0, 1, SESSION)) {
      cache.set(CacheServer.many(100_000));
      long begun = System.nanoTime();
      use(cache.port());
      await("all", () -> table.size() == 100_000);
      System.out.printf(
          "100,000 VRPs from a cache within %d ms%n", (System.nanoTime() - begun) / 1_000_000);
    }
  }
}

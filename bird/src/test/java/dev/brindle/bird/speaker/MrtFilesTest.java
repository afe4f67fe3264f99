// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.mrt.FilePattern;
import dev.brindle.bird.mrt.MrtLog;
import dev.brindle.bird.mrt.MrtReader;
import dev.brindle.bird.mrt.MrtReading;
import dev.brindle.bird.mrt.MrtRecord;
import dev.brindle.bird.mrt.MrtSchedule;
import dev.brindle.bird.mrt.MrtSettings;
import dev.brindle.bird.topology.AddPath;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.AddPathTerms;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Announcement;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tables and messages that are written by themselves.
class MrtFilesTest {

  private static final long AS = 64512;
  private static final Cidr PREFIX = Cidr.parse("10.2.0.0/26");

  private final int port = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);

  @TempDir private Path base;

  @AfterEach
  void close() {
    speaker.close();
  }

  private MrtSchedule each(String file, Duration interval, int keep) {
    return new MrtSchedule(FilePattern.parse(base.resolve(file).toString()), interval, keep);
  }

  private SpeakerConfig with(MrtSettings mrt) {
    PeerConfig raw = peer(1, AS, 2, AS, port).withPassive(true);
    PeerConfig several = raw.withRouting(raw.routing().withAddPath(new AddPath(true, true, 8)));
    return config(1, AS, port, several).withAnnounce(prefixes("10.1.0.0/26")).withMrt(mrt);
  }

  private MrtSettings messages(long most, boolean isSent) {
    MrtSchedule schedule = each("log.%Y%m%d.%H%M%S", Duration.ofHours(1), 3);
    return new MrtSettings(Optional.empty(), Optional.of(new MrtLog(schedule, most, isSent)));
  }

  private List<Path> files(Predicate<String> isWanted) {
    try (Stream<Path> files = Files.list(base)) {
      return files.filter(it -> isWanted.test(it.getFileName().toString())).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<MrtRecord> read(Path file) throws IOException {
    ByteBuf in = Unpooled.wrappedBuffer(Files.readAllBytes(file));
    List<MrtRecord> records = new ArrayList<>();
    while (MrtReader.read(in) instanceof MrtReading.Understood(var item)) {
      records.add(item);
    }
    assertThat(in.isReadable()).as(file.toString()).isFalse();
    return records;
  }

  private static Update told(int... ids) {
    PathAttributes attributes =
        PathAttributes.of(new Origin(Origin.Source.IGP), AsPath.EMPTY)
            .with(new LocalPref(100))
            .with(NextHop.of(Loopback.address(2)));
    List<Integer> tags = Arrays.stream(ids).boxed().toList();
    List<Cidr> prefixes = Collections.nCopies(ids.length, PREFIX);
    List<Announcement> announced = List.of(new Announcement(attributes, prefixes, tags));
    return new Update(List.of(), announced, Optional.empty(), List.of());
  }

  /// What is heard and said, by its type, `+` with path identifiers.
  private static String text(MrtRecord item) {
    return switch (item) {
      case MrtRecord.Message message ->
          (message.isLocal() ? ">" : "<")
              + (message.octets().toArray()[18] & 0xff)
              + (message.hasPathIds() ? "+" : "");
      case MrtRecord.StateChange(_, _, _, _, _, var before, var after) -> before + "-" + after;
      case MrtRecord.Index _, MrtRecord.Rib _, MrtRecord.Other _ -> "?";
    };
  }

  @Test
  void whatPassesIsWrittenDown() throws IOException, InterruptedException {
    speaker.start(with(messages(1 << 20, true)));
    AddPathTerms agreed =
        new AddPathTerms(Set.of(Family.IPV4_UNICAST), Set.of(Family.IPV4_UNICAST));
    try (RawPeer peer = RawPeer.call(2, Loopback.address(1), port)) {
      peer.establishAddPath(2, AS, 90, agreed);
      peer.say(told(7, 8));
      sink.await(it -> it.containsKey(PREFIX));
      peer.hearUntil(Update.class);
    }
    Loopback.await(
        "down", () -> speaker.report().peers().stream().noneMatch(PeerReport::isEstablished));
    Loopback.await("a file", () -> files(it -> it.endsWith(".part")).size() == 1);
    assertThat(files(it -> !it.endsWith(".part"))).isEmpty();

    speaker.close();

    assertThat(files(it -> it.endsWith(".part"))).isEmpty();
    Path file = files(it -> true).getFirst();
    List<String> passed = read(file).stream().map(MrtFilesTest::text).toList();
    assertThat(passed)
        .contains("3-4", "4-5", "5-6", "6-1", "<1", ">1", "<4", ">4", "<2+", ">2+")
        .doesNotContain("?", "<2");
    assertThat(passed.indexOf("<1")).isLessThan(passed.indexOf("5-6"));
  }

  /// Of two AS numbers and two addresses each stands where it belongs, and path identifiers are
  /// read in the direction that has them.
  @Test
  void eachEndOfASessionIsItself() throws IOException, InterruptedException {
    PeerConfig raw = peer(1, AS, 2, AS + 1, port).withPassive(true);
    PeerConfig told = raw.withRouting(raw.routing().withAddPath(new AddPath(true, false, 8)));
    speaker.start(
        config(1, AS, port, told)
            .withAnnounce(prefixes("10.1.0.0/26"))
            .withMrt(messages(1 << 20, true)));
    AddPathTerms agreed = new AddPathTerms(Set.of(), Set.of(Family.IPV4_UNICAST));
    try (RawPeer peer = RawPeer.call(2, Loopback.address(1), port, PeerKind.EXTERNAL)) {
      peer.establishAddPath(2, AS + 1, 90, agreed);
      peer.hearUntil(Update.class);
      PathAttributes attributes =
          PathAttributes.of(
              new Origin(Origin.Source.IGP), AsPath.of(AS + 1), NextHop.of(Loopback.address(2)));
      peer.say(
          new Update(
              List.of(),
              List.of(new Announcement(attributes, List.of(PREFIX), List.of(7))),
              Optional.empty(),
              List.of()));
      sink.await(it -> it.containsKey(PREFIX));
    }
    speaker.close();

    List<MrtRecord> records = read(files(it -> true).getFirst());
    List<MrtRecord.Message> messages =
        records.stream()
            .filter(MrtRecord.Message.class::isInstance)
            .map(MrtRecord.Message.class::cast)
            .toList();
    assertThat(messages)
        .filteredOn(it -> it.octets().toArray()[18] == 2)
        .extracting(it -> text(it) + " " + it.peerAs() + " " + it.localAs())
        .contains("<2+ 64513 64512", ">2 64513 64512")
        .doesNotContain("<2 64513 64512", ">2+ 64513 64512");
    assertThat(messages)
        .allMatch(it -> it.peerAs().equals(Loopback.as(AS + 1)))
        .allMatch(it -> it.localAs().equals(Loopback.as(AS)))
        .allMatch(it -> it.peer().equals(Loopback.address(2)))
        .allMatch(it -> it.local().equals(Loopback.address(1)));
  }

  @Test
  void otherTablesTakeThePlaceOfThoseBefore() throws IOException {
    speaker.start(
        with(
            new MrtSettings(
                Optional.of(each("rib.%Y%m%d.%H%M%S", Duration.ofSeconds(1), 9)),
                Optional.empty())));
    Loopback.await("a table", () -> !files(it -> it.startsWith("rib")).isEmpty());

    speaker.reconfigure(
        with(
            new MrtSettings(
                Optional.of(each("new.%Y%m%d.%H%M%S", Duration.ofSeconds(1), 9)),
                Optional.empty())));
    Loopback.await("another", () -> !files(it -> it.startsWith("new")).isEmpty());
    List<Path> before = files(it -> it.startsWith("rib"));
    Loopback.await("three more", () -> files(it -> it.startsWith("new")).size() > 3);

    assertThat(files(it -> it.startsWith("rib"))).isEqualTo(before);
  }

  @Test
  void aFullFileIsFollowedByTheNextAndTheOldestGoes() throws IOException, InterruptedException {
    speaker.start(with(messages(1 << 20, false)));
    try (RawPeer peer = RawPeer.call(2, Loopback.address(1), port)) {
      peer.establish(2, AS, 0);
      String attribute = "d0ff" + "%04x".formatted(3_900) + "00".repeat(3_900);
      String body =
          "0000"
              + "%04x".formatted(attribute.length() / 2 + 21)
              + "40010100"
              + "400200"
              + "4003047f000002"
              + "40050400000064"
              + attribute
              + "1a0a020000";
      for (int i = 0; i < 1_500; i++) {
        peer.sayUpdate(body);
      }
      sink.await(it -> it.containsKey(PREFIX));
      Loopback.await(
          "five files were whole",
          () -> speaker.report().mrt().orElseThrow().messages().files() >= 5);
    }
    Loopback.await("three are kept", () -> files(it -> !it.endsWith(".part")).size() == 3);
    for (Path file : files(it -> !it.endsWith(".part"))) {
      assertThat(Files.size(file)).isBetween(1L << 20, (1L << 20) + 5_000);
      assertThat(read(file)).hasSizeGreaterThan(200);
    }
    assertThat(speaker.report().mrt().orElseThrow().messages().lost()).isZero();
  }

  @Test
  void tablesAreWrittenAgainAndAgain() throws IOException, InterruptedException {
    Files.writeString(base.resolve("rib.20200101.000000.part"), "of one that was killed");
    Files.writeString(base.resolve("other"), "is not ours");
    MrtSchedule tables = each("rib.%Y%m%d.%H%M%S", Duration.ofSeconds(1), 2);
    AddPathTerms agreed =
        new AddPathTerms(Set.of(Family.IPV4_UNICAST), Set.of(Family.IPV4_UNICAST));
    speaker.start(with(new MrtSettings(Optional.of(tables), Optional.empty())));
    try (RawPeer peer = RawPeer.call(2, Loopback.address(1), port)) {
      peer.establishAddPath(2, AS, 0, agreed);
      peer.say(told(7, 8));
      sink.await(it -> it.containsKey(PREFIX));
      long before = speaker.report().mrt().orElseThrow().tables().files();
      Loopback.await(
          "three more", () -> speaker.report().mrt().orElseThrow().tables().files() >= before + 3);
    }
    speaker.close();

    List<Path> left = files(it -> it.startsWith("rib"));
    assertThat(left).hasSize(2);
    assertThat(base.resolve("other")).exists();
    List<String> routes = new ArrayList<>();
    for (MrtRecord item : read(left.getFirst())) {
      if (item instanceof MrtRecord.Rib rib) {
        rib.entries()
            .forEach(
                it ->
                    routes.add("%s %d %s".formatted(rib.prefix(), it.pathId(), rib.hasPathIds())));
      }
    }
    assertThat(routes)
        .containsExactlyInAnyOrder(
            "10.1.0.0/26 0 false", "10.2.0.0/26 7 true", "10.2.0.0/26 8 true");
  }

  @Test
  void aDiskThatDoesNotTakeItCostsNoSession() throws IOException, InterruptedException {
    Path gone = base.resolve("gone");
    MrtSchedule tables =
        new MrtSchedule(
            FilePattern.parse(gone.resolve("rib").toString()), Duration.ofSeconds(1), 1);
    MrtSchedule log =
        new MrtSchedule(
            FilePattern.parse(gone.resolve("log.%S").toString()), Duration.ofSeconds(1), 9);
    speaker.start(
        with(new MrtSettings(Optional.of(tables), Optional.of(new MrtLog(log, 1 << 20, true)))));
    try (RawPeer peer = RawPeer.call(2, Loopback.address(1), port)) {
      peer.establish(2, AS, 0);
      Loopback.await("tables", () -> !report().tables().problem().isEmpty());
      Loopback.await("messages", () -> report().messages().lost() > 0);
      assertThat(report().tables().problem())
          .isEqualTo("cannot write %s/rib: NoSuchFileException".formatted(gone));
      assertThat(speaker.report().peers()).allMatch(PeerReport::isEstablished);

      Files.createDirectory(gone);
      peer.say(told(0));
      Loopback.await("a table", () -> report().tables().files() > 0);
      Loopback.await("a log", () -> report().messages().files() > 0);
      assertThat(report().tables().problem()).isEmpty();
      assertThat(report().messages().problem()).isEmpty();
      speaker.reconfigure(with(MrtSettings.NONE));
      assertThat(speaker.report().mrt()).isEmpty();
      assertThat(speaker.report().peers()).allMatch(PeerReport::isEstablished);
    }
  }

  /// Those of one that was killed: whole but for the end.
  @Test
  void messagesOfOneThatWasKilledAreAdopted() throws IOException {
    Files.writeString(base.resolve("log.20200101.000000.part"), "what there is");
    Files.writeString(base.resolve("log.2020.part"), "of somebody else");

    speaker.start(with(messages(1 << 20, false)));

    Loopback.await("adopted", () -> !files(it -> it.equals("log.20200101.000000")).isEmpty());
    assertThat(base.resolve("log.2020.part")).exists();
  }

  private MrtReport report() {
    return speaker.report().mrt().orElseThrow();
  }
}

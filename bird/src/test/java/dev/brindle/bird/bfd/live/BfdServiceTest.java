// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd.live;

import static dev.brindle.bird.speaker.Loopback.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bfd.BfdDiscard;
import dev.brindle.bird.bfd.BfdSettings;
import dev.brindle.bird.bfd.BfdState;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Real sockets on loopback.
class BfdServiceTest {

  private static final BfdSettings SETTINGS = BfdSettings.of(Duration.ofMillis(100), 20);
  private static final String TIMES = "000493e0000493e000000000";
  private static final String DOWN = "20400318" + "00000001" + "00000000" + TIMES;

  private final BfdService ours = new BfdService(InstantSource.system(), new Random(1));
  private final BfdService theirs = new BfdService(InstantSource.system(), new Random(2));

  @AfterEach
  void close() {
    ours.close();
    theirs.close();
  }

  private static IpAddress host(int number) {
    return IpAddress.parse("127.0.0." + number);
  }

  private static BfdWatch watch(BfdService service, int from, int to, boolean isMultihop) {
    BfdTarget target =
        new BfdTarget(host(to), Optional.of(host(from)), isMultihop, List.of(host(from)));
    return service.watch(target, SETTINGS, (_, _) -> {});
  }

  /// From a socket of the JDK, which sends with the ordinary TTL.
  private static void send(int from, int to, int port, String hex) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(hex);
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0." + from), 0))) {
      socket.send(
          new DatagramPacket(bytes, bytes.length, InetAddress.ofLiteral("127.0.0." + to), port));
    }
  }

  @ParameterizedTest(name = "multihop {0}")
  @ValueSource(booleans = {false, true})
  void comesUpAndIsToldOfTheEnd(boolean isMultihop) {
    BfdWatch watch = watch(ours, 11, 12, isMultihop);
    BfdWatch other = watch(theirs, 12, 11, isMultihop);
    await("up", () -> isUp(watch) && isUp(other));
    await("2 s", () -> watch.report().detectionTime().toMillis() == 2_000);

    other.close();

    await("down", () -> watch.report().remote().state() == BfdState.ADMIN_DOWN);
    assertThat(watch.report().state()).isEqualTo(BfdState.DOWN);
    assertThat(watch.report().downs()).isEqualTo(1);
  }

  /// A full table keeps all processors busy; what is late here ends sessions.
  @Test
  void itsThreadGoesBeforeOthers() {
    BfdWatch watch = watch(ours, 11, 12, false);
    await("packets", () -> watch.report().sent() > 0);

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().startsWith("bfd-"))
        .isNotEmpty()
        .allMatch(thread -> thread.getPriority() == Thread.MAX_PRIORITY);
  }

  private static boolean isUp(BfdWatch watch) {
    return watch.report().state() == BfdState.UP;
  }

  /// RFC 5881 §5. The multihop session shows that what was sent arrives.
  @Test
  void whatARouterCouldHaveForwardedIsNotForANeighbour() throws IOException {
    BfdWatch near = watch(ours, 11, 12, false);
    BfdWatch far = watch(ours, 11, 12, true);
    await("sockets", () -> near.report().sent() > 0 && far.report().sent() > 0);

    send(12, 11, 3784, DOWN);
    send(12, 11, 4784, DOWN);

    await("far", () -> far.report().state() == BfdState.INIT);
    assertThat(near.report().received()).isZero();
    assertThat(near.report().state()).isEqualTo(BfdState.DOWN);
  }

  @Test
  void whatIsForNobodyIsCountedAndDropped() throws IOException {
    BfdWatch watch = watch(ours, 11, 12, true);
    await("socket", () -> watch.report().sent() > 0);

    send(13, 11, 4784, DOWN);
    send(12, 11, 4784, "20c00318" + "00000001" + "00000002" + TIMES);
    send(12, 11, 4784, "2040");

    await("counted", () -> ours.discards().values().stream().mapToLong(it -> it).sum() == 3);
    assertThat(ours.discards())
        .containsEntry(BfdDiscard.UNKNOWN_PEER, 1L)
        .containsEntry(BfdDiscard.UNKNOWN_SESSION, 1L)
        .containsEntry(BfdDiscard.LENGTH, 1L);
    assertThat(watch.report().received()).isZero();
  }

  @Test
  void aPortThatIsTakenIsReportedAndTriedAgain() throws IOException {
    BfdWatch watch;
    try (DatagramSocket taken =
        new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.11"), 3784))) {
      assertThat(taken.isBound()).isTrue();
      watch = watch(ours, 11, 12, false);
      await(
          "problem", () -> watch.report().problem().contains("cannot listen for BFD on port 3784"));
    }
    BfdWatch other = watch(theirs, 12, 11, false);

    await("up", () -> isUp(watch) && isUp(other));
    assertThat(watch.report().problem()).isEmpty();
  }

  @Test
  void twoWhoWatchShareOneSession() {
    BfdWatch watch = watch(ours, 11, 12, false);
    BfdWatch second = watch(ours, 11, 12, false);
    BfdWatch other = watch(theirs, 12, 11, false);
    await("up", () -> isUp(watch) && isUp(second) && isUp(other));

    watch.close();
    long received = second.report().received();

    await("goes on", () -> second.report().received() > received + 3);
    assertThat(isUp(second)).isTrue();
  }

  /// All packets of a session where all is well are the same: each of them counts as heard.
  @Test
  void staysUpForAsLongAsPacketsCome() {
    BfdWatch watch = watch(ours, 11, 12, false);
    BfdWatch other = watch(theirs, 12, 11, false);
    await("up", () -> isUp(watch) && isUp(other));

    long before = watch.report().received();
    await("two detection times", () -> watch.report().received() >= before + 60);

    assertThat(watch.report().downs()).isZero();
    assertThat(other.report().downs()).isZero();
  }

  @Test
  void whoComesBackAfterTheLastOneHasASessionAgain() {
    watch(ours, 11, 12, false).close();

    BfdWatch again = watch(ours, 11, 12, false);
    BfdWatch other = watch(theirs, 12, 11, false);

    await("up", () -> isUp(again) && isUp(other));
    assertThat(again.report().problem()).isEmpty();
  }

  @Test
  void theMostEagerOfThoseWhoWatchDecides() {
    BfdSettings slow = BfdSettings.of(Duration.ofMillis(400), 20);
    BfdTarget target = new BfdTarget(host(12), Optional.of(host(11)), false, List.of(host(11)));
    BfdWatch first = ours.watch(target, slow, (_, _) -> {});
    BfdWatch eager = watch(ours, 11, 12, false);
    BfdWatch last = ours.watch(target, slow, (_, _) -> {});
    watch(theirs, 12, 11, false);
    await("the shortest", () -> isUp(first) && first.report().transmitInterval().toMillis() == 100);

    eager.close();

    await("that of the others", () -> last.report().transmitInterval().toMillis() == 400);
    assertThat(last.report().downs()).isZero();
  }

  /// A peer of which we see each packet.
  private static DatagramSocket listen(int host, int port) throws IOException {
    DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0." + host), port));
    socket.setSoTimeout(60_000);
    return socket;
  }

  private static String hear(DatagramSocket socket) throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[64], 64);
    socket.receive(packet);
    return HexFormat.of().formatHex(packet.getData(), 0, packet.getLength());
  }

  /// RFC 5880 §6.8.16: nobody is there to say it again if it is lost.
  @Test
  void saysThreeTimesThatItGoes() throws IOException {
    try (DatagramSocket peer = listen(12, 4784)) {
      BfdWatch watch = watch(ours, 11, 12, true);
      assertThat(hear(peer)).startsWith("2040");

      watch.close();

      String heard = hear(peer);
      while (heard.startsWith("2040")) {
        heard = hear(peer);
      }
      for (int i = 0; i < 2; i++) {
        assertThat(heard).startsWith("2700");
        heard = hear(peer);
      }
      assertThat(heard).startsWith("2700");
    }
  }

  /// Who knows a discriminator is not the peer yet.
  @Test
  void whatComesFromAnotherAddressIsNotOfTheSession() throws IOException {
    try (DatagramSocket peer = listen(12, 4784)) {
      BfdWatch watch = watch(ours, 11, 12, true);
      String discriminator = hear(peer).substring(8, 16);

      send(13, 11, 4784, "20400318" + "00000001" + discriminator + TIMES);

      await("counted", () -> ours.discards().getOrDefault(BfdDiscard.UNKNOWN_SESSION, 0L) == 1);
      assertThat(watch.report().received()).isZero();
      assertThat(watch.report().state()).isEqualTo(BfdState.DOWN);
    }
  }
}

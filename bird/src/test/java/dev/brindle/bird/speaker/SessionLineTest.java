// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message;
import dev.brindle.bird.wire.Message.Keepalive;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.NotificationCode;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Over real connections; what is to happen later happens when the test says so.
class SessionLineTest {

  private static final long AS = 64_512;
  private static final List<Keepalive> KEEPALIVE = List.of(new Keepalive());

  private final SessionRig rig = new SessionRig();
  private final MockTicker time = Ticker.newMockTicker();
  private final EmbeddedChannel later = EmbeddedChannel.builder().ticker(time).build();
  private final MessageTally tally = new MessageTally();
  private final SessionLine line = new SessionLine(rig.workshop(later.eventLoop()), tally);
  private final PeerConfig peer = Loopback.peer(1, AS, 2, AS, rig.port());
  private final List<String> ends = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    later.finishAndReleaseAll();
    rig.close();
  }

  private final class Events implements ConnectionEvents {

    @Override
    public void received(List<Incoming> news) {
      // nobody listens
    }

    @Override
    public void lost(String reason) {
      ends.add(reason);
    }

    @Override
    public void broken(Throwable cause) {
      ends.add(cause.toString());
    }

    @Override
    public void writable(boolean isWritable) {
      // nobody waits
    }
  }

  private RawPeer connect() throws IOException, InterruptedException {
    SessionRig.Pair pair = rig.call(2);
    rig.run(() -> line.connect(pair.ours(), peer, new Events()));
    return pair.theirs();
  }

  private static void assertHungUp(RawPeer peer) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(peer::hear)
        .withMessage("the speaker hung up");
  }

  @Test
  void withoutAConnectionWhatIsSaidGoesNowhere() {
    rig.run(
        () -> {
          line.send(KEEPALIVE);
          line.holdOn();
          line.flush();
          line.sendLast(Notification.cease(NotificationCode.SHUTDOWN));
          line.hangUp();
        });

    assertThat(line.isWritable()).isFalse();
    assertThat(line.localAddress()).isEmpty();
    assertThat(line.roundTripMicros()).isEmpty();
    assertThat(line.tap()).isNull();
    assertThat(tally.counts()).isEqualTo(MessageCounts.NONE);
  }

  @Test
  void whatIsSaidIsHeardAndCounted() throws Exception {
    try (RawPeer theirs = connect()) {
      rig.run(() -> line.send(List.of(new Keepalive(), Update.endOfRib(Family.IPV4_UNICAST))));

      assertThat(theirs.hear()).isInstanceOf(Keepalive.class);
      assertThat(theirs.hear()).isInstanceOf(Update.class);
      assertThat(tally.counts()).isEqualTo(new MessageCounts(0, 1, 0, 1, 0));
      assertThat(rig.on(line::isWritable)).isTrue();
      assertThat(rig.on(line::localAddress)).contains(Loopback.address(1));
    }
  }

  @Test
  void withoutALastWordTheConnectionIsClosedAfterWhatWasSaid() throws Exception {
    try (RawPeer theirs = connect()) {
      rig.run(
          () -> {
            line.send(KEEPALIVE);
            line.hangUp();
            line.send(KEEPALIVE); // to nobody
          });

      assertThat(theirs.hear()).isInstanceOf(Keepalive.class);
      assertHungUp(theirs);
      assertThat(tally.counts().keepalives()).isEqualTo(1);
      assertThat(rig.on(line::connection)).isNull();
      assertThat(rig.on(line::tap)).as("what passed on the last one").isNotNull();
    }
  }

  /// It has said much that we have not read: closing would reset the connection, and take back what
  /// we said.
  @Test
  void theLastWordIsHeardByAPeerThatStillTalks() throws Exception {
    try (RawPeer theirs = connect()) {
      theirs.sayRaw(new byte[100_000]);
      rig.run(
          () -> {
            line.sendLast(Notification.cease(NotificationCode.SHUTDOWN));
            line.hangUp();
          });
      theirs.sayRaw(new byte[100_000]);

      Notification last = theirs.hearUntil(Notification.class);
      assertThat(last.subcode()).isEqualTo(NotificationCode.SHUTDOWN);
      assertHungUp(theirs);
      theirs.sayRaw(new byte[1]); // nobody has reset the connection
    }
  }

  @Test
  void whoWasHungUpOnIsNoLongerHeardOf() throws Exception {
    RawPeer theirs = connect();
    rig.run(line::hangUp);
    assertHungUp(theirs);
    theirs.hangUp();

    try (RawPeer other = connect()) {
      rig.run(() -> line.send(KEEPALIVE));
      other.hear();
      assertThat(ends).isEmpty();
    }
  }

  @Test
  void whoHangsUpIsHeardOf() throws Exception {
    connect().hangUp();

    Loopback.await("the end", () -> !ends.isEmpty());
    assertThat(ends).containsExactly("peer closed the connection");
  }

  // ---- what is held

  private boolean isHeld() {
    return rig.on(
        () -> {
          PeerConnection connection = Objects.requireNonNull(line.connection());
          ChannelOutboundBuffer buffer = connection.channel().unsafe().outboundBuffer();
          return buffer.totalPendingWriteBytes() > 0;
        });
  }

  @Test
  void whatIsHeldLeavesWithWhatIsSaidNext() throws Exception {
    try (RawPeer theirs = connect()) {
      rig.run(
          () -> {
            line.holdOn();
            line.send(KEEPALIVE);
          });
      assertThat(isHeld()).isTrue();

      rig.run(() -> line.send(List.of(Update.endOfRib(Family.IPV4_UNICAST))));

      assertThat(theirs.hear()).isInstanceOf(Keepalive.class);
      assertThat(theirs.hear()).isInstanceOf(Update.class);
    }
  }

  @Test
  void whatIsHeldLeavesSoonIfThereIsNothingElseToSay() throws Exception {
    try (RawPeer theirs = connect()) {
      rig.run(
          () -> {
            line.holdOn();
            line.send(KEEPALIVE);
          });
      pass(249);
      assertThat(isHeld()).isTrue();

      pass(1);

      assertThat(theirs.hear()).isInstanceOf(Keepalive.class);
    }
  }

  private void pass(long millis) {
    time.advanceMillis(millis);
    rig.run(later::runScheduledPendingTasks);
  }

  @Test
  void whatIsHeldLeavesWhenItHasTo() throws Exception {
    try (RawPeer theirs = connect()) {
      rig.run(
          () -> {
            line.holdOn();
            line.send(KEEPALIVE);
            line.flush();
          });

      assertThat(theirs.hear()).isInstanceOf(Keepalive.class);
    }
  }

  /// The end of the hold belongs to the connection it was for.
  @Test
  void aHoldEndsNothingOnTheNextConnection() throws Exception {
    try (RawPeer before = connect()) {
      rig.run(line::holdOn);
      rig.run(line::hangUp);
      assertHungUp(before);
    }
    try (RawPeer theirs = connect()) {
      rig.run(
          () -> {
            time.advanceMillis(100);
            line.holdOn();
            line.send(KEEPALIVE);
          });
      pass(150);
      assertThat(isHeld()).as("the first hold is over, not this one").isTrue();

      pass(100);
      Message held = theirs.hear();
      assertThat(held).isInstanceOf(Keepalive.class);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.table.ExportBatch;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.Message;
import dev.brindle.bird.wire.PeerTerms;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connection of a session, while there is one: what is said without one goes nowhere. On the
/// speaker's thread.
@SuppressWarnings("FutureReturnValueIgnored") // nobody waits for what was held to leave
final class SessionLine {

  /// More than the rest that telling takes where there are many peers.
  private static final Duration LONGEST_HOLD = Duration.ofMillis(250);

  private final Workshop workshop;
  private final MessageTally tally;
  private @Nullable PeerConnection connection;
  private @Nullable SessionTap tap;
  private boolean hasSaidLastWord;

  /// @param tally of what is said
  SessionLine(Workshop workshop, MessageTally tally) {
    this.workshop = workshop;
    this.tally = tally;
  }

  @Nullable PeerConnection connection() {
    return connection;
  }

  /// For those who watch what passes on the connection, or passed on the last one.
  @Nullable SessionTap tap() {
    return tap;
  }

  void connect(PeerConnection made, PeerConfig peer, ConnectionEvents events) {
    connection = made;
    SessionTap fresh =
        new SessionTap(
            workshop.monitoring(),
            peer,
            made.channel().localAddress(),
            made.channel().remoteAddress());
    tap = fresh;
    made.tap(fresh);
    made.attach(events);
  }

  void agree(PeerTerms terms) {
    if (connection != null) {
      connection.agree(terms);
    }
  }

  /// Our end.
  Optional<IpAddress> localAddress() {
    return connection != null
            && connection.channel().localAddress() instanceof InetSocketAddress local
        ? Optional.of(SocketAddresses.from(local))
        : Optional.empty();
  }

  /// Where the kernel tells.
  OptionalLong roundTripMicros() {
    return connection == null
        ? OptionalLong.empty()
        : Transport.roundTripMicros(connection.channel());
  }

  // ---- talking

  void send(List<? extends Message> messages) {
    if (connection != null) {
      connection.send(messages);
      messages.forEach(tally::count);
    }
  }

  /// After that the connection is not closed before the peer could read it.
  void sendLast(Message message) {
    send(List.of(message));
    hasSaidLastWord = true;
  }

  /// What of a batch is for this source.
  void send(ExportBatch batch, int source) {
    if (connection != null) {
      tally.updates(connection.send(batch, source));
    }
  }

  boolean isWritable() {
    return connection != null && connection.isWritable();
  }

  /// What is said now leaves with what is said next, or soon: there may be nothing to say.
  void holdOn() {
    PeerConnection held = connection;
    if (held != null) {
      held.holdOn();
      workshop.executor().schedule(held::flush, LONGEST_HOLD.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  void flush() {
    if (connection != null) {
      connection.flush();
    }
  }

  void hangUp() {
    if (connection != null) {
      if (hasSaidLastWord) {
        connection.part(workshop.transport().farewells());
      } else {
        connection.close();
      }
      connection = null;
    }
    hasSaidLastWord = false;
  }
}

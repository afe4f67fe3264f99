// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.session.Telling;
import dev.brindle.bird.table.ExportBatch;
import dev.brindle.bird.table.Receiver;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message;
import dev.brindle.bird.wire.Message.RouteRefresh;
import dev.brindle.bird.wire.Message.Update;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where a peer hears routes of one family. If telling it fails, it is its own session that ends.
final class PeerEar implements Receiver {

  /// Between two times that everything is told because the peer asks.
  private static final Duration REST = Duration.ofSeconds(1);

  private final int source;
  private final Family family;
  private final SessionDriver session;
  private final boolean isMarked;
  private final BooleanSupplier mayEnd;
  private final Consumer<PeerEar> again;
  private final Later later;
  private Telling telling = Telling.FIRST;
  private @Nullable Future<?> rest;

  /// @param isMarked the peer wants to know where telling again begins and ends (RFC 7313)
  /// @param mayEnd whether End-of-RIB may be said
  /// @param again tells everything again; the end is `inStep`
  PeerEar(
      int source,
      Family family,
      SessionDriver session,
      boolean isMarked,
      BooleanSupplier mayEnd,
      Consumer<PeerEar> again,
      Later later) {
    this.source = source;
    this.family = family;
    this.session = session;
    this.isMarked = isMarked;
    this.mayEnd = mayEnd;
    this.again = again;
    this.later = later;
  }

  Family family() {
    return family;
  }

  @Override
  public int source() {
    return source;
  }

  @Override
  public boolean isReady() {
    return session.isWritable();
  }

  @Override
  public void send(ExportBatch batch) {
    session.guard(() -> session.send(batch, source));
  }

  @Override
  public void failed(RuntimeException cause) {
    session.guard(
        () -> {
          throw cause;
        });
  }

  @Override
  public void inStep() {
    session.guard(() -> take(telling.told(mayEnd.getAsBoolean())));
  }

  /// The peer wants to hear everything again (RFC 2918).
  void asked() {
    take(telling.asked());
  }

  /// What others tell us may now be complete enough for End-of-RIB.
  void release() {
    if (mayEnd.getAsBoolean()) {
      session.guard(() -> take(telling.released()));
    }
  }

  private void take(Telling.Step step) {
    telling = step.next();
    for (Telling.Act act : step.acts()) {
      switch (act) {
        case END_OF_RIB -> say(Update.endOfRib(family));
        case BEGIN -> {
          mark(RouteRefresh.BEGIN);
          again.accept(this);
        }
        case END -> mark(RouteRefresh.END);
        case REST -> rest = later.after(REST, () -> take(telling.rested()));
      }
    }
  }

  private void mark(int subtype) {
    if (isMarked) {
      say(new RouteRefresh(family.wire(), subtype));
    }
  }

  private void say(Message message) {
    session.send(List.of(message));
  }

  /// The session is over.
  void close() {
    if (rest != null) {
      rest.cancel(false);
    }
  }
}

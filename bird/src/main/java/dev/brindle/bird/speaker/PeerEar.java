// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.table.ExportBatch;
import dev.brindle.bird.table.Receiver;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Update;
import java.util.List;

/// Where a peer hears routes of one family. If telling it fails, it is its own session that ends.
final class PeerEar implements Receiver {

  private final int source;
  private final Family family;
  private final SessionDriver session;
  private boolean hasHeardAll;

  PeerEar(int source, Family family, SessionDriver session) {
    this.source = source;
    this.family = family;
    this.session = session;
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

  /// RFC 4724 §2: once, after everything there was at the beginning.
  @Override
  public void inStep() {
    if (!hasHeardAll) {
      hasHeardAll = true;
      session.guard(() -> session.send(List.of(Update.endOfRib(family))));
    }
  }
}

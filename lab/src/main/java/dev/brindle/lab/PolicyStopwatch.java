// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import dev.brindle.api.net.IpAddress;
import dev.brindle.lab.host.Host;
import dev.brindle.lab.program.Workplace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// Measures from the write of a policy until its first effect: datagrams that a policy forbids are
/// sent a thousand times a second, and the one after the last that was answered is the first that
/// was refused. The write is the last change of the store's log before that moment.
final class PolicyStopwatch implements AutoCloseable {

  private static final long PAUSE_NANOS = 1_000_000;
  private static final Duration SILENCE = Duration.ofMillis(300);

  private final InetSocketAddress target;
  private final Path storeLog;
  private final WriteTimes writes = new WriteTimes();
  private final Thread thread;
  private volatile boolean isOver;

  /// If there is no later answer.
  private volatile Optional<Instant> firstRefused = Optional.empty();

  private PolicyStopwatch(Host from, InetSocketAddress target, Path storeLog) {
    this.target = target;
    this.storeLog = storeLog;
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("policy stopwatch")
            .unstarted(() -> from.inside(this::run));
  }

  static PolicyStopwatch start(Host from, IpAddress to, int port, Workplace workplace)
      throws IOException {
    PolicyStopwatch watch =
        new PolicyStopwatch(
            from,
            new InetSocketAddress(InetAddress.getByAddress(to.bytes()), port),
            workplace.storeLog());
    watch.thread.start();
    return watch;
  }

  /// Runs in the namespace of the sender until `close`.
  private boolean run() throws IOException {
    try (FreshFlows flows = FreshFlows.to(target)) {
      while (!isOver && flows.hasMore()) {
        noteWrites();
        flows.send();
        flows.collect();
        firstRefused = flows.firstAfterAnswers();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    return true;
  }

  private void noteWrites() throws IOException {
    Instant now = Instant.now(); // before the look: what it does not show yet is written later
    if (Files.exists(storeLog)) {
      Instant changed = Files.getLastModifiedTime(storeLog).toInstant();
      synchronized (writes) {
        writes.look(now, changed);
      }
    }
  }

  /// Waits until answers have ceased for a while.
  ///
  /// @return how long the policy took; empty if answers never came, or never ceased
  Optional<Duration> await(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<Instant> effect = firstRefused;
      if (effect.isPresent()
          && Duration.between(effect.get(), Instant.now()).compareTo(SILENCE) > 0) {
        return took(effect.get());
      }
      if (thread.join(Duration.ofMillis(20))) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private Optional<Duration> took(Instant effect) {
    synchronized (writes) {
      return writes.lastBefore(effect).map(write -> Duration.between(write, effect));
    }
  }

  @Override
  public void close() {
    isOver = true;
  }
}

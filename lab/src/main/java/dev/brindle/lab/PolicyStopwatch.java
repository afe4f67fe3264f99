// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import dev.brindle.api.net.IpAddress;
import dev.brindle.lab.host.Host;
import dev.brindle.lab.program.Workplace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// Measures from the write of a policy until its first effect: datagrams that a policy forbids are
/// sent a thousand times a second, and the last one answered is noted. The write is the last change
/// of the store's log before that moment, or right after it.
final class PolicyStopwatch implements AutoCloseable {

  private static final long PAUSE_NANOS = 1_000_000;
  private static final Duration SILENCE = Duration.ofMillis(300);

  private final DatagramChannel channel;
  private final Path storeLog;
  private final List<Instant> writes = new ArrayList<>();
  private final Thread thread;
  private volatile boolean isOver;
  private volatile Instant lastAnswer = Instant.EPOCH;

  private PolicyStopwatch(DatagramChannel channel, Path storeLog) {
    this.channel = channel;
    this.storeLog = storeLog;
    this.thread = Thread.ofPlatform().daemon().name("policy stopwatch").unstarted(this::run);
  }

  static PolicyStopwatch start(Host from, IpAddress to, int port, Workplace workplace)
      throws IOException {
    DatagramChannel channel = from.inside(DatagramChannel::open);
    channel.connect(new InetSocketAddress(InetAddress.getByAddress(to.bytes()), port));
    channel.configureBlocking(false);
    Path store = workplace.store();
    PolicyStopwatch watch =
        new PolicyStopwatch(channel, store.resolveSibling(store.getFileName() + "-wal"));
    watch.thread.start();
    return watch;
  }

  private void run() {
    ByteBuffer datagram = ByteBuffer.allocate(1);
    try {
      while (!isOver) {
        noteWrites();
        channel.write(datagram.clear());
        while (channel.read(datagram.clear()) > 0) {
          lastAnswer = Instant.now();
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (PortUnreachableException _) {
      // nobody listens: there is nothing to measure
    } catch (IOException _) {
      // the same, said otherwise
    }
  }

  private void noteWrites() throws IOException {
    if (Files.exists(storeLog)) {
      Instant written = Files.getLastModifiedTime(storeLog).toInstant();
      synchronized (writes) {
        if (writes.isEmpty() || !writes.getLast().equals(written)) {
          writes.add(written);
        }
      }
    }
  }

  /// Waits until answers have ceased for a while.
  ///
  /// @return how long the policy took; empty if answers never came, or never ceased
  Optional<Duration> await(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline) {
      Duration silent = Duration.between(lastAnswer, Instant.now());
      if (!lastAnswer.equals(Instant.EPOCH) && silent.compareTo(SILENCE) > 0) {
        return took();
      }
      if (thread.join(Duration.ofMillis(20))) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private Optional<Duration> took() {
    Instant effect = lastAnswer.plusNanos(PAUSE_NANOS);
    synchronized (writes) {
      return writes.stream()
          .filter(write -> !write.isAfter(effect))
          .max(Instant::compareTo)
          .map(write -> Duration.between(write, effect));
    }
  }

  @Override
  public void close() throws IOException {
    isOver = true;
    channel.close();
  }
}

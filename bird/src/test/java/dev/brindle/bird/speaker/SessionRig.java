// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.bfd.live.BfdService;
import dev.brindle.bird.table.AttributeBudget;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.wire.PeerKind;
import io.netty.channel.Channel;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// What sessions work with, and no speaker around them: its thread, its sockets, its tables. Time
/// stands still where it is not said to pass. We are 127.0.0.1.
final class SessionRig implements AutoCloseable {

  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Transport transport = new Transport();
  private final BfdService bfd = new BfdService(this::now, new Random(1));
  private final MrtFiles files =
      new MrtFiles(
          this::now,
          file -> {
            throw new IOException("nobody asked for " + file);
          });
  private final BatchPool batches = new BatchPool();
  private final Monitoring monitoring;
  private final Workshop workshop;
  private final int port = Loopback.freePort();
  private final BlockingQueue<PeerConnection> calls = new LinkedBlockingQueue<>();
  private @Nullable Channel listener;
  private volatile Instant now = START;

  /// Both ends of a connection.
  ///
  /// @param ours as we know it
  /// @param theirs the peer itself
  record Pair(PeerConnection ours, RawPeer theirs) {}

  /// All of it on the speaker's thread.
  SessionRig() {
    this.monitoring = monitoring(transport.loops().own());
    this.workshop = workshop(transport.loops().own());
  }

  private Monitoring monitoring(EventExecutor executor) {
    return new Monitoring(executor, this::now, batches, new MessageLog(this::now, files));
  }

  /// @param executor in place of the speaker's thread
  Workshop workshop(EventExecutor executor) {
    return new Workshop(
        executor, transport, bfd, this::now, new Random(2), batches, () -> {}, monitoring);
  }

  /// @param executor in place of the speaker's thread
  Tables tables(RouteSink sink, EventExecutor executor) {
    return new Tables(
        sink,
        TableLimits.MAX_PATHS,
        AttributeBudget.of(1 << 30),
        Loopback.address(1),
        3,
        new OriginValidation(Loopback.as(64_512), 4, executor, () -> {}),
        monitoring(executor));
  }

  Workshop workshop() {
    return workshop;
  }

  Transport transport() {
    return transport;
  }

  int port() {
    return port;
  }

  Instant now() {
    return now;
  }

  void passSeconds(long seconds) {
    now = now.plusSeconds(seconds);
  }

  /// Does something on the speaker's thread, and waits for it.
  <T> T on(Callable<T> work) {
    try {
      return transport
          .loops()
          .own()
          .submit(work)
          .get(Loopback.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("on the speaker's thread", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  void run(Runnable work) {
    on(
        () -> {
          work.run();
          return true;
        });
  }

  /// 127.0.0.`host` calls us.
  Pair call(int host) throws IOException, InterruptedException {
    if (listener == null) {
      listener =
          transport.listen(
              new ListenAddress(Loopback.address(1), port),
              new SigningKeys(Map.of(), Map.of(), Map.of()),
              call -> calls.add(PeerConnection.on(call, transport.loops(), batches)));
    }
    RawPeer theirs = RawPeer.call(host, Loopback.address(1), port, PeerKind.INTERNAL);
    PeerConnection ours = calls.poll(Loopback.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (ours == null) {
      throw new AssertionError("the call of 127.0.0.%d did not come".formatted(host));
    }
    return new Pair(ours, theirs);
  }

  @Override
  public void close() {
    transport.close();
    bfd.close();
    files.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the stories of the cluster say of lost datagrams, with a server that loses some.
class TalkTest {

  private static final InetAddress SERVER = InetAddress.ofLiteral("127.0.0.1");
  private static final int PORT = 8080;

  /// The kernel gives the least that it gives.
  private static final int SMALL_BUFFER = 1;

  private static final int ENOUGH = 20;
  private static final int PAUSE_MILLIS = 100;

  private final ExecutorService server = Executors.newCachedThreadPool();
  private final AtomicInteger heard = new AtomicInteger();
  private LiveKernel kernel;
  private ServerSocket streams;
  private DatagramSocket datagrams;

  @BeforeEach
  void listen() throws IOException {
    assumeTrue(
        JnrLibc.get().effectiveUser() == 0,
        "needs root, of the machine or of a user namespace (unshare -Urnm)");
    kernel = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()));
    kernel.links().setUp(kernel.links().find("lo").orElseThrow().index(), true);
    streams = kernel.namespace().call(() -> new ServerSocket(PORT, ENOUGH, SERVER));
    datagrams = kernel.namespace().call(() -> new DatagramSocket(PORT, SERVER));
    serve(this::acceptAll);
  }

  @AfterEach
  void close() throws IOException {
    if (kernel != null) {
      streams.close();
      datagrams.close();
      server.close();
      kernel.close();
    }
  }

  @Test
  void aDatagramThatNobodyAnsweredIsLost() throws IOException {
    Talk.Report report = talk(1, 0);

    assertThat(report.faults()).isEmpty();
    assertThat(report.connections()).isPositive();
    assertThat(report.overflows()).isZero();
    assertThat(report.lost()).isEqualTo(report.unanswered()).isEqualTo((report.sent() + 1) / 2);
    assertThat(report.longest().getFirst().datagrams()).isEqualTo(1);
  }

  @Test
  void theNetworkDidNotLoseWhatFoundNoRoomInTheBufferOfASocket() throws IOException {
    datagrams.setReceiveBufferSize(SMALL_BUFFER);

    Talk.Report report = talk(0, PAUSE_MILLIS);

    assertThat(report.faults()).isEmpty();
    assertThat(report.overflows()).isPositive().isEqualTo(report.unanswered());
    assertThat(report.lost()).isZero();
  }

  private Talk.Report talk(int swallowed, int pauseMillis) throws IOException {
    serve(() -> answer(swallowed, pauseMillis));
    try (Talk talk = Talk.begin(itself(), itself(), SERVER.getHostAddress(), PORT)) {
      Eventually.until(() -> heard + " datagrams come", () -> heard.get() >= ENOUGH);
      return talk.end();
    }
  }

  private NetworkNamespace itself() {
    return NetworkNamespace.open(JnrLibc.get(), kernel.namespace().path());
  }

  /// @param swallowed of two datagrams
  /// @param pauseMillis before the next one is read
  private void answer(int swallowed, int pauseMillis) throws IOException {
    var packet = new DatagramPacket(new byte[Integer.BYTES], Integer.BYTES);
    while (true) {
      datagrams.receive(packet);
      if (heard.getAndIncrement() % 2 >= swallowed) {
        datagrams.send(packet);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMillis));
    }
  }

  private void acceptAll() throws IOException {
    while (true) {
      Socket accepted = streams.accept();
      serve(
          () -> {
            try (accepted) {
              accepted.getInputStream().transferTo(accepted.getOutputStream());
            }
          });
    }
  }

  /// Work until its socket is closed.
  private interface Service {
    void run() throws IOException;
  }

  private void serve(Service service) {
    server.execute(
        () -> {
          try {
            service.run();
          } catch (SocketException _) {
            // the test has closed it
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.probe;

import dev.brindle.api.net.IpAddress;
import dev.brindle.lab.host.Host;
import dev.brindle.lab.topology.Traffic;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.ProtocolFamily;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/// Tries to reach an address from inside a machine, by real packets, within a bounded time.
public final class Probe {

  private static final byte[] QUESTION = {'b', 'r', 'i', 'n', 'd', 'l', 'e'};
  private static final int UDP_TRIES = 3;

  private Probe() {}

  /// What came of it.
  public record Answer(boolean reached, String detail) {}

  public static Answer send(Host from, IpAddress to, Traffic traffic, Duration patience) {
    long begin = System.nanoTime();
    try {
      boolean reached =
          switch (traffic.kind()) {
            case TCP -> tcp(from, to, traffic.port(), patience);
            case UDP -> udp(from, to, traffic.port(), patience);
            case ICMP -> icmp(from, to, patience);
          };
      return reached
          ? new Answer(true, "%.1f ms".formatted((System.nanoTime() - begin) / 1e6))
          : new Answer(false, "no answer within " + seconds(patience));
    } catch (SocketTimeoutException e) {
      return new Answer(false, "no answer within " + seconds(patience));
    } catch (ConnectException | PortUnreachableException e) {
      return new Answer(false, "refused");
    } catch (IOException e) {
      return new Answer(false, String.valueOf(e.getMessage()));
    }
  }

  private static boolean tcp(Host from, IpAddress to, int port, Duration patience)
      throws IOException {
    try (SocketChannel channel = from.inside(() -> SocketChannel.open(family(to)))) {
      int millis = Math.toIntExact(patience.toMillis());
      channel.socket().connect(new InetSocketAddress(java(to), port), millis);
      channel.socket().setSoTimeout(millis);
      channel.socket().getOutputStream().write(QUESTION);
      byte[] answer = channel.socket().getInputStream().readNBytes(QUESTION.length);
      return Arrays.equals(answer, QUESTION);
    }
  }

  private static boolean udp(Host from, IpAddress to, int port, Duration patience)
      throws IOException {
    try (DatagramChannel channel = from.inside(() -> DatagramChannel.open(family(to)))) {
      channel.connect(new InetSocketAddress(java(to), port));
      channel.socket().setSoTimeout(Math.toIntExact(patience.toMillis()) / UDP_TRIES);
      for (int tried = 1; ; tried++) {
        try {
          return askOnce(channel);
        } catch (SocketTimeoutException e) {
          if (tried == UDP_TRIES) {
            throw e;
          }
        }
      }
    }
  }

  private static boolean askOnce(DatagramChannel channel) throws IOException {
    var question = new DatagramPacket(QUESTION, QUESTION.length);
    channel.socket().send(question);
    byte[] buffer = new byte[QUESTION.length];
    var answer = new DatagramPacket(buffer, buffer.length);
    channel.socket().receive(answer);
    return Arrays.equals(buffer, QUESTION);
  }

  private static boolean icmp(Host from, IpAddress to, Duration patience) {
    try (IcmpEcho echo = from.inside(() -> IcmpEcho.open(to))) {
      return echo.ask(QUESTION, patience);
    }
  }

  static ProtocolFamily family(IpAddress address) {
    return address.isIpv4() ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
  }

  static InetAddress java(IpAddress address) throws UnknownHostException {
    return InetAddress.getByAddress(address.bytes());
  }

  private static String seconds(Duration patience) {
    return "%.1f s".formatted(patience.toMillis() / (double) TimeUnit.SECONDS.toMillis(1));
  }
}

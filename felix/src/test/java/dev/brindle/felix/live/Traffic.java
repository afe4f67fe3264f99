// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.live;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.brindle.linux.libc.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/// Real sockets between namespaces. A socket is opened inside and used from here.
final class Traffic {

  /// Long for a packet within one machine; all that a dropped one costs. It counts only if threads
  /// had the processor meanwhile: on a machine that stands still packets are late.
  private static final int PATIENCE_IN_MILLIS = 400;

  private static final int MOST_TRIES = 8;

  private Traffic() {}

  /// Whether a datagram arrives and its answer comes back.
  static boolean udp(NetworkNamespace from, NetworkNamespace to, String address, int port) {
    return udp(from, new InetSocketAddress(0), to, address, port);
  }

  static boolean udp(
      NetworkNamespace from,
      InetSocketAddress source,
      NetworkNamespace to,
      String address,
      int port) {
    return exchange(from, source, to, new InetSocketAddress(address, port), true);
  }

  /// Whether a datagram arrives, wherever its answer would go.
  static boolean arrives(
      NetworkNamespace from,
      InetSocketAddress source,
      NetworkNamespace to,
      String address,
      int port) {
    return exchange(from, source, to, new InetSocketAddress(address, port), false);
  }

  private static boolean exchange(
      NetworkNamespace from,
      InetSocketAddress source,
      NetworkNamespace to,
      InetSocketAddress target,
      boolean both) {
    return onAMachineThatRuns(() -> exchangeOnce(from, source, to, target, both));
  }

  private static boolean onAMachineThatRuns(BooleanSupplier attempt) {
    for (int i = 0; i < MOST_TRIES; i++) {
      try (Heartbeat beat = new Heartbeat()) {
        if (attempt.getAsBoolean()) {
          return true;
        }
        if (!beat.hasPaused()) {
          return false;
        }
      }
    }
    return false; // so often is no accident
  }

  private static boolean exchangeOnce(
      NetworkNamespace from,
      InetSocketAddress source,
      NetworkNamespace to,
      InetSocketAddress target,
      boolean both) {
    try (DatagramSocket server = to.call(() -> new DatagramSocket(target.getPort()));
        DatagramSocket client = from.call(() -> new DatagramSocket(source))) {
      server.setSoTimeout(PATIENCE_IN_MILLIS);
      client.setSoTimeout(PATIENCE_IN_MILLIS);
      byte[] payload = "question".getBytes(US_ASCII);
      client.send(new DatagramPacket(payload, payload.length, target));
      DatagramPacket packet = new DatagramPacket(new byte[64], 64);
      server.receive(packet);
      if (both) {
        server.send(packet);
        client.receive(packet);
      }
      return true;
    } catch (SocketTimeoutException _) {
      return false;
    } catch (IOException e) {
      return notSent(e);
    }
  }

  /// The kernel tells who sends that a rule dropped the packet on its way out.
  private static boolean notSent(IOException e) {
    if ("Operation not permitted".equals(e.getMessage())) {
      return false;
    }
    throw new UncheckedIOException(e);
  }

  /// Whether a connection can be made.
  static boolean tcp(NetworkNamespace from, NetworkNamespace to, String address, int port) {
    return onAMachineThatRuns(() -> tcpOnce(from, to, address, port));
  }

  private static boolean tcpOnce(
      NetworkNamespace from, NetworkNamespace to, String address, int port) {
    try (ServerSocket server = to.call(() -> new ServerSocket(port));
        Socket client = from.call(Traffic::unconnected)) {
      client.connect(new InetSocketAddress(address, port), PATIENCE_IN_MILLIS);
      return server.isBound();
    } catch (SocketTimeoutException _) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A socket of the kernel's comes with the first option.
  static Socket unconnected() throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    return socket;
  }

  /// Whether an echo comes back.
  static boolean ping(NetworkNamespace from, String address) {
    Callable<Boolean> echo = () -> InetAddress.getByName(address).isReachable(PATIENCE_IN_MILLIS);
    return onAMachineThatRuns(() -> from.<Boolean>call(echo));
  }

  /// Java looks once, when it starts.
  static boolean speaksIpv6() throws IOException {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET6)) {
      return channel.isOpen();
    } catch (UnsupportedOperationException _) {
      return false;
    }
  }
}

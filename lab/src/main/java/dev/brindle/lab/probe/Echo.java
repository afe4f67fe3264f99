// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.probe;

import dev.brindle.lab.host.Host;
import dev.brindle.lab.topology.Traffic;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// What a machine of the lab answers: it sends back what it gets, on the ports it is given. ICMP is
/// the kernel's business.
public final class Echo implements AutoCloseable {

  private static final int LARGEST = 2048;
  private static final int PATIENCE_MILLIS = 5_000;

  private final List<Closeable> sockets = new ArrayList<>();

  private Echo() {}

  public static Echo start(Host host, Collection<Traffic> served) {
    Echo echo = new Echo();
    for (Traffic traffic : served) {
      switch (traffic.kind()) {
        case TCP -> echo.serveTcp(host, traffic.port());
        case UDP -> echo.serveUdp(host, traffic.port());
        case ICMP -> {}
      }
    }
    return echo;
  }

  private void serveTcp(Host host, int port) {
    ServerSocketChannel listener =
        host.inside(() -> ServerSocketChannel.open().bind(new InetSocketAddress(port)));
    sockets.add(listener);
    Thread.ofVirtual().start(() -> acceptAll(listener));
  }

  private static void acceptAll(ServerSocketChannel listener) {
    while (listener.isOpen()) {
      try {
        SocketChannel connection = listener.accept();
        Thread.ofVirtual().start(() -> answer(connection));
      } catch (AsynchronousCloseException e) {
        return;
      } catch (IOException _) {
        // that connection is gone; the next may be better
      }
    }
  }

  private static void answer(SocketChannel connection) {
    try (connection) {
      connection.socket().setSoTimeout(PATIENCE_MILLIS);
      byte[] bytes = new byte[LARGEST];
      int length = connection.socket().getInputStream().read(bytes);
      if (length > 0) {
        connection.socket().getOutputStream().write(bytes, 0, length);
      }
    } catch (IOException _) {
      // the other side went away: its loss, and it will notice
    }
  }

  private void serveUdp(Host host, int port) {
    DatagramChannel channel =
        host.inside(() -> DatagramChannel.open().bind(new InetSocketAddress(port)));
    sockets.add(channel);
    Thread.ofVirtual().start(() -> echoAll(channel));
  }

  private static void echoAll(DatagramChannel channel) {
    ByteBuffer buffer = ByteBuffer.allocate(LARGEST);
    while (channel.isOpen()) {
      try {
        SocketAddress sender = channel.receive(buffer.clear());
        channel.send(buffer.flip(), sender);
      } catch (AsynchronousCloseException e) {
        return;
      } catch (IOException _) {
        // no route back to that sender, or an ICMP error of an earlier answer
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (Closeable socket : sockets) {
      socket.close();
    }
  }
}

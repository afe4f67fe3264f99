// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import dev.brindle.api.net.IpAddress;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.node.doctor.check.PeerCheck.Outcome;
import dev.brindle.node.doctor.check.PeerCheck.Peer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/// Connects to BGP ports, says nothing and hangs up. Not to be done where there is a session: the
/// peer takes a second connection for a restart of ours (RFC 4724, 5).
final class ConnectProbe {

  private final NetworkNamespace namespace;
  private final Duration patience;

  ConnectProbe(NetworkNamespace namespace, Duration patience) {
    this.namespace = namespace;
    this.patience = patience;
  }

  /// @param from our address
  Peer ask(String name, IpAddress from, IpAddress to, int port) {
    try (SocketChannel channel = namespace.call(SocketChannel::open)) {
      channel.bind(new InetSocketAddress(java(from), 0));
      channel.socket().connect(new InetSocketAddress(java(to), port), (int) patience.toMillis());
      return new Peer(name, to, port, Outcome.CONNECTED, "");
    } catch (SocketTimeoutException _) {
      return new Peer(
          name,
          to,
          port,
          Outcome.TIMED_OUT,
          "no answer within %d ms".formatted(patience.toMillis()));
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      boolean isRefused = e instanceof ConnectException && why.contains("refused");
      return new Peer(name, to, port, isRefused ? Outcome.REFUSED : Outcome.UNREACHABLE, why);
    }
  }

  private static InetAddress java(IpAddress address) {
    try {
      return InetAddress.getByAddress(address.bytes());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.PeerRange;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes calls, and finds the peer whose call it is. Only peers are answered, those that are
/// configured and those that come from a range; others get no octet. On the speaker's thread.
final class Reception {

  private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

  private final Workshop workshop;
  private final Guests guests;
  private final Supplier<List<PeerRange>> ranges;
  private final Callees callees = new Callees();
  private final Strangers strangers = new Strangers();

  /// @param guests peers that are made by their calls
  Reception(Workshop workshop, Guests guests, Supplier<List<PeerRange>> ranges) {
    this.workshop = workshop;
    this.guests = guests;
    this.ranges = ranges;
  }

  /// Whose calls are taken.
  Callees callees() {
    return callees;
  }

  void answer(Channel channel) {
    PeerConnection call =
        PeerConnection.on(channel, workshop.transport().loops(), workshop.batches());
    try {
      if (call.channel().remoteAddress() instanceof InetSocketAddress remote
          && call.channel().localAddress() instanceof InetSocketAddress local) {
        answer(call, remote, SocketAddresses.from(local));
      } else {
        call.close(); // gone already
      }
    } catch (RuntimeException | Error e) {
      LOG.error("failed at a BGP connection from {}", call.channel().remoteAddress(), e);
      call.close();
    }
  }

  private void answer(PeerConnection call, InetSocketAddress remote, IpAddress local) {
    Optional<Peer> callee = callee(remote, local);
    if (callee.filter(peer -> peer.offer(call)).isEmpty()) {
      strangers.turnedAway(
          remote,
          callee.isPresent()
              ? "it has a session, must wait, comes and goes too often, or its call could not be"
                  + " secured"
              : "no neighbor calls from there",
          workshop.clock().instant());
      call.close();
    }
  }

  private Optional<Peer> callee(InetSocketAddress remote, IpAddress local) {
    IpAddress address = SocketAddresses.from(remote);
    return callees.knows(address)
        ? callees.of(remote, local)
        : guests.welcome(ranges.get(), address);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd.live;

import dev.brindle.api.net.IpAddress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The receiving sockets: one for each address and port that some session needs, as long as it
/// does. What cannot be opened is tried again. On the loop.
@SuppressWarnings("FutureReturnValueIgnored") // closing has no outcome that matters
final class Receivers {

  private static final Logger LOG = LoggerFactory.getLogger(Receivers.class);
  private static final int RETRY_SECONDS = 5;

  private final EventLoop loop;
  private final Inbox inbox;
  private final Map<Place, Receiver> open = new HashMap<>();

  /// Where datagrams go.
  interface Inbox {

    /// @param datagram is released afterwards
    void received(DatagramPacket datagram, boolean isMultihop);
  }

  private record Place(IpAddress address, boolean isMultihop, int port) {}

  Receivers(EventLoop loop, Inbox inbox) {
    this.loop = loop;
    this.inbox = inbox;
  }

  void need(BfdTarget target) {
    for (IpAddress address : target.listen()) {
      Place place = new Place(address, target.isMultihop(), target.port());
      Receiver receiver = open.computeIfAbsent(place, Receiver::new);
      receiver.users++;
      if (receiver.users == 1) {
        receiver.open();
      }
    }
  }

  void release(BfdTarget target) {
    for (IpAddress address : target.listen()) {
      Place place = new Place(address, target.isMultihop(), target.port());
      Receiver receiver = open.get(place);
      if (receiver != null && --receiver.users == 0) {
        open.remove(place);
        receiver.close();
      }
    }
  }

  /// Why one of its sockets is not there; empty if nothing is wrong.
  String problem(BfdTarget target) {
    for (IpAddress address : target.listen()) {
      Receiver receiver = open.get(new Place(address, target.isMultihop(), target.port()));
      if (receiver != null && !receiver.problem.isEmpty()) {
        return receiver.problem;
      }
    }
    return "";
  }

  private final class Receiver {

    private final Place place;
    private int users;
    private String problem = "";
    private boolean isClosed;
    private @Nullable Channel channel;
    private @Nullable Future<?> retry;

    Receiver(Place place) {
      this.place = place;
    }

    void open() {
      BfdSockets.receive(loop, place.address(), place.port(), place.isMultihop(), new Reader(place))
          .addListener(done -> opened((ChannelFuture) done));
    }

    private void opened(ChannelFuture done) {
      if (isClosed) {
        done.channel().close();
      } else if (done.isSuccess()) {
        problem = "";
        channel = done.channel();
      } else {
        String before = problem;
        problem =
            "cannot listen for BFD on port %d of %s: %s; does another BFD daemon run here?"
                .formatted(place.port(), place.address(), done.cause().getMessage());
        if (!problem.equals(before)) {
          LOG.warn("{}; trying again every {} s", problem, RETRY_SECONDS);
        }
        done.channel().close();
        retry = loop.schedule(this::open, RETRY_SECONDS, TimeUnit.SECONDS);
      }
    }

    void close() {
      isClosed = true;
      if (retry != null) {
        retry.cancel(false);
      }
      if (channel != null) {
        channel.close();
      }
    }
  }

  private final class Reader extends SimpleChannelInboundHandler<DatagramPacket> {

    private final boolean isMultihop;

    Reader(Place place) {
      super(DatagramPacket.class);
      this.isMultihop = place.isMultihop();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket datagram) {
      inbox.received(datagram, isMultihop);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      LOG.error("failed at a BFD packet", cause); // the next one may be better
    }
  }
}

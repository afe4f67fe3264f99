// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd.live;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bfd.BfdCodec;
import dev.brindle.bird.bfd.BfdPacket;
import dev.brindle.bird.bfd.BfdSession;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors.NativeIoException;
import io.netty.util.concurrent.Future;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The sending socket of one session, and the packet that is always ready. On the loop.
@SuppressWarnings("FutureReturnValueIgnored") // closing has no outcome that matters
final class Transmitter {

  private static final int RETRY_SECONDS = 5;
  private static final int ATTEMPTS_IN_A_ROW = 64;
  private static final int EADDRINUSE = 98;

  /// Said so often, because nobody is there to say it again.
  private static final int FAREWELLS = 3;

  private final EventLoop loop;
  private final BfdTarget target;
  private final int scope;
  private final SourcePorts ports;
  private final ByteBuf content = Unpooled.directBuffer(BfdCodec.LENGTH, BfdCodec.LENGTH);
  private final DatagramPacket ready;
  private @Nullable BfdSession written;
  private @Nullable Channel channel;
  private @Nullable Future<?> retry;
  private boolean isClosed;
  private String problem = "";

  /// @param scope of the peer's link, as it is now
  Transmitter(EventLoop loop, BfdTarget target, int scope, SourcePorts ports) {
    this.loop = loop;
    this.target = target;
    this.ports = ports;
    this.scope = scope;
    this.ready = new DatagramPacket(content, BfdSockets.peer(target, scope));
  }

  /// Empty if nothing is wrong.
  String problem() {
    return problem;
  }

  /// Whoever watches a peer on a link begins anew when the link comes.
  void open() {
    if (scope == LinkScope.NONE) {
      problem = "cannot send BFD to %s: there is no such interface".formatted(target.name());
      return;
    }
    open(ATTEMPTS_IN_A_ROW);
  }

  private void open(int attempts) {
    OptionalInt port = ports.take();
    if (port.isEmpty()) {
      problem = "all source ports are in use, so no more BFD sessions are possible";
      return;
    }
    IpAddress any = IpAddress.parse(target.peer().isIpv4() ? "0.0.0.0" : "::");
    BfdSockets.send(loop, target.source().orElse(any), port.getAsInt(), new Complaints())
        .addListener(done -> opened((ChannelFuture) done, port.getAsInt(), attempts - 1));
  }

  private void opened(ChannelFuture done, int port, int attempts) {
    if (done.isSuccess() && !isClosed) {
      problem = "";
      channel = done.channel();
      channel.closeFuture().addListener(_ -> ports.giveBack(port));
      return;
    }
    ports.giveBack(port);
    done.channel().close();
    if (isClosed) {
      return;
    }
    problem =
        "cannot send BFD from port %d of %s: %s"
            .formatted(
                port, target.source().map(IpAddress::toString).orElse("any address"), done.cause());
    if (attempts > 0 && isTaken(done.cause())) {
      open(attempts);
    } else {
      retry = loop.schedule(() -> open(ATTEMPTS_IN_A_ROW), RETRY_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static boolean isTaken(Throwable cause) {
    return cause instanceof NativeIoException failure && failure.expectedErr() == -EADDRINUSE;
  }

  /// The packet is written only when it says something new.
  ///
  /// @return whether it was given to the kernel
  boolean send(BfdSession session) {
    if (channel == null) {
      return false;
    }
    if (!session.equals(written)) {
      content.clear();
      BfdCodec.write(session.packet(false), content);
      written = session;
    }
    problem = "";
    ready.retain();
    channel.writeAndFlush(ready, channel.voidPromise());
    return true;
  }

  boolean answer(BfdPacket packet) {
    if (channel == null) {
      return false;
    }
    ByteBuf answer = channel.alloc().directBuffer(BfdCodec.LENGTH);
    BfdCodec.write(packet, answer);
    channel.writeAndFlush(new DatagramPacket(answer, ready.recipient()), channel.voidPromise());
    return true;
  }

  /// @param last says that we are gone
  void close(BfdSession last) {
    for (int i = 0; i < FAREWELLS; i++) {
      send(last);
    }
    isClosed = true;
    if (retry != null) {
      retry.cancel(false);
    }
    if (channel != null) {
      channel.close();
      channel = null;
    }
    content.release();
  }

  /// A packet that could not be sent is a lost packet. What the kernel says against it is kept for
  /// the report until one goes through.
  private final class Complaints extends ChannelInboundHandlerAdapter {

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      problem = "cannot send BFD to %s: %s".formatted(target.name(), cause.getMessage());
    }
  }
}

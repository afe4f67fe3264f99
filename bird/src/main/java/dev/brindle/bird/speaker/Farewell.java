// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What follows our NOTIFICATION. A socket that is closed while the peer still talks resets the
/// connection, and the kernel drops what it had not sent yet: the peer would never hear the last
/// word, and take our end for a restart. So we say that nothing more comes, and read and forget
/// until the peer has closed, for a while. On the channel's loop.
@SuppressWarnings("FutureReturnValueIgnored") // closing has no outcome that matters
final class Farewell extends ChannelInboundHandlerAdapter {

  /// Enough for a peer that works off a full table, too short to be noticed.
  static final int PATIENCE_MILLIS = 5_000;

  /// More than the kernels on both sides hold of what was said before.
  private static final long MOST_OCTETS = 64 << 20;

  private long octets;
  private @Nullable Future<?> deadline;

  /// @param handlers of the channel so far, which hear nothing more
  static void begin(Channel channel, ChannelHandler... handlers) {
    if (!channel.eventLoop().inEventLoop()) {
      channel.eventLoop().execute(() -> begin(channel, handlers)); // it has gone to another loop
      return;
    }
    if (!channel.isActive()) {
      channel.close();
      return;
    }
    Farewell farewell = new Farewell();
    for (ChannelHandler handler : handlers) {
      channel.pipeline().remove(handler);
    }
    channel.pipeline().addLast(farewell);
    farewell.deadline =
        channel.eventLoop().schedule(() -> channel.close(), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER) // after all that was sent before
        .addListener(
            sent -> {
              if (sent.isSuccess()) {
                ((DuplexChannel) channel).shutdownOutput();
              } else {
                channel.close();
              }
            });
    channel.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf forgotten = (ByteBuf) message;
    octets += forgotten.readableBytes();
    forgotten.release();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (octets < MOST_OCTETS) {
      context.read();
    } else {
      context.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki.live;

import dev.brindle.bird.rpki.RtrCodec;
import dev.brindle.bird.rpki.RtrEvent;
import dev.brindle.bird.rpki.RtrReading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/// Reads PDUs of a cache while they are wanted. Of a PDU that has not come whole, at most its
/// longest is kept; nothing is read while there is enough to go on with.
@SuppressWarnings("FutureReturnValueIgnored") // closing has no outcome that matters
final class RtrInbound extends ChannelInboundHandlerAdapter {

  private final CacheLink link;
  private ByteBuf rest = Unpooled.EMPTY_BUFFER;

  /// What the link says to it.
  enum Wake {
    READ
  }

  RtrInbound(CacheLink link) {
    this.link = link;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    if (rest.isReadable()) {
      ByteBuf joined = context.alloc().buffer(rest.readableBytes() + in.readableBytes());
      joined.writeBytes(rest).writeBytes(in);
      rest.release();
      in.release();
      rest = joined;
    } else {
      rest.release();
      rest = in;
    }
    if (take(context)) {
      link.progress();
    }
  }

  /// @return whether at least one PDU was read
  private boolean take(ChannelHandlerContext context) {
    boolean isProgress = false;
    while (link.isOpen(context.channel()) && link.reads()) {
      switch (RtrCodec.read(rest)) {
        case RtrReading.Incomplete() -> {
          return isProgress;
        }
        case RtrReading.Understood(var version, var pdu) -> {
          isProgress = true;
          link.received(new RtrEvent.Received(version, pdu));
        }
        case RtrReading.Refused(var error, var reason, var about) ->
            link.received(new RtrEvent.Unreadable(error, reason, about));
      }
    }
    return isProgress;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (link.isOpen(context.channel()) && link.reads()) {
      context.read();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == Wake.READ) {
      take(context);
      channelReadComplete(context);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (link.isOpen(context.channel())) {
      link.lost("it closed the connection");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (link.isOpen(context.channel())) {
      link.lost(String.valueOf(cause.getMessage()));
    }
    context.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    rest.release();
  }
}

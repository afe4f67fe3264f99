// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes calls, on the speaker's own thread.
@SuppressWarnings("FutureReturnValueIgnored") // it goes on after the rest, whatever happens
final class Acceptor extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);
  private static final int REST_SECONDS = 1;

  private final WriteBufferWaterMark waterMark;
  private final Consumer<Channel> calls;

  /// @param calls is given each connection, of which nothing has been read
  Acceptor(WriteBufferWaterMark waterMark, Consumer<Channel> calls) {
    this.waterMark = waterMark;
    this.calls = calls;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel call = (Channel) message;
    call.config().setAutoRead(false);
    call.config().setWriteBufferWaterMark(waterMark);
    context
        .channel()
        .eventLoop()
        .register(call)
        .addListener(
            joined -> {
              if (joined.isSuccess()) {
                calls.accept(call);
              } else {
                LOG.warn("a BGP connection could not be taken", joined.cause());
                call.unsafe().closeForcibly();
              }
            });
  }

  /// There are no more files to be had, most likely: callers wait in the kernel for a while.
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Channel listener = context.channel();
    LOG.warn("BGP calls are not taken for {} s", REST_SECONDS, cause);
    if (listener.config().isAutoRead()) {
      listener.config().setAutoRead(false);
      listener
          .eventLoop()
          .schedule(() -> listener.config().setAutoRead(true), REST_SECONDS, TimeUnit.SECONDS);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.wire.Message;
import dev.brindle.bird.wire.MessageCodec;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.PeerTerms;
import dev.brindle.bird.wire.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One TCP connection. Its loop reads one batch of messages and hands it to the speaker's thread,
/// which asks for the next: so a peer that talks faster than we think is slowed down by TCP, and
/// costs no queue. All methods are for the speaker's thread.
@SuppressWarnings("FutureReturnValueIgnored") // what fails comes to exceptionCaught
final class PeerConnection {

  private final Channel channel;
  private final Executor speaker;
  private final FrameReader reader;
  private PeerTerms terms;
  private @Nullable ConnectionEvents owner;

  private PeerConnection(Channel channel, Executor speaker) {
    this.channel = channel;
    this.speaker = speaker;
    this.terms = PeerTerms.beforeOpen(PeerKind.EXTERNAL);
    this.reader = new FrameReader(terms);
  }

  /// For a channel that is being set up, on its loop.
  static PeerConnection on(Channel channel, Executor speaker) {
    PeerConnection connection = new PeerConnection(channel, speaker);
    channel.pipeline().addLast(connection.reader, connection.new Inbound());
    return connection;
  }

  /// The one that `on` made for this channel.
  static PeerConnection of(Channel channel) {
    return Objects.requireNonNull(channel.pipeline().get(Inbound.class)).connection();
  }

  Channel channel() {
    return channel;
  }

  /// From now on the owner hears of this connection.
  void attach(ConnectionEvents events) {
    owner = events;
    if (channel.isActive()) {
      readOn();
    } else {
      tell(it -> it.lost("peer closed the connection")); // before anybody heard of it
    }
  }

  /// Nobody hears of it any more.
  void detach() {
    owner = null;
  }

  void readOn() {
    channel.read();
  }

  void agree(PeerTerms agreed) {
    terms = agreed;
    channel.eventLoop().execute(() -> reader.setTerms(agreed));
  }

  void send(Message message) {
    send(List.of(message));
  }

  /// One write for all of them.
  void send(List<? extends Message> messages) {
    ByteBuf out = channel.alloc().buffer();
    try {
      for (Message message : messages) {
        MessageCodec.encode(message, terms, out);
      }
    } catch (RuntimeException | Error e) {
      out.release();
      throw e;
    }
    channel.writeAndFlush(out, channel.voidPromise());
  }

  boolean isWritable() {
    return channel.isWritable();
  }

  /// After what was sent before.
  void close() {
    detach();
    channel.writeAndFlush(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
    if (!channel.isWritable() || !channel.isActive()) {
      channel.close(); // what it did not read so far it will not read now
    }
  }

  private void tell(Consumer<ConnectionEvents> news) {
    speaker.execute(
        () -> {
          if (owner != null) {
            news.accept(owner);
          }
        });
  }

  private final class Inbound extends ChannelInboundHandlerAdapter {

    private List<Reading> batch = new ArrayList<>();

    PeerConnection connection() {
      return PeerConnection.this;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      batch.add((Reading) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (batch.isEmpty()) {
        context.read();
        return;
      }
      List<Reading> readings = batch;
      batch = new ArrayList<>();
      tell(events -> events.received(readings));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      tell(events -> events.lost("peer closed the connection"));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      tell(events -> events.writable(context.channel().isWritable()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      if (cause instanceof IOException) {
        tell(events -> events.lost(String.valueOf(cause.getMessage())));
        context.close();
      } else {
        tell(events -> events.broken(cause)); // which hangs up, with a word
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.table.ExportBatch;
import dev.brindle.bird.wire.Message;
import dev.brindle.bird.wire.MessageCodec;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.PeerTerms;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One TCP connection. Its loop reads messages and hands them to the speaker's thread in batches,
/// at most two ahead of it: so a peer that talks faster than we think is slowed down by TCP, and
/// costs no queue. At first that loop is the speaker's own, which deals at once with what it reads.
/// All methods are for the speaker's thread.
@SuppressWarnings("FutureReturnValueIgnored") // what fails comes to exceptionCaught
final class PeerConnection {

  /// From so many octets on, in both directions, another loop reads and writes.
  private static final int MUCH = 64 * 1024;

  private final Channel channel;
  private final Loops loops;
  private final FrameReader reader;
  private final BatchPool pool;
  private PeerTerms terms;
  private @Nullable ConnectionEvents owner;
  private @Nullable SessionTap tap;
  private final Inbound inbound = new Inbound();
  private boolean holdsOn;
  private long said;
  private boolean isGivenAway;

  private PeerConnection(Channel channel, Loops loops, BatchPool pool) {
    this.channel = channel;
    this.pool = pool;
    this.loops = loops;
    this.terms = PeerTerms.beforeOpen(PeerKind.EXTERNAL);
    this.reader = new FrameReader(terms, pool);
  }

  /// For a channel that is being set up, on its loop.
  static PeerConnection on(Channel channel, Loops loops, BatchPool pool) {
    PeerConnection connection = new PeerConnection(channel, loops, pool);
    channel.pipeline().addLast(connection.reader, connection.inbound);
    return connection;
  }

  /// The one that `on` made for this channel; null if the channel has been closed already.
  static @Nullable PeerConnection of(Channel channel) {
    Inbound found = channel.pipeline().get(Inbound.class);
    return found == null ? null : found.connection();
  }

  Channel channel() {
    return channel;
  }

  /// Who is shown what is said from now on.
  void tap(SessionTap shown) {
    tap = shown;
  }

  /// From now on the owner hears of this connection.
  void attach(ConnectionEvents events) {
    owner = events;
    if (channel.isActive()) {
      inbound.begin();
    } else {
      tell(it -> it.lost("peer closed the connection")); // before anybody heard of it
    }
  }

  /// Nobody hears of it any more.
  void detach() {
    owner = null;
  }

  /// One batch has been dealt with.
  void readOn() {
    inbound.readOn();
  }

  void giveBack(Incoming.Routes routes) {
    pool.giveBack(routes.batch());
  }

  void agree(PeerTerms agreed) {
    terms = agreed;
    onLoop(() -> reader.setTerms(agreed));
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
    write(out);
  }

  private void write(ByteBuf out) {
    if (tap != null) {
      tap.said(out);
    }
    said += out.readableBytes();
    if (holdsOn) {
      holdsOn = false;
      channel.write(out, channel.voidPromise());
    } else {
      channel.writeAndFlush(out, channel.voidPromise());
    }
    considerGivingAway();
  }

  /// What is sent next leaves with what is sent after it, in one write, unless `flush` comes first.
  void holdOn() {
    holdsOn = true;
  }

  void flush() {
    holdsOn = false;
    channel.flush();
  }

  /// On the speaker's thread, which is the channel's until then.
  private void considerGivingAway() {
    if (!isGivenAway && owner != null && said + reader.octets() > MUCH) {
      isGivenAway = true;
      loops.giveAway(channel, inbound::settleIn);
    }
  }

  private void onLoop(Runnable work) {
    if (isGivenAway) {
      channel.eventLoop().execute(work);
    } else {
      work.run();
    }
  }

  /// What of a batch is for this source, in one write.
  ///
  /// @return how many messages that were
  int send(ExportBatch batch, int source) {
    if (batch.isWholeFor(source)) {
      write(batch.bytes().retainedDuplicate());
      return batch.messages();
    }
    ByteBuf out = channel.alloc().buffer(batch.bytes().readableBytes());
    int written;
    try {
      written = batch.writeFor(source, out);
    } catch (RuntimeException | Error e) {
      out.release();
      throw e;
    }
    if (out.isReadable()) {
      write(out);
    } else {
      out.release();
    }
    return written;
  }

  boolean isWritable() {
    return channel.isWritable();
  }

  /// After our last word, which the peer is to hear.
  void part(Farewells farewells) {
    detach();
    farewells.add(channel);
    channel.eventLoop().execute(() -> Farewell.begin(channel, reader, inbound));
  }

  /// After what was sent before, without a last word.
  void close() {
    detach();
    if (!channel.isOpen()) {
      return; // gone already, at the end of the speaker with all I/O loops
    }
    channel.writeAndFlush(channel.alloc().buffer(0)).addListener(ChannelFutureListener.CLOSE);
    if (!channel.isWritable() || !channel.isActive()) {
      channel.close(); // what it did not read so far it will not read now
    }
  }

  private void tell(Consumer<ConnectionEvents> news) {
    loops
        .own()
        .execute(
            () -> {
              if (owner != null) {
                news.accept(owner);
              }
            });
  }

  private final class Inbound extends ChannelInboundHandlerAdapter {

    private static final int AHEAD = 2;

    /// Batches that the speaker's thread has not dealt with yet.
    private final AtomicInteger underWay = new AtomicInteger();

    /// The loop does not read until it is told to. Whoever ends that reads.
    private final AtomicBoolean isWaiting = new AtomicBoolean(true);

    PeerConnection connection() {
      return PeerConnection.this;
    }

    void begin() {
      isWaiting.set(false);
      channel.read();
    }

    /// On another loop, which knows nothing of what the one before was to wait for.
    void settleIn() {
      if (!isWaiting.get()) {
        channel.read();
      }
    }

    /// On the speaker's thread; the loop is woken only if it waits.
    void readOn() {
      if (underWay.decrementAndGet() < AHEAD && isWaiting.compareAndSet(true, false)) {
        channel.eventLoop().execute(channel::read);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (reader.hasRead()) {
        List<Incoming> news = reader.take();
        underWay.incrementAndGet();
        if (loops.own().inEventLoop()) {
          if (owner != null) {
            owner.received(news);
          }
          considerGivingAway();
        } else {
          tell(events -> events.received(news));
        }
      }
      if (underWay.get() < AHEAD) {
        context.read();
        return;
      }
      isWaiting.set(true);
      // the last batch may have been dealt with just before anybody could see that we wait
      if (underWay.get() < AHEAD && isWaiting.compareAndSet(true, false)) {
        context.read();
      }
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
        tell(events -> events.lost(SystemWords.of(cause)));
        context.close();
      } else {
        tell(events -> events.broken(cause)); // which hangs up, with a word
      }
    }
  }
}

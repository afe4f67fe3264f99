// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bmp.live;

import dev.brindle.bird.bmp.BmpTarget;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way to one station: connects, connects again, and drops what it says. What it does not read
/// waits here, no more than `MOST_QUEUED` octets: beyond, the connection goes with all that waits,
/// and the next one begins with everything anew. Whoever sends never waits.
@SuppressWarnings("FutureReturnValueIgnored") // what fails comes as the end of the connection
public final class BmpLink {

  /// Above it the station has had its chance.
  public static final long MOST_QUEUED = 64L << 20;

  /// Above it nothing is sent that can wait.
  private static final long COMFORTABLE = 1L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(BmpLink.class);
  private static final int CONNECT_TIMEOUT_MILLIS = 15_000;
  private static final long FIRST_PAUSE_MILLIS = 1_000;
  private static final int MOST_DOUBLINGS = 6;

  private final BmpTarget target;
  private final EventLoop loop;
  private final Listener listener;

  // on the loop
  private int failures;
  private boolean isClosed;

  /// The one that who sends knows of.
  private @Nullable Connection begun;

  private volatile @Nullable Connection current;
  private final AtomicLong overflows = new AtomicLong();

  /// One connection.
  private static final class Connection {
    private final Channel channel;
    private final AtomicLong queued = new AtomicLong();

    Connection(Channel channel) {
      this.channel = channel;
    }
  }

  /// Hears on the loop.
  public interface Listener {

    /// A new connection: everything is to be told.
    void connected();

    /// More may be sent.
    void writable();
  }

  public BmpLink(BmpTarget target, EventLoop loop, Listener listener) {
    this.target = target;
    this.loop = loop;
    this.listener = listener;
    loop.execute(this::dial);
  }

  /// Whether there is a station that hears, and takes more than it must.
  public boolean isComfortable() {
    Connection connection = begun;
    return connection != null && connection == current && connection.queued.get() < COMFORTABLE;
  }

  public boolean isConnected() {
    return begun != null && begun == current;
  }

  /// How often the station was too slow.
  public long overflows() {
    return overflows.get();
  }

  /// From now on what is sent goes to the connection there is. Like `send` for one thread.
  public void begin() {
    begun = current;
  }

  /// Sends, and takes the buffer; forgets it if nobody hears.
  public void send(ByteBuf message) {
    Connection connection = begun;
    int octets = message.readableBytes();
    if (connection == null || connection != current) {
      message.release();
      return;
    }
    if (connection.queued.addAndGet(octets) > MOST_QUEUED) {
      message.release();
      overflow(connection);
      return;
    }
    connection
        .channel
        .writeAndFlush(message)
        .addListener(
            done -> {
              long left = connection.queued.addAndGet(-octets);
              if (done.isSuccess() && left < COMFORTABLE && left + octets >= COMFORTABLE) {
                listener.writable();
              }
            });
  }

  private void overflow(Connection connection) {
    current = null;
    overflows.incrementAndGet();
    LOG.warn(
        "BMP station {} does not read: {} MB wait for it; it is told everything anew",
        target,
        MOST_QUEUED >> 20);
    connection.channel.close();
  }

  /// What was sent before goes first, for a second.
  public void close() {
    loop.execute(
        () -> {
          isClosed = true;
          Connection connection = current;
          current = null;
          if (connection != null) {
            connection
                .channel
                .writeAndFlush(connection.channel.alloc().buffer(0))
                .addListener(ChannelFutureListener.CLOSE);
            loop.schedule(() -> connection.channel.close(), 1, TimeUnit.SECONDS);
          }
        });
  }

  // ---- on the loop

  private void dial() {
    if (isClosed) {
      return;
    }
    ChannelFuture attempt =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .handler(new Deaf())
            .connect(new InetSocketAddress(address(), target.port()));
    attempt.addListener(
        done -> {
          if (!done.isSuccess()) {
            failed(String.valueOf(done.cause().getMessage()));
          } else if (isClosed) {
            attempt.channel().close();
          } else {
            LOG.info("BMP station {} is connected", target);
            failures = 0;
            current = new Connection(attempt.channel());
            listener.connected();
          }
        });
  }

  private InetAddress address() {
    try {
      return InetAddress.getByAddress(target.address().bytes());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of 4 or 16 bytes is no address", e);
    }
  }

  private void failed(String reason) {
    if (failures == 0) {
      LOG.warn("BMP station {}: {}", target, reason); // once, until it works again
    }
    long pause = FIRST_PAUSE_MILLIS << Math.min(failures, MOST_DOUBLINGS);
    failures++;
    loop.schedule(this::dial, pause, TimeUnit.MILLISECONDS);
  }

  private void lost(Channel channel, String reason) {
    Connection connection = current;
    if (connection != null && connection.channel.equals(channel)) {
      current = null;
    }
    if (!isClosed) {
      failed(reason);
    }
  }

  /// RFC 7854 §3.2: a station says nothing that matters.
  private final class Deaf extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      lost(context.channel(), "it closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      LOG.debug("BMP station {}: {}", target, cause.getMessage());
      context.close();
    }
  }
}

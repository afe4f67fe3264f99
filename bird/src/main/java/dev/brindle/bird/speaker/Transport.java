// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.PeerConfig;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/// Sockets: epoll where the kernel has it, the JDK's otherwise.
final class Transport implements AutoCloseable {

  private static final int MAX_THREADS = 4;
  private static final int BACKLOG = 4096;
  private static final int CONNECT_TIMEOUT_MILLIS = 15_000;
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(256 * 1024, 1024 * 1024);

  private static final int MAX_TTL = 255;
  private static final ChannelOption<Integer> IP_TTL = new IntegerUnixChannelOption("IP_TTL", 0, 2);
  private static final ChannelOption<Integer> IP_MINTTL =
      new IntegerUnixChannelOption("IP_MINTTL", 0, 21);
  private static final ChannelOption<Integer> IPV6_UNICAST_HOPS =
      new IntegerUnixChannelOption("IPV6_UNICAST_HOPS", 41, 16);
  private static final ChannelOption<Integer> IPV6_MINHOPCOUNT =
      new IntegerUnixChannelOption("IPV6_MINHOPCOUNT", 41, 73);

  private final boolean isEpoll = Epoll.isAvailable();
  private final EventLoopGroup loops;

  Transport() {
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MAX_THREADS);
    loops =
        new MultiThreadIoEventLoopGroup(
            threads,
            new DefaultThreadFactory("bgp-io", true),
            isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  /// Whether the kernel can be told to check hop counts.
  boolean hasTtlSecurity() {
    return isEpoll;
  }

  /// @throws ListenException if the address or port is not to be had
  Channel listen(ListenAddress address, ChannelInitializer<Channel> onAccept) {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(isEpoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childHandler(onAccept)
            .bind(SocketAddresses.of(address))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new ListenException(
          "cannot listen for BGP on %s: %s; %s"
              .formatted(address, bound.cause().getMessage(), cure(address)),
          bound.cause());
    }
    answerFromNear(bound.channel());
    return bound.channel();
  }

  /// The kernel answers calls before we know whose they are, and a caller with TTL security hears
  /// only what started with the highest hop count.
  private void answerFromNear(Channel listener) {
    if (isEpoll) {
      listener.config().setOption(IP_TTL, MAX_TTL);
      if (listener.localAddress() instanceof InetSocketAddress local
          && local.getAddress() instanceof Inet6Address) {
        listener.config().setOption(IPV6_UNICAST_HOPS, MAX_TTL);
      }
    }
  }

  private static String cure(ListenAddress address) {
    return "stop what listens there (ss -ltnp 'sport = :%d'), ".formatted(address.port())
        + "set another listenPort in the BGPConfiguration,"
        + " or, for a port below 1024, run with CAP_NET_BIND_SERVICE";
  }

  /// The channel is there at once, the connection when the future says so.
  ChannelFuture dial(PeerConfig peer, ChannelInitializer<Channel> onCreate) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops)
            .channel(isEpoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .handler(onCreate);
    InetSocketAddress remote = SocketAddresses.of(peer.address(), peer.port());
    return peer.source().isPresent()
        ? bootstrap.connect(remote, SocketAddresses.of(peer.source().get(), 0))
        : bootstrap.connect(remote);
  }

  /// Lets the kernel drop what comes from further away (RFC 5082). Before the connection is made,
  /// or as soon as it was accepted.
  void secure(Channel channel, PeerConfig peer) {
    if (peer.ttlSecurity() == 0) {
      return;
    }
    int least = MAX_TTL + 1 - peer.ttlSecurity();
    boolean isIpv4 = peer.address().isIpv4();
    channel.config().setOption(isIpv4 ? IP_TTL : IPV6_UNICAST_HOPS, MAX_TTL);
    channel.config().setOption(isIpv4 ? IP_MINTTL : IPV6_MINHOPCOUNT, least);
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}

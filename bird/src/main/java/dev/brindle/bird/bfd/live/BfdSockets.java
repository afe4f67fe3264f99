// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd.live;

import dev.brindle.api.net.IpAddress;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the sockets of BFD. What cannot be set as it must be fails the opening.
final class BfdSockets {

  private static final Logger LOG = LoggerFactory.getLogger(BfdSockets.class);
  private static final int MAX_TTL = 255;
  private static final int LARGEST_PACKET = 128;
  private static final int PACKETS_PER_READ = 512;

  /// Room for what comes while we are stopped by the garbage collector.
  private static final int RECEIVE_BUFFER = 4 << 20;

  private static final int TOS_NETWORK_CONTROL = 0xc0;

  private static final ChannelOption<Integer> IP_TOS = new IntegerUnixChannelOption("IP_TOS", 0, 1);
  private static final ChannelOption<Integer> IP_TTL = new IntegerUnixChannelOption("IP_TTL", 0, 2);
  private static final ChannelOption<Integer> IPV6_UNICAST_HOPS =
      new IntegerUnixChannelOption("IPV6_UNICAST_HOPS", 41, 16);
  private static final ChannelOption<Integer> IPV6_V6ONLY =
      new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);
  private static final ChannelOption<Integer> IPV6_TCLASS =
      new IntegerUnixChannelOption("IPV6_TCLASS", 41, 67);
  private static final ChannelOption<Integer> SO_RCVBUFFORCE =
      new IntegerUnixChannelOption("SO_RCVBUFFORCE", 1, 33);

  private BfdSockets() {}

  /// @param isMultihop packets of others than neighbours pass too
  static ChannelFuture receive(
      EventLoop loop, IpAddress address, int port, boolean isMultihop, ChannelHandler reader) {
    boolean isIpv4 = address.isIpv4();
    return open(
        loop,
        socket(address, port),
        isIpv4,
        channel -> {
          if (!isMultihop) {
            SocketFilter.passNeighboursOnly(channel, isIpv4);
          }
          enlarge(channel);
          channel
              .config()
              .setRecvByteBufAllocator(
                  new FixedRecvByteBufAllocator(LARGEST_PACKET)
                      .maxMessagesPerRead(PACKETS_PER_READ));
          channel.pipeline().addLast(reader);
        });
  }

  private static void enlarge(Channel channel) {
    try {
      channel.config().setOption(SO_RCVBUFFORCE, RECEIVE_BUFFER);
    } catch (ChannelException e) {
      LOG.debug("the receive buffer is limited by net.core.rmem_max", e);
      channel.config().setOption(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER);
    }
  }

  static ChannelFuture send(EventLoop loop, IpAddress address, int port, ChannelHandler errors) {
    boolean isIpv4 = address.isIpv4();
    return open(
        loop,
        socket(address, port),
        isIpv4,
        channel -> {
          SocketFilter.passNothing(channel);
          set(channel, isIpv4 ? IP_TTL : IPV6_UNICAST_HOPS, MAX_TTL);
          set(channel, isIpv4 ? IP_TOS : IPV6_TCLASS, TOS_NETWORK_CONTROL);
          channel.pipeline().addLast(errors);
        });
  }

  /// If setting it up fails, netty logs why and closes the channel, so binding fails too.
  private static ChannelFuture open(
      EventLoop loop, InetSocketAddress address, boolean isIpv4, Consumer<Channel> setUp) {
    return new Bootstrap()
        .group(loop)
        .channelFactory(
            () ->
                new EpollDatagramChannel(
                    isIpv4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6))
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                if (!isIpv4) {
                  set(channel, IPV6_V6ONLY, 1);
                }
                setUp.accept(channel);
              }
            })
        .bind(address);
  }

  private static void set(Channel channel, ChannelOption<Integer> option, int value) {
    if (!channel.config().setOption(option, value)) {
      throw new ChannelException("the socket does not know " + option);
    }
  }

  /// Where packets for a peer go.
  ///
  /// @param scope of its link
  static InetSocketAddress peer(BfdTarget target, int scope) {
    InetSocketAddress plain = socket(target.peer(), target.port());
    if (scope <= LinkScope.ANY) {
      return plain;
    }
    try {
      byte[] bytes = plain.getAddress().getAddress();
      return new InetSocketAddress(Inet6Address.getByAddress(null, bytes, scope), plain.getPort());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("%s is on no link".formatted(target.name()), e);
    }
  }

  static InetSocketAddress socket(IpAddress address, int port) {
    try {
      return new InetSocketAddress(InetAddress.getByAddress(address.bytes()), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of 4 or 16 bytes is no address", e);
    }
  }
}

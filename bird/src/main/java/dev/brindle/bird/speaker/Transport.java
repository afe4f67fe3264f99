// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.AoKey;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.Password;
import dev.brindle.bird.topology.PeerConfig;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/// Sockets: epoll where the kernel has it, the JDK's otherwise.
final class Transport implements AutoCloseable {

  private static final int BACKLOG = 4096;
  private static final int CONNECT_TIMEOUT_MILLIS = 15_000;
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(256 * 1024, 1024 * 1024);

  private static final long LOOPBACK = 0x7f000001L;
  private static final int MAX_TTL = 255;
  private static final ChannelOption<Integer> IP_TTL = new IntegerUnixChannelOption("IP_TTL", 0, 2);
  private static final ChannelOption<Integer> IP_MINTTL =
      new IntegerUnixChannelOption("IP_MINTTL", 0, 21);
  private static final ChannelOption<Integer> IPV6_UNICAST_HOPS =
      new IntegerUnixChannelOption("IPV6_UNICAST_HOPS", 41, 16);
  private static final ChannelOption<Integer> IPV6_MINHOPCOUNT =
      new IntegerUnixChannelOption("IPV6_MINHOPCOUNT", 41, 73);

  private final boolean isEpoll = Epoll.isAvailable();
  private final boolean canSign = isEpoll && probeSigning();
  private final Loops loops =
      new Loops(isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  private final Farewells farewells = new Farewells();

  Loops loops() {
    return loops;
  }

  Farewells farewells() {
    return farewells;
  }

  /// Whether the kernel can be told to check hop counts.
  boolean hasTtlSecurity() {
    return isEpoll;
  }

  /// Whether the kernel can be told to sign segments.
  boolean hasPasswords() {
    return canSign;
  }

  private static boolean probeSigning() {
    EpollSocketChannel channel = new EpollSocketChannel();
    try {
      sign(channel, Map.of(IpAddress.ofIpv4(LOOPBACK), new Password("probe")), false);
      return true;
    } catch (ChannelException e) {
      return false; // built without CONFIG_TCP_MD5SIG
    } finally {
      channel.unsafe().closeForcibly();
    }
  }

  /// @param keys what the kernel is to ask of callers from these addresses, from the first one on
  /// @param calls is given each connection, on the speaker's thread
  /// @throws ListenException if the address or port is not to be had
  Channel listen(ListenAddress address, SigningKeys keys, Consumer<Channel> calls) {
    Channel listener = isEpoll ? new EpollServerSocketChannel() : new NioServerSocketChannel();
    try {
      listener.config().setOption(ChannelOption.SO_BACKLOG, BACKLOG);
      listener.config().setOption(ChannelOption.SO_REUSEADDR, true);
      require(listener, keys, address.address().isIpv4());
    } catch (ChannelException e) {
      listener.unsafe().closeForcibly();
      throw new ListenException(failure(address, e, tooManyKeys(keys.size())), e);
    }
    listener.pipeline().addLast(new Acceptor(WATER_MARK, calls));
    loops.own().register(listener).awaitUninterruptibly();
    ChannelFuture bound = listener.bind(SocketAddresses.of(address)).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      listener.close().awaitUninterruptibly();
      throw new ListenException(failure(address, bound.cause(), cure(address)), bound.cause());
    }
    answerFromNear(listener);
    return listener;
  }

  private static String failure(ListenAddress address, Throwable cause, String cure) {
    return "cannot listen for BGP on %s: %s; %s".formatted(address, SystemWords.of(cause), cure);
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

  /// From now on the kernel takes calls from these addresses only with their passwords.
  ///
  /// @param before what was asked so far
  /// @param keys all there are; others are forgotten
  /// @throws ListenException if the kernel takes no more of them
  void requirePasswords(Channel listener, SigningKeys before, SigningKeys keys) {
    boolean isIpv4 =
        listener.localAddress() instanceof InetSocketAddress local
            && local.getAddress() instanceof Inet4Address;
    try {
      for (Cidr range : before.ranges().keySet()) {
        if (!keys.ranges().containsKey(range)) {
          RangeSignature.forget(listener, range, isIpv4);
        }
      }
      sign(listener, keys.hosts(), isIpv4);
      RangeSignature.requireAll(listener, keys.ranges(), isIpv4);
      change(listener, before.ao(), keys.ao(), isIpv4);
    } catch (ChannelException e) {
      throw new ListenException(
          "cannot change what is asked of callers: %s; %s"
              .formatted(e.getMessage(), tooManyKeys(keys.size())),
          e);
    }
  }

  private static void require(Channel listener, SigningKeys keys, boolean isOnlyIpv4) {
    sign(listener, keys.hosts(), isOnlyIpv4);
    RangeSignature.requireAll(listener, keys.ranges(), isOnlyIpv4);
    change(listener, Map.of(), keys.ao(), isOnlyIpv4);
  }

  /// New keys first, so that a caller who may go on signing as before can.
  private static void change(
      Channel listener,
      Map<IpAddress, List<AoKey>> before,
      Map<IpAddress, List<AoKey>> after,
      boolean isOnlyIpv4) {
    Set<IpAddress> peers = new HashSet<>(before.keySet());
    peers.addAll(after.keySet());
    peers.removeIf(it -> it.isIpv6() && isOnlyIpv4);
    for (IpAddress peer : peers) {
      List<AoKey> were = before.getOrDefault(peer, List.of());
      List<AoKey> are = after.getOrDefault(peer, List.of());
      List<AoKey> come = are.stream().filter(it -> !were.contains(it)).toList();
      List<AoKey> go = were.stream().filter(it -> !are.contains(it)).toList();
      boolean isRoll = are.isEmpty() || AoKey.mayRoll(were, are);
      if (isRoll) {
        AoSocket.renew(listener, peer, come);
      }
      go.forEach(key -> AoSocket.forget(listener, peer, key));
      if (!isRoll) {
        AoSocket.renew(listener, peer, come); // some are named as others were
      }
    }
  }

  private static void sign(Channel channel, Map<IpAddress, Password> keys, boolean isOnlyIpv4) {
    Map<InetAddress, byte[]> octets = new HashMap<>();
    keys.forEach(
        (address, key) -> {
          if (address.isIpv4() || !isOnlyIpv4) {
            octets.put(SocketAddresses.of(address, 0).getAddress(), key.octets());
          }
        });
    channel.config().setOption(EpollChannelOption.TCP_MD5SIG, octets);
  }

  private static String cure(ListenAddress address) {
    return "stop what listens there (ss -ltnp 'sport = :%d'), ".formatted(address.port())
        + "listen elsewhere (listen in speaker.yaml, listenPort in the BGPConfiguration),"
        + " or, for a port below 1024, run with CAP_NET_BIND_SERVICE";
  }

  private static String tooManyKeys(int count) {
    return "the kernel does not take the passwords of %d peers: raise the sysctl net.core.optmem_max"
        .formatted(count);
  }

  /// The channel is there at once, the connection when the future says so.
  ChannelFuture dial(PeerConfig peer, ChannelInitializer<Channel> onCreate) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops.own())
            .channel(isEpoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .handler(onCreate);
    InetSocketAddress remote = SocketAddresses.of(peer);
    return peer.source().isPresent()
        ? bootstrap.connect(remote, SocketAddresses.of(peer.source().get(), 0))
        : bootstrap.connect(remote);
  }

  /// Lets the kernel drop what is not signed with the password (RFC 2385), and what comes from
  /// further away (RFC 5082); or lets our own packets go no further than they should. Before the
  /// connection is made, or as soon as it was accepted.
  void secure(Channel channel, PeerConfig peer) {
    if (!peer.aoKeys().isEmpty() && channel.isActive()) {
      AoSocket.ask(channel, peer.aoKeys().getFirst()); // which fails if it was called unsigned
    } else {
      AoSocket.sign(channel, peer.address(), peer.aoKeys());
    }
    peer.password().ifPresent(it -> sign(channel, Map.of(peer.address(), it), false));
    boolean isIpv4 = peer.address().isIpv4();
    ChannelOption<Integer> ttl = isIpv4 ? IP_TTL : IPV6_UNICAST_HOPS;
    if (peer.ttlSecurity() > 0) {
      int least = MAX_TTL + 1 - peer.ttlSecurity();
      channel.config().setOption(ttl, MAX_TTL);
      channel.config().setOption(isIpv4 ? IP_MINTTL : IPV6_MINHOPCOUNT, least);
    } else if (peer.multihop() > 0) {
      channel.config().setOption(ttl, peer.multihop());
    }
  }

  /// As the connection has measured it (tcp(7): TCP_INFO), if it has, and where the kernel tells.
  static OptionalLong roundTripMicros(Channel channel) {
    if (channel instanceof EpollSocketChannel connected && connected.isActive()) {
      try {
        long micros = connected.tcpInfo().rtt();
        return micros > 0 ? OptionalLong.of(micros) : OptionalLong.empty();
      } catch (ChannelException e) {
        return OptionalLong.empty(); // it was closed meanwhile
      }
    }
    return OptionalLong.empty();
  }

  /// The keys of a connection that goes on. New ones come first; then the peer is asked for the one
  /// by choice; those that are gone go last.
  ///
  /// @throws ChannelException if the kernel does not take it
  void rekey(Channel channel, PeerConfig peer, List<AoKey> before) {
    List<AoKey> keys = peer.aoKeys();
    AoSocket.add(
        channel, peer.address(), keys.stream().filter(it -> !before.contains(it)).toList());
    AoSocket.ask(channel, keys.getFirst());
    before.stream()
        .filter(it -> !keys.contains(it))
        .forEach(it -> AoSocket.replace(channel, peer.address(), it, keys.getFirst()));
  }

  @Override
  public void close() {
    farewells.await();
    loops.close();
  }
}

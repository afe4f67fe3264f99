// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.AoKey;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.channel.unix.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keys of TCP-AO (RFC 5925) in the kernel, from Linux 6.7 on (linux/tcp.h, `TCP_AO_*`). What a
/// connection has from its beginning is signed: keys cannot come to an unsigned one.
///
/// ```
/// add:  address 128 | algorithm 64 | interface 4 | flags 4 | 0 (2) | key 5 | length 1 | secret 80
/// del:  address 128 | interface 4 | flags 4 | 0 (2) | prefix, send, receive, current, rnext, flags
/// info: flags 4 | 0 (2) | current 1 | rnext 1 | counters 40
/// key:  prefix, send, receive, length of the code, flags: 1 each
/// ```
final class AoSocket {

  private static final Logger LOG = LoggerFactory.getLogger(AoSocket.class);

  private static final int TCP = 6;
  private static final long LOOPBACK = 0x7f000001L;
  private static final int ADD_SIZE = 288;
  private static final int DEL_SIZE = 144;
  private static final int INFO_SIZE = 48;
  private static final ChannelOption<ByteBuffer> ADD =
      new RawUnixChannelOption("TCP_AO_ADD_KEY", TCP, 38, ADD_SIZE);
  private static final ChannelOption<ByteBuffer> DEL =
      new RawUnixChannelOption("TCP_AO_DEL_KEY", TCP, 39, DEL_SIZE);
  private static final ChannelOption<ByteBuffer> INFO =
      new RawUnixChannelOption("TCP_AO_INFO", TCP, 40, INFO_SIZE);

  private static final short AF_INET = 2;
  private static final short AF_INET6 = 10;
  private static final int IPV4_AT = 4;
  private static final int IPV6_AT = 8;
  private static final int MAPPED_AT = IPV6_AT + 10;
  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;

  private static final int ALGORITHM_AT = 128;
  private static final int ADD_FLAGS_AT = 196;
  private static final int ADD_KEY_AT = 202;
  private static final int OCTETS_AT = 208;
  private static final int DEL_FLAGS_AT = 132;
  private static final int DEL_KEY_AT = 138;
  private static final int CURRENT = 1;
  private static final int RNEXT = 2;

  private AoSocket() {}

  /// More keys of a connection that has some already.
  ///
  /// @throws ChannelException if the kernel does not take it
  static void add(Channel channel, IpAddress peer, List<AoKey> keys) {
    keys.forEach(key -> channel.config().setOption(ADD, added(peer, key, 0)));
  }

  /// Before the connection is made.
  ///
  /// @throws ChannelException if the kernel does not take it
  static void sign(Channel channel, IpAddress peer, List<AoKey> keys) {
    for (AoKey key : keys) {
      int flags = key.equals(keys.getFirst()) ? CURRENT | RNEXT : 0;
      channel.config().setOption(ADD, added(peer, key, flags));
    }
  }

  /// Asks the peer to sign with this key, which it does if it has it (RFC 5925 §3.1, RNextKeyID);
  /// then we sign with what it asks for.
  ///
  /// @throws ChannelException if the connection is not signed, or has no such key
  static void ask(Channel channel, AoKey key) {
    ByteBuffer info = allocate(INFO_SIZE).putInt(0, RNEXT).put(7, (byte) key.receiveId());
    channel.config().setOption(INFO, info);
  }

  /// What callers from there may sign with, also if the listener knows it already: one that has
  /// just been made does.
  ///
  /// @throws ChannelException if the kernel does not take it
  static void renew(Channel listener, IpAddress peer, List<AoKey> keys) {
    for (AoKey key : keys) {
      try {
        listener.config().setOption(ADD, added(peer, key, 0));
      } catch (ChannelException e) {
        if (!forget(listener, peer, key)) {
          throw e;
        }
        listener.config().setOption(ADD, added(peer, key, 0));
      }
    }
  }

  /// @return whether a listener had the key
  static boolean forget(Channel listener, IpAddress peer, AoKey key) {
    try {
      listener.config().setOption(DEL, deleted(peer, key, 0, 0, 0));
      return true;
    } catch (ChannelException e) {
      LOG.debug("the listener knows no key {} of {}", key.id(), peer, e);
      return false;
    }
  }

  /// Removes a key of a connection. If we sign with it still, we sign with the other from now on:
  /// the peer has that one, or the session ends.
  ///
  /// @throws ChannelException if there is no such key
  static void replace(Channel channel, IpAddress peer, AoKey key, AoKey other) {
    try {
      channel.config().setOption(DEL, deleted(peer, key, 0, 0, 0));
    } catch (ChannelException e) {
      ByteBuffer forced = deleted(peer, key, CURRENT | RNEXT, other.id(), other.receiveId());
      channel.config().setOption(DEL, forced);
    }
  }

  /// @throws ChannelException if the kernel does not have the algorithm
  static void probe(Channel channel, AoKey key) {
    channel.config().setOption(ADD, added(IpAddress.ofIpv4(LOOPBACK), key, 0));
  }

  private static ByteBuffer added(IpAddress peer, AoKey key, int flags) {
    ByteBuffer out = allocate(ADD_SIZE);
    byte prefix = address(out, peer);
    byte[] secret = key.secret().octets();
    return out.put(ALGORITHM_AT, key.algorithm().kernelName().getBytes(StandardCharsets.US_ASCII))
        .putInt(ADD_FLAGS_AT, flags)
        .put(ADD_KEY_AT, prefix)
        .put(ADD_KEY_AT + 1, (byte) key.id())
        .put(ADD_KEY_AT + 2, (byte) key.receiveId())
        .put(OCTETS_AT - 1, (byte) secret.length)
        .put(OCTETS_AT, secret);
  }

  private static ByteBuffer deleted(IpAddress peer, AoKey key, int flags, int current, int rnext) {
    ByteBuffer out = allocate(DEL_SIZE);
    byte prefix = address(out, peer);
    return out.putInt(DEL_FLAGS_AT, flags)
        .put(DEL_KEY_AT, prefix)
        .put(DEL_KEY_AT + 1, (byte) key.id())
        .put(DEL_KEY_AT + 2, (byte) key.receiveId())
        .put(DEL_KEY_AT + 3, (byte) current)
        .put(DEL_KEY_AT + 4, (byte) rnext);
  }

  /// Sockets are of IPv6 where there is IPv6, also those of IPv4 peers.
  ///
  /// @return how many bits of it count: all
  private static byte address(ByteBuffer out, IpAddress peer) {
    boolean isMapped = Socket.isIPv6Preferred();
    if (peer.isIpv6()) {
      out.putShort(0, AF_INET6).put(IPV6_AT, peer.bytes());
    } else if (isMapped) {
      out.putShort(0, AF_INET6).putShort(MAPPED_AT, (short) -1).put(MAPPED_AT + 2, peer.bytes());
    } else {
      out.putShort(0, AF_INET).put(IPV4_AT, peer.bytes());
    }
    return (byte) (peer.isIpv6() ? IPV6_BITS : IPV4_BITS);
  }

  private static ByteBuffer allocate(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }
}

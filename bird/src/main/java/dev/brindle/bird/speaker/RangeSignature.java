// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.topology.Password;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a listener asks of callers from a whole range (tcp(7), TCP_MD5SIG_EXT with a prefix). The
/// kernel takes the key of the innermost range that has one, and gives it on to the connection.
///
/// ```
/// struct tcp_md5sig: address 128 | flags 1 | prefix length 1 | key length 2 | interface 4 | key 80
/// ```
final class RangeSignature {

  private static final Logger LOG = LoggerFactory.getLogger(RangeSignature.class);

  private static final int IPPROTO_TCP = 6;
  private static final int TCP_MD5SIG_EXT = 32;
  private static final int SIZE = 216;
  private static final int FLAGS_AT = 128;
  private static final int KEY_AT = 136;
  private static final byte WITH_PREFIX = 1;
  private static final short AF_INET = 2;
  private static final short AF_INET6 = 10;
  private static final int IPV4_AT = 4;
  private static final int IPV6_AT = 8;
  private static final int MAPPED_AT = IPV6_AT + 10;

  private static final ChannelOption<ByteBuffer> OPTION =
      new RawUnixChannelOption("TCP_MD5SIG_EXT", IPPROTO_TCP, TCP_MD5SIG_EXT, SIZE);

  private RangeSignature() {}

  static void requireAll(Channel listener, Map<Cidr, Password> keys, boolean isOnlyIpv4) {
    keys.forEach((range, key) -> require(listener, range, key, isOnlyIpv4));
  }

  /// @param isOnlyIpv4 it listens on an IPv4 address
  /// @throws io.netty.channel.ChannelException if the kernel does not take it
  static void require(Channel listener, Cidr range, Password password, boolean isOnlyIpv4) {
    set(listener, range, password.octets(), isOnlyIpv4);
  }

  /// Nothing happens where nothing was asked of the range: a listener that has just been made.
  static void forget(Channel listener, Cidr range, boolean isOnlyIpv4) {
    try {
      set(listener, range, new byte[0], isOnlyIpv4);
    } catch (ChannelException e) {
      LOG.debug("the listener knows no key of {}", range, e);
    }
  }

  private static void set(Channel listener, Cidr range, byte[] key, boolean isOnlyIpv4) {
    if (range.address().isIpv6()) {
      if (!isOnlyIpv4) { // else nobody of them can call here
        listener.config().setOption(OPTION, signature(range, key, AF_INET6));
      }
      return;
    }
    try {
      // what listens on an IPv4 address is an IPv6 socket too, where there is IPv6
      listener.config().setOption(OPTION, signature(range, key, AF_INET6));
    } catch (ChannelException e) {
      listener.config().setOption(OPTION, signature(range, key, AF_INET));
    }
  }

  private static ByteBuffer signature(Cidr range, byte[] key, short family) {
    ByteBuffer signature = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.nativeOrder());
    signature.putShort(0, family);
    if (range.address().isIpv6()) {
      signature.put(IPV6_AT, range.address().bytes());
    } else if (family == AF_INET) {
      signature.put(IPV4_AT, range.address().bytes());
    } else {
      signature.putShort(MAPPED_AT, (short) -1).put(MAPPED_AT + 2, range.address().bytes());
    }
    signature.put(FLAGS_AT, WITH_PREFIX).put(FLAGS_AT + 1, (byte) range.length());
    return signature.putShort(FLAGS_AT + 2, (short) key.length).put(KEY_AT, key);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.libc;

import dev.brindle.api.net.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Says and hears on one link what routers say (RFC 4861): router advertisements and solicitations
/// as ICMPv6 messages, checksums the kernel's business. The kernel drops what came through another
/// router (hop limit below 255), from other links, and of other types. Needs CAP_NET_RAW.
///
/// One thread hears, another may say things and close.
public final class RouterSocket implements AutoCloseable {

  /// Types of ICMPv6 messages.
  public static final int SOLICITATION = 133;

  public static final int ADVERTISEMENT = 134;

  private static final int AF_INET6 = 10;
  private static final int RAW_CLOSE_ON_EXEC = 3 | 0x8_0000;
  private static final int ICMPV6 = 58;
  private static final int ICMP6_FILTER = 1;
  private static final int SOL_SOCKET = 1;
  private static final int SO_BINDTODEVICE = 25;
  private static final int IPV6 = 41;
  private static final int UNICAST_HOPS = 16;
  private static final int MULTICAST_IF = 17;
  private static final int MULTICAST_HOPS = 18;
  private static final int MULTICAST_LOOP = 19;
  private static final int JOIN_GROUP = 20;

  private static final int MAX_HOPS = 255;
  private static final int ADDRESS = 28;
  private static final int LONGEST = 65_536;

  private static final IpAddress ALL_NODES = IpAddress.parse("ff02::1");
  private static final IpAddress ALL_ROUTERS = IpAddress.parse("ff02::2");

  private static final int LOAD_BYTE = 0x30;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int RETURN = 0x06;

  /// The hop limit, from the start of the IPv6 header (linux/filter.h, SKF_NET_OFF).
  private static final int HOP_LIMIT = -0x100000 + 7;

  private final Libc libc;
  private final int index;
  private final int ear;
  private final int mouth;
  private final int stop;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(LONGEST);
  private final byte[] sender = new byte[ADDRESS];

  /// Hears what somebody on the link said.
  public interface Listener {

    /// @param message from the ICMPv6 type on; the listener's own
    void heard(IpAddress from, byte[] message);
  }

  private RouterSocket(Libc libc, int index, int ear, int mouth, int stop) {
    this.libc = libc;
    this.index = index;
    this.ear = ear;
    this.mouth = mouth;
    this.stop = stop;
  }

  /// @param link its name and index
  /// @throws dev.brindle.linux.kernel.KernelException EPERM without CAP_NET_RAW
  public static RouterSocket open(Libc libc, String link, int index) {
    int ear = libc.socket(AF_INET6, RAW_CLOSE_ON_EXEC, ICMPV6);
    int mouth = -1;
    try {
      libc.filter(ear, neighboursOnly());
      pass(libc, ear, SOLICITATION, ADVERTISEMENT);
      bind(libc, ear, link);
      libc.setOption(ear, IPV6, JOIN_GROUP, group(ALL_ROUTERS, index));
      mouth = libc.socket(AF_INET6, RAW_CLOSE_ON_EXEC, ICMPV6);
      pass(libc, mouth);
      bind(libc, mouth, link);
      libc.setOption(mouth, IPV6, MULTICAST_IF, number(index));
      libc.setOption(mouth, IPV6, MULTICAST_HOPS, number(MAX_HOPS));
      libc.setOption(mouth, IPV6, UNICAST_HOPS, number(MAX_HOPS));
      libc.setOption(mouth, IPV6, MULTICAST_LOOP, number(0));
      return new RouterSocket(libc, index, ear, mouth, libc.eventCounter());
    } catch (RuntimeException e) {
      libc.close(ear);
      if (mouth >= 0) {
        libc.close(mouth);
      }
      throw e;
    }
  }

  private static void bind(Libc libc, int fd, String link) {
    libc.setOption(fd, SOL_SOCKET, SO_BINDTODEVICE, (link + '\0').getBytes(StandardCharsets.UTF_8));
  }

  /// `struct icmp6_filter`: a bit for each type that is kept out.
  private static void pass(Libc libc, int fd, int... types) {
    ByteBuffer filter = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
    Arrays.fill(filter.array(), (byte) 0xff);
    for (int type : types) {
      int word = (type >>> 5) * Integer.BYTES;
      filter.putInt(word, filter.getInt(word) & ~(1 << (type & 31)));
    }
    libc.setOption(fd, ICMPV6, ICMP6_FILTER, filter.array());
  }

  private static ByteBuffer neighboursOnly() {
    ByteBuffer program = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());
    instruction(program, LOAD_BYTE, 0, HOP_LIMIT);
    instruction(program, JUMP_IF_EQUAL, 1, MAX_HOPS);
    instruction(program, RETURN, 0, -1);
    instruction(program, RETURN, 0, 0);
    return program.flip();
  }

  /// `struct sock_filter`.
  private static void instruction(ByteBuffer out, int code, int otherwise, int value) {
    out.putShort((short) code).put((byte) 0).put((byte) otherwise).putInt(value);
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(value).array();
  }

  /// `struct ipv6_mreq`.
  private static byte[] group(IpAddress group, int index) {
    return ByteBuffer.allocate(20)
        .order(ByteOrder.nativeOrder())
        .put(group.bytes())
        .putInt(index)
        .array();
  }

  /// To all nodes on the link.
  ///
  /// @throws dev.brindle.linux.kernel.KernelException EADDRNOTAVAIL while our own address is
  ///     still being checked for duplicates
  public void advertise(byte[] message) {
    say(ALL_NODES, message);
  }

  /// To all routers on the link.
  public void solicit(byte[] message) {
    say(ALL_ROUTERS, message);
  }

  private void say(IpAddress to, byte[] message) {
    libc.connect(mouth, address(to));
    libc.send(mouth, ByteBuffer.wrap(message));
  }

  /// `struct sockaddr_in6`.
  private byte[] address(IpAddress to) {
    return ByteBuffer.allocate(ADDRESS)
        .order(ByteOrder.nativeOrder())
        .putShort(0, (short) AF_INET6)
        .put(8, to.bytes())
        .putInt(24, index)
        .array();
  }

  /// Hands on messages, until it is to stop.
  public void listen(Listener listener) {
    while (libc.awaitEither(ear, stop)) {
      int length = Math.min(libc.receive(ear, buffer, sender), LONGEST);
      byte[] message = new byte[length];
      buffer.get(0, message);
      listener.heard(IpAddress.ofBytes(Arrays.copyOfRange(sender, 8, 24)), message);
    }
  }

  /// Ends the listening.
  public void stop() {
    libc.write(stop, ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, 1));
  }

  /// When nobody waits or speaks any more.
  @Override
  public void close() {
    libc.close(ear);
    libc.close(mouth);
    libc.close(stop);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd.live;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.RawUnixChannelOption;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What the kernel drops before it reaches a socket (socket(7), SO_ATTACH_FILTER; classic BPF).
/// Linux checks IP_MINTTL for TCP only.
final class SocketFilter {

  private static final int SOL_SOCKET = 1;
  private static final int SO_ATTACH_FILTER = 26;
  private static final int PROGRAM_SIZE = 16;
  private static final int INSTRUCTION_SIZE = 8;

  private static final int LOAD_BYTE = 0x30;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int RETURN = 0x06;

  /// Loads from there count from the start of the IP header (linux/filter.h, SKF_NET_OFF).
  private static final int NETWORK_HEADER = -0x100000;

  private static final int TTL = 8;
  private static final int HOP_LIMIT = 7;
  private static final int MAX_TTL = 255;

  private static final ChannelOption<ByteBuffer> ATTACH =
      new RawUnixChannelOption("SO_ATTACH_FILTER", SOL_SOCKET, SO_ATTACH_FILTER, PROGRAM_SIZE);

  private SocketFilter() {}

  /// Only packets that no router has forwarded pass (RFC 5881 §5, RFC 5082).
  ///
  /// @throws io.netty.channel.ChannelException if the kernel does not take it
  static void passNeighboursOnly(Channel channel, boolean isIpv4) {
    ByteBuffer program = allocate(4 * INSTRUCTION_SIZE);
    instruction(program, LOAD_BYTE, 0, NETWORK_HEADER + (isIpv4 ? TTL : HOP_LIMIT));
    instruction(program, JUMP_IF_EQUAL, 1, MAX_TTL);
    instruction(program, RETURN, 0, -1);
    instruction(program, RETURN, 0, 0);
    attach(channel, program);
  }

  /// A socket that only sends.
  ///
  /// @throws io.netty.channel.ChannelException if the kernel does not take it
  static void passNothing(Channel channel) {
    ByteBuffer program = allocate(INSTRUCTION_SIZE);
    instruction(program, RETURN, 0, 0);
    attach(channel, program);
  }

  private static ByteBuffer allocate(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }

  /// `struct sock_filter`.
  ///
  /// @param otherwise how many instructions to skip if a comparison fails
  private static void instruction(ByteBuffer out, int code, int otherwise, int value) {
    out.putShort((short) code).put((byte) 0).put((byte) otherwise).putInt(value);
  }

  /// `struct sock_fprog`: count, padding, address. The kernel copies the program.
  private static void attach(Channel channel, ByteBuffer program) {
    program.flip();
    ByteBuffer header = allocate(PROGRAM_SIZE);
    header.putShort(0, (short) (program.limit() / INSTRUCTION_SIZE));
    header.putLong(Long.BYTES, Buffer.memoryAddress(program));
    try {
      channel.config().setOption(ATTACH, header);
    } finally {
      Reference.reachabilityFence(program);
    }
  }
}

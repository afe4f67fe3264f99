// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The kernel's own expressions, each a name and its attributes (nf_tables.h). What is loaded or
/// compared is in register 1 unless another is named.
final class KernelExpressions {

  /// Register 1 is these four words, register 2 the next four.
  static final int FIRST_WORD = 8;

  private static final int VERDICT_REGISTER = 0;
  private static final int INTERNET_CHECKSUM = 1;
  private static final int IPV4_CHECKSUM_AT = 10;
  private static final int NETWORK_HEADER = 1;
  private static final int TRANSPORT_HEADER = 2;
  private static final int LONGEST_PREFIX = 127;

  private final MessageWriter out;

  KernelExpressions(MessageWriter out) {
    this.out = out;
  }

  private MessageWriter begin(String name) {
    return out.open(1).text(1, name).open(2);
  }

  private void end() {
    out.close().close();
  }

  /// One without attributes.
  void plain(String name) {
    begin(name);
    end();
  }

  void meta(int key) {
    meta(key, 1);
  }

  void meta(int key, int register) {
    begin("meta").bigEndian32(1, register).bigEndian32(2, key);
    end();
  }

  void setMeta(int key) {
    begin("meta").bigEndian32(2, key).bigEndian32(3, 1);
    end();
  }

  void ct(int key) {
    begin("ct").bigEndian32(1, 1).bigEndian32(2, key);
    end();
  }

  void fib(int result, int flags) {
    begin("fib").bigEndian32(1, 1).bigEndian32(2, result).bigEndian32(3, flags);
    end();
  }

  void network(int offset, int length) {
    payload(NETWORK_HEADER, offset, length, 1);
  }

  void transport(int offset, int length) {
    payload(TRANSPORT_HEADER, offset, length, 1);
  }

  void transport(int offset, int length, int register) {
    payload(TRANSPORT_HEADER, offset, length, register);
  }

  private void payload(int header, int offset, int length, int register) {
    begin("payload")
        .bigEndian32(1, register)
        .bigEndian32(2, header)
        .bigEndian32(3, offset)
        .bigEndian32(4, length);
    end();
  }

  /// Writes back what is in the register; of IPv4 the header's checksum follows.
  void writeNetwork(int offset, int length, boolean hasChecksum) {
    begin("payload")
        .bigEndian32(5, 1)
        .bigEndian32(2, NETWORK_HEADER)
        .bigEndian32(3, offset)
        .bigEndian32(4, length);
    if (hasChecksum) {
      out.bigEndian32(6, INTERNET_CHECKSUM).bigEndian32(7, IPV4_CHECKSUM_AT);
    }
    end();
  }

  void compare(boolean negated, byte[] value) {
    begin("cmp").bigEndian32(1, 1).bigEndian32(2, negated ? 1 : 0);
    value(3, value);
    end();
  }

  void range(boolean negated, byte[] from, byte[] to) {
    begin("range").bigEndian32(1, 1).bigEndian32(2, negated ? 1 : 0);
    value(3, from);
    value(4, to);
    end();
  }

  /// `register & mask ^ xor`.
  void bitwise(byte[] mask, byte[] xor) {
    begin("bitwise").bigEndian32(1, 1).bigEndian32(2, 1).bigEndian32(3, mask.length);
    value(4, mask);
    value(5, xor);
    end();
  }

  /// `register & mask`, of a number.
  void mask(int mask) {
    byte[] bits =
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(mask).array();
    bitwise(bits, new byte[Integer.BYTES]);
  }

  /// @param id of an anonymous set of the same batch, else 0
  void lookup(String set, int id, boolean negated) {
    begin("lookup").text(1, set).bigEndian32(2, 1);
    if (id != 0) {
      out.bigEndian32(4, id);
    }
    if (negated) {
      out.bigEndian32(5, 1);
    }
    end();
  }

  void verdictMap(String map) {
    begin("lookup").text(1, map).bigEndian32(2, 1).bigEndian32(3, VERDICT_REGISTER);
    end();
  }

  /// @param chain empty for verdicts without a target
  void verdict(int code, String chain) {
    begin("immediate").bigEndian32(1, VERDICT_REGISTER).open(2).open(2).bigEndian32(1, code);
    if (!chain.isEmpty()) {
      out.text(2, chain);
    }
    out.close().close();
    end();
  }

  void load(int register, byte[] value) {
    begin("immediate").bigEndian32(1, register);
    value(2, value);
    end();
  }

  /// @param isOver true for what is beyond it, false for what is within
  void limit(long packets, long seconds, int burst, boolean isOver) {
    begin("limit")
        .bigEndian64(1, packets)
        .bigEndian64(2, seconds)
        .bigEndian32(3, burst)
        .bigEndian32(4, 0)
        .bigEndian32(5, isOver ? 1 : 0);
    end();
  }

  void connectionsOver(int count) {
    begin("connlimit").bigEndian32(1, count).bigEndian32(2, 1);
    end();
  }

  void log(String prefix) {
    begin("log").text(2, prefix.substring(0, Math.min(LONGEST_PREFIX, prefix.length())));
    end();
  }

  void reject(int type, int code) {
    begin("reject").bigEndian32(1, type).attribute8(2, code);
    end();
  }

  void masquerade(int flags, boolean hasPorts) {
    begin("masq");
    if (flags != 0) {
      out.bigEndian32(1, flags);
    }
    if (hasPorts) {
      out.bigEndian32(2, 1).bigEndian32(3, 2);
    }
    end();
  }

  /// The address is in register 1, the ports in 2 and 3.
  void snat(int family, boolean hasPorts, int flags) {
    begin("nat").bigEndian32(1, 0).bigEndian32(2, family).bigEndian32(3, 1);
    if (hasPorts) {
      out.bigEndian32(5, 2).bigEndian32(6, 3).bigEndian32(7, flags);
    }
    end();
  }

  /// The address is in register 1.
  void dnat(int family) {
    begin("nat").bigEndian32(1, 1).bigEndian32(2, family).bigEndian32(3, 1);
    end();
  }

  private void value(int type, byte[] value) {
    out.open(type).bytes(1, value).close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.discovery;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.linux.libc.RouterSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/// Router advertisements and solicitations as octets (RFC 4861 §4.1, §4.2), checksum left to the
/// kernel:
///
/// ```
/// | 134 | 0 | checksum (2) | hop limit | flags | lifetime (2) | reachable (4) | retransmit (4) |
/// options |
/// | 133 | 0 | checksum (2) | reserved (4)                                                     |
/// options |
/// ```
final class RouterMessages {

  private static final int ADVERTISEMENT_OCTETS = 16;
  private static final int SOLICITATION_OCTETS = 8;
  private static final int LIFETIME = 6;
  private static final int HOP_LIMIT = 64;
  private static final int SOURCE_LINK_ADDRESS = 1;
  private static final int UNIT = 8;

  private RouterMessages() {}

  /// An advertisement as FRR makes it: a router for that long, and nothing else.
  static byte[] advertisement(Duration lifetime, Optional<MacAddress> mac) {
    ByteBuffer out =
        ByteBuffer.allocate(ADVERTISEMENT_OCTETS + mac.map(_ -> UNIT).orElse(0))
            .put(0, (byte) RouterSocket.ADVERTISEMENT)
            .put(4, (byte) HOP_LIMIT)
            .putShort(LIFETIME, (short) lifetime.toSeconds());
    mac.ifPresent(it -> linkAddress(out, ADVERTISEMENT_OCTETS, it));
    return out.array();
  }

  static byte[] solicitation(Optional<MacAddress> mac) {
    ByteBuffer out =
        ByteBuffer.allocate(SOLICITATION_OCTETS + mac.map(_ -> UNIT).orElse(0))
            .put(0, (byte) RouterSocket.SOLICITATION);
    mac.ifPresent(it -> linkAddress(out, SOLICITATION_OCTETS, it));
    return out.array();
  }

  private static void linkAddress(ByteBuffer out, int at, MacAddress mac) {
    out.put(at, (byte) SOURCE_LINK_ADDRESS).put(at + 1, (byte) 1).put(at + 2, mac.bytes());
  }

  /// Whether somebody says that he is a router, in a way that RFC 4861 §6.1.2 lets count. The hop
  /// limit was looked at before. Whoever is no router for any time is none.
  static boolean isAdvertisement(IpAddress from, byte[] message) {
    return message.length >= ADVERTISEMENT_OCTETS
        && (message[0] & 0xff) == RouterSocket.ADVERTISEMENT
        && message[1] == 0
        && from.isIpv6()
        && from.isLinkLocal()
        && ByteBuffer.wrap(message).getShort(LIFETIME) != 0
        && areOptions(message, ADVERTISEMENT_OCTETS);
  }

  /// RFC 4861 §6.1.1.
  static boolean isSolicitation(byte[] message) {
    return message.length >= SOLICITATION_OCTETS
        && (message[0] & 0xff) == RouterSocket.SOLICITATION
        && message[1] == 0
        && areOptions(message, SOLICITATION_OCTETS);
  }

  private static boolean areOptions(byte[] message, int from) {
    int at = from;
    while (at + 1 < message.length && message[at + 1] != 0) {
      at += (message[at + 1] & 0xff) * UNIT;
    }
    return at == message.length;
  }
}

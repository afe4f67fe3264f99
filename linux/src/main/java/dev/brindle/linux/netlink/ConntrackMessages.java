// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.Protocol;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Tracked connections (nfnetlink_conntrack.h).
public final class ConntrackMessages {

  private static final int NEW = 0x100;
  private static final int GET = 0x101;
  private static final int DELETE = 0x102;
  private static final int FIXED = 4;
  private static final int ORIGINAL = 1;
  private static final int REPLY = 2;
  private static final int TIMEOUT = 7;
  private static final int MARK = 8;
  private static final int ID = 12;
  private static final int ZONE = 18;
  private static final int MARK_MASK = 21;
  private static final int TUPLE_ADDRESSES = 1;
  private static final int TUPLE_PROTOCOL = 2;
  private static final int SOURCE = 1;
  private static final int DESTINATION = 2;
  private static final int PROTOCOL_NUMBER = 1;
  private static final int SOURCE_PORT = 2;
  private static final int DESTINATION_PORT = 3;

  private ConntrackMessages() {}

  /// What names one connection: attributes as the kernel gave them, to be given back.
  public record Entry(List<Part> parts) {

    public Entry {
      parts = List.copyOf(parts);
    }
  }

  /// One attribute. Compared by identity of its bytes, that is: not at all.
  @SuppressWarnings("ArrayRecordComponent") // carried from one message to the next, never compared
  public record Part(int type, byte[] value) {}

  public static void list(MessageWriter out, IpFamily family) {
    out.begin(GET, MessageFlag.DUMP).u8(Families.number(family)).zeros(FIXED - 1).end();
  }

  public static void delete(MessageWriter out, IpFamily family, Entry entry) {
    out.begin(DELETE, 0).u8(Families.number(family)).zeros(FIXED - 1);
    entry.parts().forEach(part -> out.bytes(part.type(), part.value()));
    out.end();
  }

  /// A conversation by UDP over IPv4 of which no packet was ever seen.
  ///
  /// @param mark to find it again by
  /// @param seconds until it is forgotten
  public static void create(
      MessageWriter out, Endpoint from, Endpoint to, int mark, Duration seconds) {
    out.begin(NEW, MessageFlag.CREATE | MessageFlag.EXCLUSIVE)
        .u8(Families.number(IpFamily.IPV4))
        .zeros(FIXED - 1);
    tuple(out, ORIGINAL, from, to);
    tuple(out, REPLY, to, from);
    out.bigEndian32(TIMEOUT, (int) seconds.toSeconds()).bigEndian32(MARK, mark).end();
  }

  /// @param address of IPv4
  public record Endpoint(IpAddress address, int port) {}

  private static void tuple(MessageWriter out, int type, Endpoint from, Endpoint to) {
    out.open(type)
        .open(TUPLE_ADDRESSES)
        .bytes(SOURCE, from.address().bytes())
        .bytes(DESTINATION, to.address().bytes())
        .close()
        .open(TUPLE_PROTOCOL)
        .attribute8(PROTOCOL_NUMBER, Protocol.UDP.number())
        .bigEndian16(SOURCE_PORT, from.port())
        .bigEndian16(DESTINATION_PORT, to.port())
        .close()
        .close();
  }

  /// All that have a mark.
  public static void deleteMarked(MessageWriter out, int mark) {
    out.begin(DELETE, 0)
        .zeros(FIXED)
        .bigEndian32(MARK, mark)
        .bigEndian32(MARK_MASK, 0xffff_ffff)
        .end();
  }

  /// @return empty if neither direction has the address
  public static Optional<Entry> decode(NetlinkMessage message, IpAddress address) {
    Attributes attributes = Attributes.of(message.body(), FIXED);
    boolean isConcerned =
        Stream.of(ORIGINAL, REPLY).anyMatch(tuple -> names(attributes.nested(tuple), address));
    return isConcerned
        ? Optional.of(
            new Entry(
                Stream.of(ORIGINAL, ID, ZONE)
                    .flatMap(
                        type -> attributes.bytes(type).map(value -> new Part(type, value)).stream())
                    .toList()))
        : Optional.empty();
  }

  /// Types 1 to 4: IPv4 source and destination, IPv6 source and destination.
  private static boolean names(Attributes tuple, IpAddress address) {
    byte[] wanted = address.bytes();
    Attributes addresses = tuple.nested(TUPLE_ADDRESSES);
    return Stream.of(1, 2, 3, 4)
        .flatMap(type -> addresses.bytes(type).stream())
        .anyMatch(bytes -> Arrays.equals(bytes, wanted));
  }
}

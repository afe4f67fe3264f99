// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Tracked connections (nfnetlink_conntrack.h).
public final class ConntrackMessages {

  private static final int GET = 0x101;
  private static final int DELETE = 0x102;
  private static final int FIXED = 4;
  private static final int ORIGINAL = 1;
  private static final int REPLY = 2;
  private static final int ID = 12;
  private static final int ZONE = 18;
  private static final int TUPLE_ADDRESSES = 1;

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

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.nft.ForeignChain;
import dev.brindle.linux.nft.OldIptables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The tables of the old iptables, by getsockopt(2). Only those that are there: asking for another
/// would make it.
final class OldIptablesReader {

  private static final int DATAGRAM = 2 | 0x8_0000;
  private static final int GET_INFO = 64;
  private static final int GET_ENTRIES = 65;
  private static final int INFO_LENGTH = 84;
  private static final int INFO_SIZE = 80;
  private static final int NAME_LENGTH = 32;
  private static final int ENTRIES = 40;
  private static final int ATTEMPTS = 10;

  private OldIptablesReader() {}

  /// Where a family has its names and its options.
  private record Place(int number, String names, int level) {}

  private static final List<Place> PLACES =
      List.of(new Place(2, "ip_tables_names", 0), new Place(10, "ip6_tables_names", 41));

  /// To be called in the namespace.
  static List<ForeignChain> read(Libc libc) {
    List<ForeignChain> chains = new ArrayList<>();
    for (Place place : PLACES) {
      List<String> tables = names(Path.of("/proc/thread-self/net", place.names()));
      if (!tables.isEmpty()) {
        int fd = libc.socket(place.number(), DATAGRAM, 0);
        try {
          tables.forEach(table -> chains.addAll(read(libc, fd, place, table)));
        } finally {
          libc.close(fd);
        }
      }
    }
    return chains;
  }

  private static List<String> names(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Its size may change between the two questions.
  private static List<ForeignChain> read(Libc libc, int fd, Place place, String table) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      byte[] info = named(INFO_LENGTH, table);
      libc.readOption(fd, place.level(), GET_INFO, info);
      int size = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder()).getInt(INFO_SIZE);
      byte[] all = named(ENTRIES + size, table);
      ByteBuffer.wrap(all).order(ByteOrder.nativeOrder()).putInt(NAME_LENGTH, size);
      try {
        libc.readOption(fd, place.level(), GET_ENTRIES, all);
        return OldIptables.chains(
            place.number(),
            table,
            ByteBuffer.wrap(info),
            ByteBuffer.wrap(Arrays.copyOfRange(all, ENTRIES, all.length)));
      } catch (KernelException e) {
        if (!e.errno().equals(Errno.EAGAIN)) {
          throw e;
        }
      }
    }
    throw new KernelException(
        "read table %s of the old iptables".formatted(table),
        Errno.EAGAIN,
        "others changed it during each of %d attempts".formatted(ATTEMPTS));
  }

  private static byte[] named(int length, String table) {
    byte[] name = table.getBytes(StandardCharsets.US_ASCII);
    if (name.length >= NAME_LENGTH) {
      throw new IllegalArgumentException("a table with the name " + table);
    }
    return Arrays.copyOf(Arrays.copyOf(name, NAME_LENGTH), length);
  }
}

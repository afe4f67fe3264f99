// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.Libc;
import dev.brindle.linux.nft.ForeignChain;
import dev.brindle.linux.nft.OldIptables;
import dev.brindle.linux.nft.OldIptablesCleaning;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// The tables of the old iptables, by getsockopt(2) and setsockopt(2). Only those that are there:
/// asking for another would make it.
final class OldIptablesTables {

  private static final int DATAGRAM = 2 | 0x8_0000;
  private static final int GET_INFO = 64;
  private static final int GET_ENTRIES = 65;
  private static final int SET_REPLACE = 64;
  private static final int INFO_LENGTH = 84;
  private static final int INFO_SIZE = 80;
  private static final int NAME_LENGTH = 32;
  private static final int ENTRIES = 40;
  private static final int COUNTERS_LENGTH = 16;
  private static final int ATTEMPTS = 10;

  private OldIptablesTables() {}

  /// Where a family has its names and its options.
  private record Place(int number, String names, int level) {}

  private static final List<Place> PLACES =
      List.of(new Place(2, "ip_tables_names", 0), new Place(10, "ip6_tables_names", 41));

  /// What the kernel says of a table.
  private record Raw(ByteBuffer information, ByteBuffer entries) {}

  /// Something to do with a table.
  private interface Use {
    void with(int fd, Place place, String table);
  }

  private static void each(Libc libc, Use use) {
    for (Place place : PLACES) {
      List<String> tables = names(Path.of("/proc/thread-self/net", place.names()));
      if (!tables.isEmpty()) {
        int fd = libc.socket(place.number(), DATAGRAM, 0);
        try {
          tables.forEach(table -> use.with(fd, place, table));
        } finally {
          libc.close(fd);
        }
      }
    }
  }

  /// To be called in the namespace.
  static List<ForeignChain> chains(Libc libc) {
    List<ForeignChain> chains = new ArrayList<>();
    each(
        libc,
        (fd, place, table) -> {
          Raw raw = read(libc, fd, place, table);
          chains.addAll(
              OldIptables.chains(place.number(), table, raw.information(), raw.entries()));
        });
    return chains;
  }

  /// Removes what is Calico's. To be called in the namespace.
  ///
  /// @return tables that were looked at
  static int clean(Libc libc) {
    var tables = new AtomicInteger();
    each(
        libc,
        (fd, place, table) -> {
          clean(libc, fd, place, table);
          tables.incrementAndGet();
        });
    return tables.get();
  }

  private static void clean(Libc libc, int fd, Place place, String table) {
    again(
        "change",
        table,
        () -> {
          Raw raw = read(libc, fd, place, table);
          OldIptablesCleaning.of(place.number(), raw.information(), raw.entries())
              .ifPresent(
                  replacement -> {
                    MemorySegment counters =
                        MemorySegment.ofBuffer(
                            ByteBuffer.allocateDirect(COUNTERS_LENGTH * replacement.entries()));
                    try {
                      byte[] value = replacement.withCounters(counters.address());
                      libc.setOption(fd, place.level(), SET_REPLACE, value);
                    } finally {
                      Reference.reachabilityFence(counters);
                    }
                  });
          return raw;
        });
  }

  private static List<String> names(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Its size may change between the two questions.
  private static Raw read(Libc libc, int fd, Place place, String table) {
    return again(
        "read",
        table,
        () -> {
          byte[] info = named(INFO_LENGTH, table);
          libc.readOption(fd, place.level(), GET_INFO, info);
          int size = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder()).getInt(INFO_SIZE);
          byte[] all = named(ENTRIES + size, table);
          ByteBuffer.wrap(all).order(ByteOrder.nativeOrder()).putInt(NAME_LENGTH, size);
          libc.readOption(fd, place.level(), GET_ENTRIES, all);
          return new Raw(
              ByteBuffer.wrap(info), ByteBuffer.wrap(Arrays.copyOfRange(all, ENTRIES, all.length)));
        });
  }

  /// As long as others change the table meanwhile.
  private static Raw again(String what, String table, Supplier<Raw> attempt) {
    for (int number = 1; number <= ATTEMPTS; number++) {
      try {
        return attempt.get();
      } catch (KernelException e) {
        if (!e.errno().equals(Errno.EAGAIN)) {
          throw e;
        }
      }
    }
    throw new KernelException(
        "%s table %s of the old iptables".formatted(what, table),
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

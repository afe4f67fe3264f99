// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.runtime;

import dev.brindle.image.oci.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a program or library says of itself: the machine it is for and the libraries it needs. 64
/// bits, little-endian, as all machines are that images are for.
///
/// @param machine `e_machine`
/// @param needed file names of libraries
record ElfFile(int machine, List<String> needed) {

  private static final int MAGIC = 0x464c457f;
  private static final int MOST_BYTES = 256 << 20;
  private static final short CLASS64_LITTLE = 0x0102;
  private static final int HEADER_BYTES = 64;
  private static final int CLASS_AT = 4;
  private static final int MACHINE_AT = 18;
  private static final int PROGRAM_HEADERS_AT = 32;
  private static final int PROGRAM_HEADER_SIZE_AT = 54;
  private static final int PROGRAM_HEADER_COUNT_AT = 56;
  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;
  private static final int OFFSET_AT = 8;
  private static final int ADDRESS_AT = 16;
  private static final int FILE_SIZE_AT = 32;
  private static final int ENTRY_BYTES = 16;
  private static final long DT_NEEDED = 1;
  private static final long DT_STRTAB = 5;

  ElfFile {
    needed = List.copyOf(needed);
  }

  /// @return empty for all other kinds of files
  static Optional<ElfFile> read(Content content) throws IOException {
    try (InputStream in = content.open()) {
      byte[] start = in.readNBytes(HEADER_BYTES);
      if (start.length < HEADER_BYTES || buffer(start).getInt(0) != MAGIC) {
        return Optional.empty();
      }
    }
    if (content.size() > MOST_BYTES) {
      throw new IOException("a program of %d bytes".formatted(content.size()));
    }
    ByteBuffer file = buffer(content.bytes());
    if (file.getShort(CLASS_AT) != CLASS64_LITTLE) {
      return Optional.empty();
    }
    try {
      return Optional.of(new ElfFile(Short.toUnsignedInt(file.getShort(MACHINE_AT)), needed(file)));
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("a program or library that is cut short", e);
    }
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static List<String> needed(ByteBuffer file) {
    List<Long> names = new ArrayList<>();
    long strings = -1;
    for (Segment segment : segments(file)) {
      if (segment.type() != PT_DYNAMIC) {
        continue;
      }
      long end = segment.offset() + segment.size();
      for (long at = segment.offset(); at < end; at += ENTRY_BYTES) {
        long tag = file.getLong(Math.toIntExact(at));
        long value = file.getLong(Math.toIntExact(at + Long.BYTES));
        if (tag == 0) {
          break;
        } else if (tag == DT_NEEDED) {
          names.add(value);
        } else if (tag == DT_STRTAB) {
          strings = offset(file, value);
        }
      }
    }
    List<String> needed = new ArrayList<>();
    for (long name : names) {
      needed.add(text(file, Math.toIntExact(strings + name)));
    }
    return needed;
  }

  private record Segment(int type, long offset, long address, long size) {}

  private static List<Segment> segments(ByteBuffer file) {
    long headers = file.getLong(PROGRAM_HEADERS_AT);
    int size = Short.toUnsignedInt(file.getShort(PROGRAM_HEADER_SIZE_AT));
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < Short.toUnsignedInt(file.getShort(PROGRAM_HEADER_COUNT_AT)); i++) {
      int at = Math.toIntExact(headers + (long) i * size);
      segments.add(
          new Segment(
              file.getInt(at),
              file.getLong(at + OFFSET_AT),
              file.getLong(at + ADDRESS_AT),
              file.getLong(at + FILE_SIZE_AT)));
    }
    return segments;
  }

  /// Where in the file a part of the memory is.
  private static long offset(ByteBuffer file, long address) {
    return segments(file).stream()
        .filter(it -> it.type() == PT_LOAD)
        .filter(it -> address >= it.address() && address < it.address() + it.size())
        .mapToLong(it -> address - it.address() + it.offset())
        .findFirst()
        .orElseThrow(() -> new IndexOutOfBoundsException("no names of libraries"));
  }

  private static String text(ByteBuffer file, int at) {
    int end = at;
    while (file.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - at];
    file.get(at, bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}

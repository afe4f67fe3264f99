// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One `struct ipt_entry` or `struct ip6t_entry` of a table of the old iptables.
///
/// @param at where it begins
/// @param heads the name of the chain that begins with it
/// @param dropsAll whether it drops or rejects whatever comes to it
/// @param verdictAt where its verdict is: to an entry, if it is not negative; empty if another
///     target decides
/// @param comment empty without one
record OldEntry(
    int at,
    int length,
    Optional<String> heads,
    boolean dropsAll,
    Optional<Integer> verdictAt,
    String comment) {

  static final int IP6 = 10;

  // struct xt_entry_target, and struct xt_entry_match alike
  private static final int NAME = 2;
  private static final int DATA = 32;
  private static final String ERROR = "ERROR";
  private static final String COMMENT = "comment";
  private static final int DROP = -1;

  /// What differs between the families: where things are in an entry.
  private record Shape(int address, int target, int next, int header) {

    static Shape of(int family) {
      return family == IP6 ? new Shape(136, 140, 142, 168) : new Shape(84, 88, 90, 112);
    }
  }

  /// All of a table.
  ///
  /// @param all in the machine's order of bytes
  /// @throws IllegalArgumentException if lengths in them do not fit
  static List<OldEntry> all(int family, ByteBuffer all) {
    Shape shape = Shape.of(family);
    List<OldEntry> entries = new ArrayList<>();
    int at = 0;
    while (at < all.limit()) {
      OldEntry entry = at(all, at, shape);
      entries.add(entry);
      at += entry.length();
    }
    return entries;
  }

  private static OldEntry at(ByteBuffer all, int at, Shape shape) {
    if (at + shape.header() > all.limit()) {
      throw new IllegalArgumentException("half an entry at %d of %d".formatted(at, all.limit()));
    }
    int target = at + (all.getShort(at + shape.target()) & 0xffff);
    int length = all.getShort(at + shape.next()) & 0xffff;
    if (length < shape.header() || at + length > all.limit() || target + DATA > at + length) {
      throw new IllegalArgumentException(
          "an entry of %d bytes at %d of %d".formatted(length, at, all.limit()));
    }
    String name = text(all, target + NAME);
    boolean hasConditions = target - at > shape.header();
    for (int i = 0; i < shape.address(); i++) {
      hasConditions |= all.get(at + i) != 0;
    }
    boolean isVerdict = name.isEmpty();
    boolean drops = name.equals("REJECT") || (isVerdict && all.getInt(target + DATA) == DROP);
    return new OldEntry(
        at,
        length,
        name.equals(ERROR) ? Optional.of(text(all, target + DATA)) : Optional.empty(),
        drops && !hasConditions,
        isVerdict ? Optional.of(target + DATA) : Optional.empty(),
        comment(all, at + shape.header(), target));
  }

  private static String comment(ByteBuffer all, int from, int end) {
    int at = from;
    while (at + DATA <= end) {
      if (text(all, at + NAME).equals(COMMENT)) {
        return text(all, at + DATA);
      }
      int length = all.getShort(at) & 0xffff;
      if (length < DATA) {
        throw new IllegalArgumentException("a condition of %d bytes at %d".formatted(length, at));
      }
      at += length;
    }
    return "";
  }

  private static String text(ByteBuffer all, int at) {
    int end = at;
    while (end < all.limit() && all.get(end) != 0) {
      end++;
    }
    var bytes = new byte[end - at];
    all.get(at, bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Update;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What a peer told, message after message, ready to be taken into the tables: made by one thread,
/// taken by another, used again. No object for each prefix or attribute.
///
/// ```
/// step: | what | first prefix | after the last | first octet of the attributes | how many octets |
/// ```
public final class UpdateBatch {

  /// Prefixes with the attributes they share.
  static final int ANNOUNCE = 0;

  static final int WITHDRAW = 1;

  /// A message that was read by the exact codec: `first` is its number.
  static final int EXACT = 2;

  private static final int WIDTH = 6;
  private static final int KEPT = 1 << 18;

  private int[] steps = new int[WIDTH * 8];
  private int stepCount;

  private byte[] attributes = new byte[512];
  private int attributesEnd;

  private long[] highs = new long[64];
  private long[] lows = new long[0];
  private byte[] lengths = new byte[64];

  /// Of paths (RFC 7911); empty until one comes.
  private int[] ids = new int[0];

  private int prefixCount;

  private byte[] octets = new byte[0];
  private int octetsEnd;

  private final List<Update> exact = new ArrayList<>();
  private int messages;

  /// Empties it for the next time.
  public void clear() {
    stepCount = 0;
    attributesEnd = 0;
    prefixCount = 0;
    octetsEnd = 0;
    messages = 0;
    exact.clear();
  }

  /// Whether it has grown too large to be kept for the next time.
  public boolean isLarge() {
    return attributes.length > KEPT || lengths.length > KEPT || octets.length > KEPT;
  }

  // ---- filling

  /// Keeps a message as it came, for those who watch.
  public void keepOctets(ByteBuf frame) {
    int length = frame.readableBytes();
    if (octets.length - octetsEnd < length) {
      octets = Arrays.copyOf(octets, Math.max(2 * octets.length, octetsEnd + length));
    }
    frame.getBytes(frame.readerIndex(), octets, octetsEnd, length);
    octetsEnd += length;
  }

  /// The messages as they came, if they were kept: one after the other.
  public byte[] octets() {
    return octets;
  }

  public int octetsEnd() {
    return octetsEnd;
  }

  void message() {
    messages++;
  }

  void exact(Update update) {
    step(EXACT, Family.IPV4_UNICAST, exact.size(), 0, 0, 0);
    exact.add(update);
  }

  /// Where attributes may be written, at least as many octets; `keepAttributes` says how many were.
  byte[] attributesFor(int octets) {
    if (attributes.length - attributesEnd < octets) {
      attributes =
          Arrays.copyOf(attributes, Math.max(2 * attributes.length, attributesEnd + octets));
    }
    return attributes;
  }

  int attributesEnd() {
    return attributesEnd;
  }

  void keepAttributes(int octets) {
    attributesEnd += octets;
  }

  int prefixCount() {
    return prefixCount;
  }

  /// Forgets prefixes that were added of a message that turned out not to be plain.
  void cutPrefixes(int count) {
    prefixCount = count;
  }

  void prefix(long high, long low, int length, boolean isWide) {
    if (prefixCount == lengths.length) {
      highs = Arrays.copyOf(highs, 2 * prefixCount);
      lengths = Arrays.copyOf(lengths, 2 * prefixCount);
    }
    if (isWide) {
      if (lows.length < lengths.length) {
        lows = Arrays.copyOf(lows, lengths.length);
      }
      lows[prefixCount] = low;
    }
    highs[prefixCount] = high;
    lengths[prefixCount] = (byte) length;
    if (prefixCount < ids.length) {
      ids[prefixCount] = 0;
    }
    prefixCount++;
  }

  /// Gives the last prefix its path identifier.
  void identify(int pathId) {
    if (ids.length < prefixCount) {
      ids = Arrays.copyOf(ids, lengths.length);
    }
    ids[prefixCount - 1] = pathId;
  }

  void announce(Family family, int from, int attributesFrom, int octets) {
    step(ANNOUNCE, family, from, prefixCount, attributesFrom, octets);
  }

  void withdraw(Family family, int from) {
    step(WITHDRAW, family, from, prefixCount, 0, 0);
  }

  private void step(int what, Family family, int from, int to, int attributesFrom, int octets) {
    int at = stepCount * WIDTH;
    if (at == steps.length) {
      steps = Arrays.copyOf(steps, 2 * at);
    }
    steps[at] = what;
    steps[at + 1] = family.index();
    steps[at + 2] = from;
    steps[at + 3] = to;
    steps[at + 4] = attributesFrom;
    steps[at + 5] = octets;
    stepCount++;
  }

  // ---- reading

  public boolean isEmpty() {
    return stepCount == 0;
  }

  /// How many UPDATEs are in it.
  public int messages() {
    return messages;
  }

  int steps() {
    return stepCount;
  }

  int what(int step) {
    return steps[step * WIDTH];
  }

  int family(int step) {
    return steps[step * WIDTH + 1];
  }

  int from(int step) {
    return steps[step * WIDTH + 2];
  }

  int to(int step) {
    return steps[step * WIDTH + 3];
  }

  int attributesFrom(int step) {
    return steps[step * WIDTH + 4];
  }

  int attributesLength(int step) {
    return steps[step * WIDTH + 5];
  }

  Update exact(int step) {
    return exact.get(from(step));
  }

  byte[] attributes() {
    return attributes;
  }

  long high(int prefix) {
    return highs[prefix];
  }

  long low(int prefix) {
    return prefix < lows.length ? lows[prefix] : 0;
  }

  /// 0 where there is none.
  int pathId(int prefix) {
    return prefix < ids.length ? ids[prefix] : 0;
  }

  int length(int prefix) {
    return lengths[prefix] & 0xff;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Header;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.MessageCodec;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.PeerTerms;
import dev.brindle.bird.wire.Reading;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads UPDATEs into a batch. What is plain is read without making an object; whatever RFC 7606
/// might have a word on is left to the exact codec, which always has the last one. One thread's.
public final class UpdateReader {

  private static final int LONGEST_MESSAGE = 65_535;
  private static final int MP_REACH = 14;
  private static final int MP_UNREACH = 15;
  private static final int REACH_FIXED = 5;
  private static final int EXTENDED_LENGTH = 0x10;
  private static final int MOST_IN_BATCH = 1 << 20;

  private final byte[] message = new byte[LONGEST_MESSAGE];

  // what the walk through the attributes found: where the value of an MP attribute stands
  private int reachAt;
  private int reachLength;
  private boolean hasUnreach;

  /// Reads one message.
  ///
  /// @param frame exactly one UPDATE whose header was found whole
  /// @return why the session must end, if it must; then nothing was added
  public Optional<Reading.Refused> read(ByteBuf frame, PeerTerms terms, UpdateBatch batch) {
    int length = frame.readableBytes();
    int prefixes = batch.prefixCount();
    frame.getBytes(frame.readerIndex(), message, 0, length);
    if (!readPlain(length, terms, batch)) {
      batch.cutPrefixes(prefixes);
      switch (MessageCodec.decode(frame, terms)) {
        case Reading.Refused refused -> {
          return Optional.of(refused);
        }
        case Reading.Understood(Update update) -> batch.exact(update);
        case Reading.Understood(var other) ->
            throw new IllegalArgumentException("not an UPDATE: " + other);
      }
    }
    batch.message();
    return Optional.empty();
  }

  /// @return false if it is not plain; then prefixes may have been added, but no step
  private boolean readPlain(int length, PeerTerms terms, UpdateBatch batch) {
    int at = Header.LENGTH;
    boolean isPlain = terms.fourOctetAs() && terms.kind() != PeerKind.CONFEDERATION;
    if (!isPlain || length < at + 4 || batch.prefixCount() > MOST_IN_BATCH) {
      return false;
    }
    int withdrawn = u16(at);
    int withdrawnAt = at + 2;
    int attributesAt = withdrawnAt + withdrawn + 2;
    if (attributesAt > length) {
      return false;
    }
    int attributes = u16(attributesAt - 2);
    int announcedAt = attributesAt + attributes;
    if (announcedAt > length) {
      return false;
    }
    boolean hasAnnounced = announcedAt < length;
    if (withdrawn > 0) {
      // both lists in one message may name one prefix twice: the exact codec knows what counts
      return attributes == 0 && !hasAnnounced && withdrawals(withdrawnAt, withdrawn, terms, batch);
    }
    if (attributes == 0 || !walk(attributesAt, attributes) || hasUnreach) {
      return false;
    }
    boolean hasReach = reachAt > 0;
    if (hasReach == hasAnnounced) {
      return false;
    }
    int from = batch.prefixCount();
    Family family = hasReach ? familyOfReach(terms) : Family.IPV4_UNICAST;
    if (family == null || !terms.families().contains(family)) {
      return false;
    }
    boolean areRead =
        hasReach
            ? reach(family, terms, batch)
            : prefixes(announcedAt, length, Family.IPV4_UNICAST, terms, batch);
    if (!areRead || batch.prefixCount() == from) {
      return false;
    }
    byte[] to = batch.attributesFor(CanonicalForm.room(attributes));
    int start = batch.attributesEnd();
    int octets =
        CanonicalForm.scan(message, attributesAt, attributes, terms.isExternal(), true, to, start);
    if (octets == CanonicalForm.SLOW) {
      return false;
    }
    batch.keepAttributes(octets);
    batch.announce(family, from, start, octets);
    return true;
  }

  private boolean withdrawals(int at, int octets, PeerTerms terms, UpdateBatch batch) {
    int from = batch.prefixCount();
    if (!terms.families().contains(Family.IPV4_UNICAST)
        || !prefixes(at, at + octets, Family.IPV4_UNICAST, terms, batch)) {
      return false;
    }
    batch.withdraw(Family.IPV4_UNICAST, from);
    return true;
  }

  /// Looks for the MP attributes only.
  private boolean walk(int from, int octets) {
    reachAt = 0;
    reachLength = 0;
    hasUnreach = false;
    int end = from + octets;
    int at = from;
    while (at < end) {
      if (end - at < 3) {
        return false;
      }
      boolean isExtended = (message[at] & EXTENDED_LENGTH) != 0;
      int code = message[at + 1] & 0xff;
      int head = isExtended ? 4 : 3;
      if (end - at < head) {
        return false;
      }
      int length = isExtended ? u16(at + 2) : message[at + 2] & 0xff;
      if (length > end - at - head) {
        return false;
      }
      if (code == MP_REACH) {
        reachAt = at + head;
        reachLength = length;
      }
      hasUnreach |= code == MP_UNREACH;
      at += head + length;
    }
    return true;
  }

  /// ```
  /// | AFI (2) | SAFI (1) | length (1) | next hop | reserved (1) | prefixes |
  /// ```
  ///
  /// @return null if it is not plain
  private @Nullable Family familyOfReach(PeerTerms terms) {
    if (reachLength < REACH_FIXED) {
      return null;
    }
    int afi = u16(reachAt);
    int safi = message[reachAt + 2];
    int hop = message[reachAt + 3] & 0xff;
    if (isIt(Family.IPV6_UNICAST, afi, safi)) {
      return Family.IPV6_UNICAST;
    }
    boolean isAgreed = hop == Integer.BYTES || terms.extendedNextHop();
    return isIt(Family.IPV4_UNICAST, afi, safi) && isAgreed ? Family.IPV4_UNICAST : null;
  }

  private static boolean isIt(Family family, int afi, int safi) {
    return family.wire().afi() == afi && family.wire().safi() == safi;
  }

  private boolean reach(Family family, PeerTerms terms, UpdateBatch batch) {
    int end = reachAt + reachLength;
    int first = reachAt + REACH_FIXED + (message[reachAt + 3] & 0xff);
    return first <= end && prefixes(first, end, family, terms, batch);
  }

  private boolean prefixes(int from, int end, Family family, PeerTerms terms, UpdateBatch batch) {
    boolean isWide = family == Family.IPV6_UNICAST;
    boolean hasIds = terms.addPath().isReceived(family);
    int most = isWide ? 128 : 32;
    int at = from;
    while (at < end) {
      int id = 0;
      if (hasIds) {
        if (end - at <= Integer.BYTES) {
          return false;
        }
        id = Words.get32(message, at);
        at += Integer.BYTES;
      }
      int length = message[at] & 0xff;
      int octets = (length + 7) >>> 3;
      if (length > most || octets > end - at - 1) {
        return false;
      }
      if (isWide) {
        batch.prefix(
            wide(at + 1, Math.min(octets, 8), Math.min(length, 64)),
            wide(at + 9, octets - 8, length - 64),
            length,
            true);
      } else {
        batch.prefix(narrow(at + 1, octets, length), 0, length, false);
      }
      if (hasIds) {
        batch.identify(id);
      }
      at += 1 + octets;
    }
    return true;
  }

  private long narrow(int at, int octets, int length) {
    int bits = 0;
    for (int i = 0; i < octets; i++) {
      bits |= (message[at + i] & 0xff) << (24 - 8 * i);
    }
    return length == 0 ? 0 : Integer.toUnsignedLong(bits & (-1 << (32 - length)));
  }

  private long wide(int at, int octets, int length) {
    long bits = 0;
    for (int i = 0; i < octets; i++) {
      bits |= (message[at + i] & 0xffL) << (56 - 8 * i);
    }
    return length <= 0 ? 0 : bits & (-1L << (64 - length));
  }

  private int u16(int at) {
    return ((message[at] & 0xff) << 8) | (message[at + 1] & 0xff);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.AttributeRegion;
import dev.brindle.bird.wire.AttributeType;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/// The attributes of UPDATEs as bytes: good ones as different implementations write them, and
/// damaged ones.
final class RandomRegions {

  private static final int[] VALUES = {0, 1, 2, 3, 4, 8, 0x40, 0x7f, 0x80, 0xc0, 0xd0, 0xff};

  private final Random random;
  private final RandomAttributes attributes;

  RandomRegions(Random random) {
    this.random = random;
    attributes = new RandomAttributes(random);
  }

  <T> T any(T[] values) {
    return attributes.any(values);
  }

  byte[] good(PeerKind kind, Family family) {
    PathAttributes told = attributes.told(kind, family);
    byte[] canonical = CanonicalForm.of(told);
    List<byte[]> list = new ArrayList<>();
    if (family == Family.IPV6_UNICAST) {
      list.add(reach(canonical));
      split(AttributeRegion.write(told.without(AttributeType.NEXT_HOP), true), list);
    } else {
      split(AttributeRegion.write(told, true), list);
    }
    if (random.nextInt(10) == 0) {
      list.add(new byte[] {(byte) 0x80, 15, 5, 0, 2, 1, 8, 0x20});
    }
    if (random.nextInt(10) == 0) {
      list.add(new byte[] {(byte) 0x80, 26, 1, 7});
    }
    if (random.nextInt(3) == 0) {
      Collections.shuffle(list, random);
    }
    list.replaceAll(one -> random.nextInt(8) == 0 ? lengthened(one) : one);
    list.forEach(one -> one[0] |= (byte) (mayBePartial(one) ? random.nextInt(2) << 5 : 0));
    return join(list);
  }

  private static boolean mayBePartial(byte[] attribute) {
    return (attribute[0] & 0xc0) == 0xc0;
  }

  private static void split(byte[] region, List<byte[]> list) {
    for (int at = 0; at < region.length; at = AttributeWalk.next(region, at)) {
      list.add(Arrays.copyOfRange(region, at, AttributeWalk.next(region, at)));
    }
  }

  /// With the next hop of the canonical form and up to three prefixes.
  private byte[] reach(byte[] canonical) {
    int hop = AttributeWalk.length(canonical, 0);
    int prefixes = random.nextInt(4);
    byte[] attribute = new byte[3 + 4 + hop + 1 + 5 * prefixes];
    int value = AttributeWalk.header(attribute, 0, 0x80, Code.MP_REACH_NLRI, attribute.length - 3);
    attribute[value + 1] = 2;
    attribute[value + 2] = 1;
    attribute[value + 3] = (byte) hop;
    System.arraycopy(canonical, AttributeWalk.value(canonical, 0), attribute, value + 4, hop);
    for (int i = 0; i < prefixes; i++) {
      int at = value + 5 + hop + 5 * i;
      attribute[at] = 32;
      attribute[at + 1] = 0x20;
      attribute[at + 4] = (byte) i;
    }
    return attribute;
  }

  /// With two octets of length where one would do.
  private static byte[] lengthened(byte[] one) {
    if ((one[0] & AttributeWalk.EXTENDED) != 0) {
      return one;
    }
    byte[] longer = new byte[one.length + 1];
    longer[0] = (byte) (one[0] | AttributeWalk.EXTENDED);
    longer[1] = one[1];
    longer[3] = one[2];
    System.arraycopy(one, 3, longer, 4, one.length - 3);
    return longer;
  }

  private static byte[] join(List<byte[]> list) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    list.forEach(out::writeBytes);
    return out.toByteArray();
  }

  /// One to three things go wrong; sometimes the headers stay good.
  byte[] damaged(byte[] good) {
    byte[] region = good;
    for (int left = 1 + random.nextInt(3); left > 0 && region.length > 4; left--) {
      region =
          switch (random.nextInt(7)) {
            case 0 -> withOctet(region, random.nextInt(region.length));
            case 1 -> withOctet(region, header(region) + random.nextInt(3));
            case 2 -> Arrays.copyOf(region, random.nextInt(region.length));
            case 3 -> without(region, header(region));
            case 4 -> twice(region, header(region));
            case 5 -> resized(region, header(region));
            default -> withOctet(region, Math.min(region.length - 1, header(region) + 3));
          };
    }
    return region;
  }

  private byte[] withOctet(byte[] region, int at) {
    byte[] changed = region.clone();
    changed[Math.min(at, region.length - 1)] =
        (byte) (random.nextBoolean() ? VALUES[random.nextInt(VALUES.length)] : random.nextInt());
    return changed;
  }

  /// Where an attribute begins, as far as the lengths are good.
  private int header(byte[] region) {
    List<Integer> starts = new ArrayList<>();
    int at = 0;
    while (at + 4 <= region.length && AttributeWalk.next(region, at) <= region.length) {
      starts.add(at);
      at = AttributeWalk.next(region, at);
    }
    return starts.isEmpty() ? 0 : starts.get(random.nextInt(starts.size()));
  }

  private static byte[] without(byte[] region, int at) {
    int next = Math.min(AttributeWalk.next(region, at), region.length);
    return spliced(region, at, next, new byte[0]);
  }

  private static byte[] twice(byte[] region, int at) {
    int next = Math.min(AttributeWalk.next(region, at), region.length);
    return spliced(region, next, next, Arrays.copyOfRange(region, at, next));
  }

  /// An attribute with a longer or shorter value, its length right.
  private byte[] resized(byte[] region, int at) {
    int next = Math.min(AttributeWalk.next(region, at), region.length);
    int value = Math.min(AttributeWalk.value(region, at), next);
    byte[] other = new byte[random.nextInt(20)];
    int kept = Math.min(other.length, next - value);
    System.arraycopy(region, value, other, 0, kept);
    byte[] attribute = new byte[3 + other.length];
    int flags = region[at] & 0xff & ~AttributeWalk.EXTENDED;
    int to = AttributeWalk.header(attribute, 0, flags, region[at + 1] & 0xff, other.length);
    System.arraycopy(other, 0, attribute, to, other.length);
    return spliced(region, at, next, attribute);
  }

  private static byte[] spliced(byte[] region, int from, int end, byte[] between) {
    byte[] changed = new byte[from + between.length + region.length - end];
    System.arraycopy(region, 0, changed, 0, from);
    System.arraycopy(between, 0, changed, from, between.length);
    System.arraycopy(region, end, changed, from + between.length, region.length - end);
    return changed;
  }
}

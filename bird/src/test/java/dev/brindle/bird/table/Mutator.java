// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// Makes bad input of good: octets that decoders trip over, ends that come too early, parts twice,
/// away, elsewhere, or of another input.
public final class Mutator {

  private static final int[] TELLING = {
    0, 1, 2, 3, 4, 0x10, 0x18, 0x20, 0x21, 0x40, 0x7f, 0x80, 0x81, 0xc0, 0xe0, 0xff
  };
  private static final int LONGEST = 65_535;

  private final RandomGenerator random;

  public Mutator(RandomGenerator random) {
    this.random = random;
  }

  <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /// @param kept octets at the front that stay, as far as there are that many
  public byte[] mutated(List<byte[]> corpus, int kept) {
    byte[] input = any(corpus).clone();
    for (int left = random.nextInt(6); left > 0; left--) {
      input = once(input, Math.min(kept, input.length), corpus);
    }
    return input;
  }

  private byte[] once(byte[] input, int kept, List<byte[]> corpus) {
    int free = input.length - kept;
    if (free < 2) {
      return spliced(input, input.length, input.length, part(any(corpus)));
    }
    int at = kept + random.nextInt(free);
    int end = Math.min(input.length, at + 1 + random.nextInt(12));
    return switch (random.nextInt(9)) {
      case 0 -> with(input, at, random.nextInt(256));
      case 1, 2 -> with(input, at, TELLING[random.nextInt(TELLING.length)]);
      case 3 -> with(input, at, input[at] + (random.nextBoolean() ? 1 : -1));
      case 4 -> with(input, at, input[at] ^ (1 << random.nextInt(Byte.SIZE)));
      case 5 -> Arrays.copyOf(input, at);
      case 6 -> spliced(input, at, end, new byte[0]);
      case 7 -> spliced(input, at, at, Arrays.copyOfRange(input, at, end));
      default -> spliced(input, at, at, part(any(corpus)));
    };
  }

  private byte[] part(byte[] other) {
    int from = random.nextInt(other.length);
    byte[] part =
        Arrays.copyOfRange(other, from, Math.min(other.length, from + 1 + random.nextInt(40)));
    int times = random.nextInt(40) == 0 ? random.nextInt(600) : 1;
    byte[] all = new byte[part.length * times];
    for (int i = 0; i < all.length; i++) {
      all[i] = part[i % part.length];
    }
    return all;
  }

  private static byte[] with(byte[] input, int at, int octet) {
    input[at] = (byte) octet;
    return input;
  }

  private static byte[] spliced(byte[] input, int from, int end, byte[] between) {
    int length = from + between.length + input.length - end;
    if (length > LONGEST) {
      return input;
    }
    byte[] changed = new byte[length];
    System.arraycopy(input, 0, changed, 0, from);
    System.arraycopy(between, 0, changed, from, between.length);
    System.arraycopy(input, end, changed, from + between.length, input.length - end);
    return changed;
  }
}

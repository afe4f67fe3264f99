// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteHashTest {

  private static final int COUNT = 40_000;

  /// Attributes differ in little: a number that counts, somewhere. Of so many random numbers of 32
  /// bits none or one would meet.
  @ParameterizedTest(name = "{0} octets")
  @ValueSource(ints = {4, 7, 15, 16, 17, 31, 32, 33, 70, 250})
  void spreadsWhatCounts(int length) {
    ByteHash hash = new ByteHash(0);
    for (int place : new int[] {0, (length - 4) / 2, length - 4}) {
      byte[] bytes = new byte[length];
      Set<Integer> hashes = new HashSet<>();
      Set<Integer> low = new HashSet<>();
      for (int i = 0; i < COUNT; i++) {
        Words.put32(bytes, place, i);
        int hashed = hash.of(bytes, 0, length);
        hashes.add(hashed);
        low.add(hashed & 0xffff);
      }
      assertThat(hashes).hasSizeGreaterThan(COUNT - 10);
      assertThat(low).as("lower bits choose the slot").hasSizeGreaterThan(28_500);
    }
  }

  @Test
  void dependsOnBytesLengthAndSeedOnly() {
    byte[] bytes = {9, 0, 0, 0, 9, 9};
    ByteHash hash = new ByteHash(1);

    assertThat(hash.of(bytes, 1, 3)).isEqualTo(hash.of(new byte[3], 0, 3));
    assertThat(hash.of(bytes, 1, 3)).isNotEqualTo(hash.of(bytes, 1, 2));
    assertThat(hash.of(bytes, 0, 6)).isNotEqualTo(new ByteHash(2).of(bytes, 0, 6));
    assertThat(hash.of(bytes, 0, 6)).isEqualTo(new ByteHash(1).of(bytes, 0, 6));
  }

  @Test
  void everyOctetCounts() {
    ByteHash hash = new ByteHash(3);
    for (int length = 1; length < 70; length++) {
      byte[] bytes = new byte[length];
      int before = hash.of(bytes, 0, length);
      for (int at = 0; at < length; at++) {
        bytes[at] = 1;
        assertThat(hash.of(bytes, 0, length)).isNotEqualTo(before);
        bytes[at] = 0;
      }
    }
  }
}

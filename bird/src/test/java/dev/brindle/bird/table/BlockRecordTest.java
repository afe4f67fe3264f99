// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/// Each field at its greatest, between octets that are others'.
class BlockRecordTest {

  private static final int AT = 40;

  private final FactScan facts = new FactScan();
  private final byte[] page = new byte[256];

  /// INCOMPLETE, 3 numbers, MED 2^32 - 1, LOCAL_PREF 2^32 - 1, NO_EXPORT.
  private final byte[] bytes =
      HexFormat.of()
          .parseHex(
              "40010102"
                  + "40020e0203000000010000000200000003"
                  + "800404ffffffff"
                  + "400504ffffffff"
                  + "c00804ffffff01");

  private void write(int number) {
    Arrays.fill(page, (byte) 0x55);
    facts.read(bytes, 0, bytes.length);
    BlockRecord.write(page, AT, number, facts, bytes, 0, bytes.length);
  }

  @Test
  void keepsWhatWasReadOff() {
    write(Integer.MAX_VALUE);

    assertThat(BlockRecord.number(page, AT)).isEqualTo(Integer.MAX_VALUE);
    assertThat(BlockRecord.localPref(page, AT)).isEqualTo(-1);
    assertThat(BlockRecord.med(page, AT)).isEqualTo(-1);
    assertThat(BlockRecord.asLength(page, AT)).isEqualTo(3);
    assertThat(BlockRecord.origin(page, AT)).isEqualTo(2);
    assertThat(BlockRecord.length(page, AT)).isEqualTo(bytes.length);
    assertThat(BlockRecord.flags(page, AT))
        .isEqualTo(BlockFlags.HAS_MED | BlockFlags.HAS_LOCAL_PREF | BlockFlags.NO_EXPORT);
  }

  @Test
  void writesOnlyWhatIsItsOwn() {
    write(7);

    assertThat(Arrays.copyOf(page, AT)).containsOnly(0x55);
    int end = AT + BlockRecord.HEADER + bytes.length;
    assertThat(Arrays.copyOfRange(page, end, page.length)).containsOnly(0x55);
  }

  @Test
  void countsReferences() {
    write(7);
    BlockRecord.retain(page, AT);

    assertThat(BlockRecord.release(page, AT)).isEqualTo(1);
    assertThat(BlockRecord.release(page, AT)).isZero();
    assertThat(BlockRecord.number(page, AT)).isEqualTo(7);
  }

  @Test
  void holdsItsBytesAndNoOthers() {
    write(7);
    byte[] others = bytes.clone();
    others[bytes.length - 1]++;

    assertThat(BlockRecord.holds(page, AT, bytes, 0, bytes.length)).isTrue();
    assertThat(BlockRecord.holds(page, AT, bytes, 0, bytes.length - 7)).isFalse();
    assertThat(BlockRecord.holds(page, AT, others, 0, others.length)).isFalse();
  }

  /// The longest set there can be does not reach into the field beside its length.
  @Test
  void theLongestHasRoomForItsLength() {
    byte[] longest = new byte[BlockRecord.MAX_LENGTH];
    byte[] room = new byte[BlockRecord.HEADER + longest.length];
    facts.read(bytes, 0, bytes.length);
    BlockRecord.write(room, 0, 7, facts, longest, 0, longest.length);

    assertThat(BlockRecord.length(room, 0)).isEqualTo(BlockRecord.MAX_LENGTH);
    assertThat(BlockRecord.asLength(room, 0)).isEqualTo(3);
  }

  @Test
  void aSummarySaysWhatTheFieldsSay() {
    write(7);

    assertThat(BlockRecord.summary(page, AT)).isEqualTo(Summary.of(-1, 3, 2, true, false, false));
  }
}

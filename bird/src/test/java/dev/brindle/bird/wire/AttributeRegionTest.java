// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.brindle.bird.wire.PathAttribute.Communities;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.Unknown;
import java.util.Collections;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributeRegionTest {

  @Test
  void readsWhatItWrote() {
    PathAttributes attributes =
        PathAttributes.of(
            AsPath.of(4_200_000_001L, 7), new LocalPref(200), new Unknown(0, Octets.of(1)));

    byte[] bytes = AttributeRegion.write(attributes, true);

    assertThat(bytes).isEqualTo(bytes("e00001 01 40020a 0202fa56ea0100000007 400504 000000c8"));
    assertThat(AttributeRegion.read(bytes, 0, bytes.length)).isEqualTo(attributes);
  }

  @Test
  void writesForOldSpeakers() {
    assertThat(AttributeRegion.write(PathAttributes.of(AsPath.of(70_000, 7)), false))
        .isEqualTo(bytes("400206 02025ba00007 c0110a 02020001117000000007"));
  }

  @Test
  void knowsHowLongAnAttributeCanBe() {
    assertThat(AttributeRegion.write(communities(16_383), true)).hasSize(4 + 65_532);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AttributeRegion.write(communities(16_384), true))
        .withMessage("COMMUNITIES of 65536 octets, more than 65535");
  }

  private static PathAttributes communities(int count) {
    return PathAttributes.of(new Communities(Collections.nCopies(count, Community.NO_EXPORT)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # bytes             | complaint
          40                  | an attribute is cut off
          400504 0000         | an attribute is cut off
          400503 000000       | LOCAL_PREF: length is 3, not 4
          400206 05010000fde9 | AS_PATH: segment type 5
          """)
  void refusesAnythingElse(String hex, String complaint) {
    byte[] bytes = bytes(hex);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> AttributeRegion.read(bytes, 0, bytes.length))
        .withMessage(complaint);
  }

  @Test
  void readsSets() {
    byte[] bytes = bytes("40020a 0102 0000000100000002");

    PathAttributes read = AttributeRegion.read(bytes, 0, bytes.length);

    assertThat(read.asPath()).hasToString("{1 2}");
    assertThat(AttributeRegion.write(read, true)).isEqualTo(bytes);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }
}

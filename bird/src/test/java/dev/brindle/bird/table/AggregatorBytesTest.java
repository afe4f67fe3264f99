// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AggregatorBytesTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story               | four octets of AS number | two of them
          fits                  | c007080000fde8c0000201   | c00706fde8c0000201
          the last that fits    | c007080000ffffc0000201   | c00706ffffc0000201
          the first that is not | c0070800010000c0000201   | c007065ba0c0000201c0120800010000c0000201
          the greatest          | c00708ffffffffc0000201   | c007065ba0c0000201c01208ffffffffc0000201
          stays partial         | e007080000fde8c0000201   | e00706fde8c0000201
          """)
  void narrows(String story, String wide, String narrow) {
    byte[] to = new byte[64];

    int end = AggregatorBytes.narrowed(HexFormat.of().parseHex("00" + wide), 1, to, 3);

    assertThat(HexFormat.of().formatHex(to, 3, end)).isEqualTo(narrow);
  }
}

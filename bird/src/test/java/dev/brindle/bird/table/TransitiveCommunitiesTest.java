// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransitiveCommunitiesTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story               | there                                    | passes
          all may leave         | c010080002fde800000001                   | c010080002fde800000001
          none may              | c010084002fde800000001                   |
          the second may        | c010104002fde8000000010002fde800000002   | c010080002fde800000002
          the first may         | c010100002fde8000000014002fde800000002   | c010080002fde800000001
          stays partial         | e010080002fde800000001                   | e010080002fde800000001
          """)
  void leaves(String story, String there, @Nullable String passes) {
    assertThat(written(there, TransitiveCommunities.SIZE)).isEqualTo(passes == null ? "" : passes);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story      | there                                                | passes
          one may      | c019140002 20010db8000000000000000000000001 0001     | same
          none may     | c019144002 20010db8000000000000000000000001 0001     |
          """)
  void leavesOfIpv6(String story, String there, @Nullable String passes) {
    String octets = there.replace(" ", "");
    assertThat(written(octets, TransitiveCommunities.IPV6_SIZE))
        .isEqualTo(passes == null ? "" : octets);
  }

  /// More than 255 octets before, and no more than that afterwards: the length is written anew.
  @ParameterizedTest(name = "{0} of 40 may leave")
  @CsvSource({"40, f01001", "32, f01001", "31, e010f8", "1, e01008"})
  void aShorterLengthHasOneOctet(int count, String header) {
    StringBuilder there = new StringBuilder("f0100140");
    for (int i = 0; i < 40; i++) {
      there.append(i < count ? "00" : "40").append("02fde8000000").append("%02x".formatted(i));
    }

    assertThat(written(there.toString(), TransitiveCommunities.SIZE)).startsWith(header);
  }

  private static String written(String there, int size) {
    byte[] to = new byte[512];
    int end = TransitiveCommunities.write(HexFormat.of().parseHex("00" + there), 1, size, to, 5);
    return HexFormat.of().formatHex(to, 5, end);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.wire.Family;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdateFamilyTest {

  /// What is behind the header.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      textBlock =
          """
          0000 0000,                                        -
          0000 0000 180a0000,                               IPV4_UNICAST
          0004 180a0000 0000,                               IPV4_UNICAST
          0000 0006 800f03 0002 01,                         IPV6_UNICAST
          0000 000a 40010100 800f03 0002 01,                IPV6_UNICAST
          0000 0007 900f0003 0002 01,                       IPV6_UNICAST
          0000 0006 800e03 0001 01,                         IPV4_UNICAST
          0000 0006 800f03 0019 41,                         -
          0000 0006 800f09 0002 01,                         -
          0009 180a0000 0000,                               -
          0000,                                             -
          """)
  void isTheFirstThatIsSpokenOf(String hex, String family) {
    String octets = "00".repeat(19) + hex.replace(" ", "");

    assertThat(UpdateFamily.of(Unpooled.wrappedBuffer(HexFormat.of().parseHex(octets))))
        .isEqualTo(family.equals("-") ? Optional.empty() : Optional.of(Family.valueOf(family)));
  }
}

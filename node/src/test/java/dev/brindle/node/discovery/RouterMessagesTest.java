// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouterMessagesTest {

  private static final Optional<MacAddress> MAC =
      Optional.of(MacAddress.ofBytes(HexFormat.of().parseHex("020000000001")));

  @Test
  void advertisesForThreeIntervals() {
    assertThat(hex(RouterMessages.advertisement(Duration.ofSeconds(30), MAC)))
        .isEqualTo("8600000040" + "00001e" + "0000000000000000" + "0101020000000001");
    assertThat(hex(RouterMessages.advertisement(Duration.ofSeconds(30), Optional.empty())))
        .isEqualTo("8600000040" + "00001e" + "0000000000000000");
  }

  @Test
  void solicits() {
    assertThat(hex(RouterMessages.solicitation(MAC)))
        .isEqualTo("8500000000000000" + "0101020000000001");
    assertThat(hex(RouterMessages.solicitation(Optional.empty()))).isEqualTo("8500000000000000");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                     | from        | message                                          | counts
          as FRR sends it             | fe80::2     | 8600abcd4000001e0000000000000000 0101020000000001 | true
          without options             | fe80::2     | 8600abcd4000001e0000000000000000                 | true
          with others                 | fe80::2     | 8600abcd4000001e0000000000000000 0501000000000594 | true
          for no time                 | fe80::2     | 8600abcd400000000000000000000000                 | false
          from a global address       | 2001:db8::2 | 8600abcd4000001e0000000000000000                 | false
          from nobody                 | ::          | 8600abcd4000001e0000000000000000                 | false
          cut off                     | fe80::2     | 8600abcd4000001e00000000000000                   | false
          empty                       | fe80::2     | 86                                               | false
          another code                | fe80::2     | 8601abcd4000001e0000000000000000                 | false
          another type                | fe80::2     | 8900abcd4000001e0000000000000000                 | false
          option of no length         | fe80::2     | 8600abcd4000001e0000000000000000 0100020000000001 | false
          option beyond the end       | fe80::2     | 8600abcd4000001e0000000000000000 0102020000000001 | false
          option of one octet         | fe80::2     | 8600abcd4000001e0000000000000000 01              | false
          """)
  void takesAdvertisements(String story, String from, String message, boolean counts) {
    byte[] octets = HexFormat.of().parseHex(message.replace(" ", ""));

    assertThat(RouterMessages.isAdvertisement(IpAddress.parse(from), octets)).isEqualTo(counts);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "8500000000000000, true",
    "85000000000000000101020000000001, true",
    "8501000000000000, false",
    "85000000000000, false",
    "8600000000000000, false",
    "85000000000000000100020000000001, false",
  })
  void takesSolicitations(String message, boolean counts) {
    assertThat(RouterMessages.isSolicitation(HexFormat.of().parseHex(message))).isEqualTo(counts);
  }
}

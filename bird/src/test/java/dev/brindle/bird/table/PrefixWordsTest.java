// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.Family;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrefixWordsTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "0.0.0.0/0, 0, 0",
    "10.64.0.0/10, a400000, 0",
    "255.255.255.255/32, ffffffff, 0",
    "::/0, 0, 0",
    "2001:db8::/32, 20010db800000000, 0",
    "2001:db8::1/128, 20010db800000000, 1",
    "ffff:ffff:ffff:ffff:8000::/65, ffffffffffffffff, 8000000000000000"
  })
  void thereAndBack(String text, String high, String low) {
    Cidr prefix = Cidr.parse(text);

    assertThat(PrefixWords.high(prefix)).isEqualTo(Long.parseUnsignedLong(high, 16));
    assertThat(PrefixWords.low(prefix)).isEqualTo(Long.parseUnsignedLong(low, 16));
    assertThat(
            PrefixWords.cidr(
                Family.of(prefix.family()),
                PrefixWords.high(prefix),
                PrefixWords.low(prefix),
                prefix.length()))
        .isEqualTo(prefix);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CidrTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # text           | prefix           | last            | interface address
          10.1.2.3/8       | 10.0.0.0/8       | 10.255.255.255  | 10.1.2.3/8
          10.1.2.3         | 10.1.2.3/32      | 10.1.2.3        | 10.1.2.3/32
          1.2.3.4/0        | 0.0.0.0/0        | 255.255.255.255 | 1.2.3.4/0
          10.0.0.77/26     | 10.0.0.64/26     | 10.0.0.127      | 10.0.0.77/26
          fd00:1::7/64     | fd00:1::/64      | fd00:1::ffff:ffff:ffff:ffff | fd00:1::7/64
          fd00::ff/122     | fd00::c0/122     | fd00::ff        | fd00::ff/122
          ffff::/1         | 8000::/1         | ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff | ffff::/1
          ::1              | ::1/128          | ::1             | ::1/128
          abcd::1/0        | ::/0             | ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff | abcd::1/0
          ::ffff:10.0.0.1/120 | ::ffff:10.0.0.0/120 | ::ffff:10.0.0.255 | ::ffff:10.0.0.1/120
          """)
  void readsAndPrints(String text, String prefix, String last, String interfaceAddress) {
    assertThat(Cidr.parse(text)).hasToString(prefix).isEqualTo(Cidr.parse(prefix));
    assertThat(Cidr.parse(text).last()).hasToString(last);
    assertThat(InterfaceAddress.parse(text)).hasToString(interfaceAddress);
    assertThat(InterfaceAddress.parse(text).cidr()).isEqualTo(Cidr.parse(text));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          10.0.0.0/33    | prefix length 33 is not in 0..32
          ::/129         | prefix length 129 is not in 0..128
          10.0.0.0/      | '10.0.0.0/' is not a CIDR
          10.0.0.0/-1    | '10.0.0.0/-1' is not a CIDR
          10.0.0.0/+8    | '10.0.0.0/+8' is not a CIDR
          10.0.0.0/8/8   | '10.0.0.0/8/8' is not a CIDR
          10.0.0.0/0008  | '10.0.0.0/0008' is not a CIDR
          10.0.0.0/8x    | '10.0.0.0/8x' is not a CIDR
          10.0.0/8       | '10.0.0' is not an IP address
          /8             | '' is not an IP address
          """)
  void refuses(String text, String message) {
    assertThatIllegalArgumentException().isThrownBy(() -> Cidr.parse(text)).withMessage(message);
    assertThat(Cidr.tryParse(text)).isEmpty();
    assertThat(InterfaceAddress.tryParse(text)).isEmpty();
  }

  @ParameterizedTest(name = "{0} and {1}")
  @CsvSource(
      textBlock =
          """
          10.0.0.0/8,  10.1.0.0/16,   true,  false
          10.0.0.0/8,  10.0.0.0/8,    true,  true
          10.0.0.0/8,  11.0.0.0/8,    false, false
          0.0.0.0/0,   10.0.0.0/8,    true,  false
          0.0.0.0/0,   ::/0,          false, false
          ::/0,        10.0.0.0/8,    false, false
          fd00::/64,   fd00::1/128,   true,  false
          fd00::/64,   fd00:0:0:1::/64, false, false
          """)
  void contains(String left, String right, boolean contains, boolean isContained) {
    Cidr one = Cidr.parse(left);
    Cidr other = Cidr.parse(right);
    assertThat(one.contains(other)).isEqualTo(contains);
    assertThat(other.contains(one)).isEqualTo(isContained);
    assertThat(one.overlaps(other)).isEqualTo(contains || isContained);
    assertThat(one.contains(other.address())).isEqualTo(contains);
  }

  @Test
  void isOrderedByAddressThenShorterFirst() {
    List<Cidr> sorted =
        Stream.of("::/0", "10.0.0.0/16", "9.0.0.0/32", "10.0.0.0/8")
            .map(Cidr::parse)
            .sorted()
            .toList();
    assertThat(sorted)
        .extracting(Cidr::toString)
        .containsExactly("9.0.0.0/32", "10.0.0.0/8", "10.0.0.0/16", "::/0");
  }

  @Test
  void aHostIsOneAddress() {
    assertThat(Cidr.host(IpAddress.parse("10.0.0.1")).isHost()).isTrue();
    assertThat(Cidr.parse("fd00::/127").isHost()).isFalse();
  }
}

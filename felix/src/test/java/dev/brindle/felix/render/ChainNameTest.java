// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChainNameTest {

  /// Names that Calico gives, with the limit of iptables.
  @ParameterizedTest
  @CsvSource({
    "cali-pi-,  np/default/allow-dns-from-web, cali-pi-_NYXHPNuQiZy8RmzTrvQ",
    "cali-pri-, ksa.default.default-service,   cali-pri-_CgywIeeoHQTYl8pxaA",
    "cali-pi-,  gnp/0123456789abcdef,          cali-pi-gnp/0123456789abcdef",
    "cali-pi-,  gnp/0123456789abcdefg,         cali-pi-_INzVprwJW7pxYlJWnxf",
  })
  void isCalicos(String prefix, String suffix, String expected) {
    assertThat(ChainName.of(prefix, suffix, 28)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"'a b'", "_x", "''", "'a;drop'", "x*"})
  void whatNftCannotReadIsHashed(String suffix) {
    assertThat(ChainName.of("cali-pri-", suffix, 200)).matches("cali-pri-_[A-Za-z0-9_-]{43}");
  }
}

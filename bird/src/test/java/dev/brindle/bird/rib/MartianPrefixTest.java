// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MartianPrefixTest {

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          0.0.0.0/0,            false
          0.0.0.0/1,            false
          0.0.0.0/8,            true
          0.1.2.0/24,           true
          1.0.0.0/8,            false
          126.0.0.0/7,          false
          127.0.0.0/8,          true
          127.0.0.1/32,         true
          128.0.0.0/1,          false
          192.0.0.0/2,          false
          223.255.255.255/32,   false
          224.0.0.0/3,          true
          224.0.0.0/4,          true
          239.1.2.3/32,         true
          240.0.0.0/4,          true
          255.255.255.255/32,   true
          169.254.0.0/16,       false
          ::/0,                 false
          ::/127,               false
          ::/128,               true
          ::1/128,              true
          ::2/128,              false
          2000::/3,             false
          fd00::/8,             false
          fc00::/6,             false
          fe80::/9,             false
          fe80::/10,            true
          fe80::1/128,          true
          fec0::/10,            false
          ff00::/7,             false
          ff00::/8,             true
          ff02::1/128,          true
          """)
  void knowsThem(Cidr prefix, boolean isMartian) {
    assertThat(MartianPrefix.is(prefix)).isEqualTo(isMartian);
  }
}

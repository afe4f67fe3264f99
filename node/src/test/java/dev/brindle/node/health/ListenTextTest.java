// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ListenTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          localhost | 127.0.0.1:80
          127.0.0.1 | 127.0.0.1:80
          ::1       | [::1]:80
          0.0.0.0   | *:80
          ::        | *:80
          """)
  void isWhatOneWouldType(String host, String text) throws Exception {
    assertThat(ListenText.of(new InetSocketAddress(InetAddress.getByName(host), 80)))
        .isEqualTo(text);
  }

  @Test
  void anUnknownHostKeepsItsName() {
    assertThat(ListenText.of(InetSocketAddress.createUnresolved("nowhere.example", 80)))
        .isEqualTo("nowhere.example:80");
  }
}

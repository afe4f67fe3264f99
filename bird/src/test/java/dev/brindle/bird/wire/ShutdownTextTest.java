// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.bird.wire.Message.Notification;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 9003, and RFC 8538 around it.
class ShutdownTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2 | back at ten | administrative shutdown "back at ten"
          4 | grüße       | administrative reset "grüße"
          3 | not here    | peer de-configured
          """)
  void isSaidAndRead(int subcode, String text, String expected) {
    Notification cease = new Notification(NotificationCode.CEASE, subcode, Notification.text(text));

    assertThat(cease).hasToString("cease: " + expected);
    assertThat(cease.asHardReset()).hasToString("hard reset: cease: " + expected);
    assertThat(cease.asHardReset().data().toArray())
        .startsWith(6, subcode, text.getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void nothingToSayIsNoOctet() {
    assertThat(Notification.text("")).isEqualTo(Octets.EMPTY);
    assertThat(Notification.cease(NotificationCode.SHUTDOWN).asHardReset().data().toArray())
        .containsExactly(6, 2);
  }

  @Test
  void hasAnEnd() {
    assertThat(Notification.text("ü".repeat(127)).size()).isEqualTo(255);
    assertThatThrownBy(() -> Notification.text("ü".repeat(128)))
        .hasMessage("the text has 256 octets, more than 255");
  }
}

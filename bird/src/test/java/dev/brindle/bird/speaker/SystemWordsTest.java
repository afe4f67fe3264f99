// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemWordsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          finishConnect(..) failed with error(-111): Connection refused: /192.0.2.2:179 | Connection refused: /192.0.2.2:179
          bind(..) failed with error(-98): Address already in use | Address already in use
          recvAddress(..) failed: Connection reset by peer        | Connection reset by peer
          connection timed out after 5000 ms: /192.0.2.2:179      | connection timed out after 5000 ms: /192.0.2.2:179
          Connection refused                                      | Connection refused
          """)
  void saysWhatIsWrongAndNotWhoFoundIt(String message, String words) {
    assertThat(SystemWords.of(new IOException(message))).isEqualTo(words);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.session.Collision.Verdict;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CollisionTest {

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          dialled, other dialled, other has OPEN, ours lives, verdict
          true,    false,         false,          true,       LIVES
          true,    false,         true,           true,       LIVES
          true,    false,         false,          false,      WAITS
          true,    false,         true,           false,      GOES
          false,   true,          false,          true,       GOES
          false,   true,          true,           true,       GOES
          false,   true,          false,          false,      LIVES
          false,   true,          true,           false,      LIVES
          false,   false,         false,          true,       LIVES
          false,   false,         true,           false,      LIVES
          """)
  void oneOfTwoGoesWhenItIsSure(
      boolean dialled, boolean other, boolean hasOpen, boolean oursLives, Verdict verdict) {
    assertThat(Collision.judge(dialled, other, hasOpen, oursLives)).isEqualTo(verdict);
  }
}

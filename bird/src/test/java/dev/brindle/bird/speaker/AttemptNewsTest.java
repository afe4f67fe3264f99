// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class AttemptNewsTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final AttemptNews news = new AttemptNews();

  @Test
  void theSameReasonIsSaidOnce() {
    assertThat(news.isNews("refused", NOON)).isTrue();
    assertThat(news.isNews("refused", NOON.plusSeconds(3_600))).isFalse();
  }

  /// A peer may close one connection and reset the next, a thousand times a second.
  @Test
  void reasonsInTurnsAreSaidNowAndThen() {
    int said = 0;
    for (int i = 0; i < 60_000; i++) {
      said += news.isNews(i % 2 == 0 ? "closed" : "reset", NOON.plusMillis(i)) ? 1 : 0;
    }
    assertThat(said).isBetween(2, 12);
  }

  @Test
  void anotherReasonThatStaysIsSaidInTheEnd() {
    assertThat(news.isNews("closed", NOON)).isTrue();
    assertThat(news.isNews("reset", NOON.plusSeconds(1))).isFalse();
    assertThat(news.isNews("reset", NOON.plusSeconds(5))).isTrue();
  }

  @Test
  void whatWasSaidElsewhereIsNoNews() {
    news.said("hold timer expired");
    assertThat(news.isNews("hold timer expired", NOON)).isFalse();

    news.said(""); // it was up meanwhile
    assertThat(news.isNews("hold timer expired", NOON)).isTrue();
  }
}

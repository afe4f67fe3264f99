// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpeakerArgumentsTest {

  @Test
  void readsAll() {
    assertThat(parse("--confirm 60s --check --config a.yaml"))
        .contains(
            new SpeakerArguments(Path.of("a.yaml"), true, Optional.of(Duration.ofSeconds(60))));
    assertThat(parse("--config a.yaml"))
        .contains(new SpeakerArguments(Path.of("a.yaml"), false, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--check",
        "--config",
        "--config a.yaml --confirm",
        "--config a.yaml --confirm soon",
        "--config a.yaml --confirm 0s",
        "--config a.yaml b.yaml",
        "--config a.yaml --chekc"
      })
  void understandsNothingElse(String words) {
    assertThat(parse(words)).isEmpty();
  }

  private static Optional<SpeakerArguments> parse(String words) {
    return SpeakerArguments.parse(List.of(words.split(" ", -1)));
  }
}

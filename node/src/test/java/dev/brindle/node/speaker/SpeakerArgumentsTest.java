// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.ListenAddress;
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
    assertThat(parse("--confirm 60s --check --config a.yaml --control run --metrics [::1]:9091"))
        .contains(
            new SpeakerArguments(
                Path.of("a.yaml"),
                true,
                Optional.of(Duration.ofSeconds(60)),
                Optional.of(Path.of("run")),
                Optional.of(new ListenAddress(IpAddress.parse("::1"), 9091))));
    assertThat(parse("--config a.yaml"))
        .contains(
            new SpeakerArguments(
                Path.of("a.yaml"), false, Optional.empty(), Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--check",
        "--config",
        "--config a.yaml --confirm",
        "--config a.yaml --control",
        "--config a.yaml --metrics 9091",
        "--config a.yaml --metrics 127.0.0.1:99999",
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

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.ListenAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpeakerArgumentsTest {

  @Test
  void readsAll() {
    assertThat(parse("--confirm 60s --check --config a.yaml --control run --metrics [::1]:9091"))
        .isEqualTo(
            new SpeakerArguments(
                Path.of("a.yaml"),
                true,
                Optional.of(Duration.ofSeconds(60)),
                Optional.of(Path.of("run")),
                Optional.of(new ListenAddress(IpAddress.parse("::1"), 9091))));
    assertThat(parse("--config a.yaml"))
        .isEqualTo(
            new SpeakerArguments(
                Path.of("a.yaml"), false, Optional.empty(), Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '~',
      textBlock =
          """
          --check                             @ --config FILE is missing
          --config                            @ --config needs a value
          --config a.yaml --confirm           @ --confirm needs a value
          --config a.yaml --control           @ --control needs a value
          --config a.yaml --metrics 9091      @ --metrics: '9091' is not an IP address
          --config a.yaml --metrics 127.0.0.1 @ --metrics: '127.0.0.1' has no port; expected one as in 127.0.0.1:9091
          --config a.yaml --metrics 127.0.0.1:99999 @ --metrics: port 99999 is not in 1..65535
          --config a.yaml --confirm soon      @ --confirm: 'soon' is not a duration such as 90s
          --config a.yaml --confirm 0s        @ --confirm: 0 is no time to confirm in; leave it out
          --config a.yaml b.yaml              @ 'b.yaml' is not an option
          --config a.yaml --chekc             @ '--chekc' is not an option
          """)
  void saysWhatItDoesNotUnderstand(String words, String why) {
    assertThatThrownBy(() -> parse(words))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }

  private static SpeakerArguments parse(String words) {
    return SpeakerArguments.parse(List.of(words.split(" ", -1)));
  }
}

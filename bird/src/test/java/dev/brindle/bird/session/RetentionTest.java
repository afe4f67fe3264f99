// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Open;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionTest {

  @ParameterizedTest(name = "families {0}, restart {1} s of {2}")
  @CsvSource(
      textBlock =
          """
          # passing, restart, of,   kept, for
          4 6,       120,     4 6,  4 6,  120
          4 6,       120,     4,    4,    120
          4,         120,     4 6,  4,    120
          4,         120,     6,    '',   0
          4 6,       120,     '',   '',   0
          4 6,       0,       4 6,  '',   0
          4 6,       -1,      '',   '',   0
          """)
  void keepsWhatTheOtherWillForward(
      String passing, int restart, String covered, String kept, int seconds) {
    List<Capability> theirs = new ArrayList<>();
    families(passing).forEach(it -> theirs.add(new Capability.Multiprotocol(it.wire())));
    if (restart >= 0) {
      theirs.add(restart(restart, families(covered)));
    }
    List<Capability> ours = new ArrayList<>(List.of(restart(60, List.of(Family.values()))));
    Arrays.stream(Family.values()).forEach(it -> ours.add(new Capability.Multiprotocol(it.wire())));
    SessionSettings settings =
        new SessionSettings(
            open(1, ours), new AsNumber(64512), false, Duration.ofSeconds(5), Optional.empty());

    Retention retention = Retention.of(Negotiation.agree(settings, open(2, theirs)));

    assertThat(retention.families()).containsExactlyInAnyOrderElementsOf(families(kept));
    assertThat(retention.restart()).isEqualTo(Duration.ofSeconds(seconds));
  }

  private static Capability restart(int seconds, List<Family> families) {
    return new Capability.GracefulRestart(
        false,
        true,
        seconds,
        families.stream().map(it -> new Capability.RestartFamily(it.wire(), true)).toList());
  }

  private static Open open(int host, List<Capability> capabilities) {
    return new Open(new AsNumber(64512), 90, IpAddress.ofIpv4(0x7f000000L + host), capabilities);
  }

  private static List<Family> families(String numbers) {
    return Arrays.stream(numbers.split(" ", -1))
        .filter(it -> !it.isEmpty())
        .map(it -> it.equals("4") ? Family.IPV4_UNICAST : Family.IPV6_UNICAST)
        .toList();
  }
}

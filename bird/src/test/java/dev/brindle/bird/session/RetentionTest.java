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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionTest {

  @ParameterizedTest(name = "restart {0} s of {1}, long-lived {2}, ours {3}")
  @CsvSource(
      textBlock =
          """
          # restart, of,  longer,   ours,  kept, longer
          120,       4 6, 4=9,      true,  4 6,  4=9
          120,       4 6, 4=9 6=8,  true,  4 6,  4=9 6=8
          120,       4 6, 4=0,      true,  4 6,  ''
          120,       4 6, '',       true,  4 6,  ''
          120,       4 6, 4=9,      false, 4 6,  ''
          0,         4 6, 4=9,      true,  '',   4=9
          120,       4,   6=16777215, true, 4,   6=16777215
          -1,        '',  4=9,      true,  '',   ''
          """)
  void keepsAsALastResortWhatTheOtherWants(
      int restart, String covered, String longer, boolean ours, String kept, String expected) {
    List<Capability> theirs = new ArrayList<>(families("4 6").stream().map(this::passing).toList());
    if (restart >= 0) {
      theirs.add(restart(restart, families(covered)));
    }
    theirs.add(longLived(longer));
    List<Capability> offered =
        new ArrayList<>(families("4 6").stream().map(this::passing).toList());
    offered.add(restart(60, families("4 6")));
    if (ours) {
      offered.add(longLived("4=1 6=1"));
    }

    Retention retention =
        Retention.of(Negotiation.agree(settings(open(1, offered)), open(2, theirs)));

    assertThat(retention.families()).containsExactlyInAnyOrderElementsOf(families(kept));
    assertThat(retention.longLived()).isEqualTo(times(expected));
    for (Family family : Family.values()) {
      assertThat(retention.keeps(family))
          .isEqualTo(families(kept).contains(family) || times(expected).containsKey(family));
    }
  }

  private Capability passing(Family family) {
    return new Capability.Multiprotocol(family.wire());
  }

  private static Capability longLived(String times) {
    return new Capability.LongLivedRestart(
        times(times).entrySet().stream()
            .map(
                it ->
                    new Capability.LongLivedFamily(
                        it.getKey().wire(), true, (int) it.getValue().toSeconds()))
            .toList());
  }

  private static Map<Family, Duration> times(String text) {
    Map<Family, Duration> times = new EnumMap<>(Family.class);
    for (String each : text.split(" ", -1)) {
      if (!each.isEmpty() && !each.endsWith("=0")) {
        times.put(
            families(each.substring(0, 1)).getFirst(),
            Duration.ofSeconds(Long.parseLong(each.substring(2))));
      }
    }
    return times;
  }

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

    Retention retention = Retention.of(Negotiation.agree(settings(open(1, ours)), open(2, theirs)));

    assertThat(retention.families()).containsExactlyInAnyOrderElementsOf(families(kept));
    assertThat(retention.restart()).isEqualTo(Duration.ofSeconds(seconds));
  }

  private static SessionSettings settings(Open ours) {
    return new SessionSettings(
        ours, new AsNumber(64512), false, Duration.ofSeconds(5), Optional.empty());
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

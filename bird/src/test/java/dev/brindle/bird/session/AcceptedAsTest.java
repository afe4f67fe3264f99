// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.session.AcceptedAs.Range;
import dev.brindle.bird.session.SessionAction.SendNotification;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.NotificationCode;
import dev.brindle.bird.wire.PeerKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// We are AS 1.
class AcceptedAsTest {

  private static AsNumber as(long number) {
    return new AsNumber(number);
  }

  private static AcceptedAs accepted(String text) {
    if (text.equals("external")) {
      return new AcceptedAs.External();
    }
    if (text.startsWith("outside of ")) {
      return new AcceptedAs.Outside(Set.of(AsNumber.parse(text.substring(11))));
    }
    List<Range> ranges = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String[] ends = part.split("-", -1);
      ranges.add(new Range(AsNumber.parse(ends[0]), AsNumber.parse(ends[ends.length - 1])));
    }
    boolean isOne = !text.contains(",") && !text.contains("-");
    return isOne ? new AcceptedAs.One(ranges.getFirst().first()) : new AcceptedAs.AnyOf(ranges);
  }

  @ParameterizedTest(name = "{0}: AS {1} is {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2                     | 2          | EXTERNAL
          2                     | 3          |
          1                     | 1          | INTERNAL
          external              | 2          | EXTERNAL
          external              | 4294967295 | EXTERNAL
          external              | 1          |
          external              | 0          |
          outside of 2          | 3          | EXTERNAL
          outside of 2          | 2          |
          outside of 2          | 1          |
          outside of 2          | 0          |
          65001-65010           | 65001      | EXTERNAL
          65001-65010           | 65010      | EXTERNAL
          65001-65010           | 65011      |
          0-65010               | 0          |
          7,65001-65010         | 7          | EXTERNAL
          1,7                   | 1          | INTERNAL
          """)
  void whatTheOpenSaysMustFit(String text, long theirs, @Nullable PeerKind kind) {
    Open ours = open(1, "1.1.1.1");
    SessionSettings settings =
        new SessionSettings(
            ours, accepted(text), false, Duration.ofSeconds(5), Optional.empty(), false);

    Transition transition =
        new SessionMachine(settings, 1)
            .step(
                new SessionState.OpenSent(0),
                new SessionEvent.OpenReceived(open(theirs, "2.2.2.2")));

    if (kind == null) {
      assertThat(transition.actions())
          .filteredOn(SendNotification.class::isInstance)
          .singleElement()
          .satisfies(
              it -> {
                Notification refusal = ((SendNotification) it).notification();
                assertThat(refusal.code()).isEqualTo(NotificationCode.OPEN);
                assertThat(refusal.subcode()).isEqualTo(NotificationCode.BAD_PEER_AS);
              });
    } else {
      assertThat(transition.next())
          .isInstanceOfSatisfying(
              SessionState.OpenConfirm.class,
              it -> {
                assertThat(it.agreement().terms().kind()).isEqualTo(kind);
                assertThat(it.agreement().terms().peerAs()).isEqualTo(as(theirs));
              });
    }
  }

  private static Open open(long number, String identifier) {
    return new Open(
        as(number),
        90,
        IpAddress.parse(identifier),
        List.of(new Capability.FourOctetAs(as(number))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          65001              | 65001
          external           | external
          7,65001-65010      | 7, 65001-65010
          """)
  void readsAsItIsWritten(String text, String expected) {
    assertThat(accepted(text)).hasToString(expected);
  }

  @Test
  void aRangeHasAnEndAfterItsStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Range(as(2), as(1)))
        .withMessage("2-1 is no range of AS numbers");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.session.Advice.Situation;
import dev.brindle.bird.wire.Message.Notification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdviceTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          finishConnect(..) failed: Connection refused: /192.0.2.2:179 | nothing listens at 192.0.2.2 port 179
          No route to host                    | ip route get 192.0.2.2
          Network is unreachable              | ip route get 192.0.2.2
          Cannot assign requested address     | the source address for 192.0.2.2 is on no interface
          no answer                           | is it up, and does a firewall drop port 179
          connection timed out: /192.0.2.2    | is it up, and does a firewall drop port 179
          Connection reset by peer            | may not have us (AS 64512) as a neighbor
          peer closed the connection          | may not have us (AS 64512) as a neighbor
          nothing heard for 9 s               | look at it and at the link
          peer does not read what we send     | hangs or is overloaded
          no OPEN                             | is 192.0.2.2:179 a BGP speaker
          no KEEPALIVE                        | large packets only (MTU)
          we said: cease: administrative shutdown | this speaker ends
          we said: hard reset: cease: administrative shutdown | this speaker ends
          peer says: cease: administrative shutdown | somebody shut it down over there
          we said: cease: peer de-configured  | taken out of the configuration here
          peer says: cease: peer de-configured | add us there, or remove it here
          peer says: cease: connection collision | one call lives
          peer says: cease                    | look at its log
          BFD lost the path: Down (control detection time expired), peer Down | packets to 192.0.2.2 do not pass
          it told more than 10 prefixes       | raise maxPrefixes of 192.0.2.2
          we failed: java.lang.Error          | a defect of ours
          """)
  void namesWhatHelps(String reason, String advice) {
    assertThat(Advice.of(situation(reason, false, false))).contains(advice);
  }

  /// As the state machine words it, so that another wording there is noticed here.
  @ParameterizedTest(name = "{0}/{1}, said by the peer: {2}")
  @CsvSource(
      textBlock =
          """
          2, 2,  true,  expects another AS of us than 64512
          2, 2,  false, is of another AS than 65001
          2, 3,  true,  both sides may have the same router id
          2, 4,  true,  takes no capabilities
          2, 5,  true,  wants a password
          2, 6,  true,  set holdTime to 0 or at least 3 s
          2, 7,  true,  compare families
          2, 11, true,  BGP roles
          3, 1,  true,  one side sent what the other cannot read
          4, 0,  true,  did not hear us in time
          6, 1,  true,  find out who leaks them
          6, 2,  true,  somebody shut it down
          6, 3,  true,  no longer has us as a neighbor
          6, 4,  true,  comes again by itself
          6, 5,  true,  does not want us now
          6, 6,  true,  comes again by itself
          6, 8,  true,  no memory or table space
          6, 10, true,  packets to 192.0.2.2 do not pass
          """)
  void knowsNotifications(int code, int subcode, boolean isTheirs, String advice) {
    Notification notification = Notification.of(code, subcode);
    String reason = isTheirs ? "peer says: " + notification : notification + " (AS 65009)";
    assertThat(Advice.of(situation(reason, false, false))).contains(advice);
  }

  @Test
  void silenceIsSuspiciousWhereSegmentsAreSigned() {
    assertThat(Advice.of(situation("no answer", true, true))).contains("the passwords may differ");
    assertThat(Advice.of(situation("no answer", false, true))).contains("with ttlSecurity");
  }

  @Test
  void nothingIsSaidWhereNothingIsKnown() {
    assertThat(Advice.of(situation("", true, true))).isEmpty();
    assertThat(Advice.of(situation("we said: cease: administrative oddity", false, false)))
        .isEmpty();
  }

  private static Situation situation(String reason, boolean hasPassword, boolean hasTtlSecurity) {
    return new Situation(reason, "192.0.2.2", 179, "64512", "65001", hasPassword, hasTtlSecurity);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionsTest {

  private static final List<IpAddress> NODE1 = addresses("172.18.1.11", "fd18:1::b");
  private static final List<IpAddress> NODE2 = addresses("172.18.1.12", "fd18:1::c");

  @Test
  void bothEndsOfOneSessionCountOnce() {
    assertThat(
            Sessions.established(
                Map.of(NODE1, peer("172.18.1.12", "1"), NODE2, peer("172.18.1.11", "1"))))
        .isEqualTo(1);
  }

  @Test
  void oneEndThatIsDownIsEnough() {
    assertThat(
            Sessions.established(
                Map.of(NODE1, peer("172.18.1.12", "1"), NODE2, peer("172.18.1.11", "0"))))
        .isZero();
  }

  @Test
  void theFamiliesHaveSessionsOfTheirOwn() {
    String both = peer("172.18.1.254", "1") + peer("fd18:1::fe", "1.0");

    assertThat(Sessions.established(Map.of(NODE1, both))).isEqualTo(2);
  }

  @Test
  void otherFiguresAreNoSessions() {
    String text =
        "# HELP brindle_bgp_peer_up whether\nbrindle_bgp_peer_routes{peer=\"1.1.1.1\"} 1\n";

    assertThat(Sessions.established(Map.of(NODE1, text))).isZero();
  }

  private static String peer(String address, String value) {
    return "brindle_bgp_peer_up{node=\"n\",peer=\"%s\",as=\"1\"} %s\n".formatted(address, value);
  }

  private static List<IpAddress> addresses(String four, String six) {
    return List.of(IpAddress.parse(four), IpAddress.parse(six));
  }
}

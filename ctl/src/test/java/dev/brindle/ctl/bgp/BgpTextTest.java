// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.bgp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BgpTextTest {

  private static final Instant NOW = Instant.parse("2026-01-02T12:00:00Z");

  private static final String UP =
      """
      {"name":"Peer_192_0_2_2","address":"192.0.2.2","as":65001,"localAs":64512,"localAddress":"192.0.2.1","description":"rack 7, left",
       "state":"Established","since":"2026-01-02T11:00:00Z","reason":"","advice":"","received":100003,"receivesMore":true,"accepted":100000,"rejected":7,
       "advertised":1,"waiting":3,"stale":false,"draining":true,"lowered":true,"flaps":2,"roundTripMicros":1500,
       "lastDown":{"at":"2026-01-02T10:59:00Z","reason":"nothing heard for 9 s"},
       "session":{"kind":"external","routerId":"192.0.2.2","holdTimeSeconds":9,"keepaliveSeconds":3,"fourOctetAs":true,
         "routeRefresh":true,"extendedNextHop":true,"gracefulRestartSeconds":120,"addPath":{"ipv4-unicast":"both"},"families":["ipv4-unicast"]},
       "bfd":{"state":"Up","text":"Up, detection within 900 ms","since":"2026-01-02T11:00:00Z","downs":1},
       "messages":{"received":{"open":1,"update":200,"keepalive":9,"notification":0,"routeRefresh":0},
         "sent":{"open":1,"update":2,"keepalive":9,"notification":0,"routeRefresh":1}}}
      """;

  private static final String DOWN =
      """
      {"address":"2001:db8::2","as":65002,"state":"Active","since":"2025-12-01T12:00:00Z","reason":"Connection refused",
       "received":0,"accepted":0,"rejected":0,"advertised":0,"stale":true,"draining":true,"flaps":0}
      """;

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          PT-5S,      00:00:00
          PT59.9S,    00:00:59
          PT23H59M1S, 23:59:01
          P1D,        1d00h
          P13DT5H,    13d05h
          P16D,       2w2d
          """)
  void agesAreShort(Duration age, String expected) {
    assertThat(AgeText.of(age)).isEqualTo(expected);
  }

  @Test
  void aSummaryHasALineForEachNeighbor() throws IOException {
    JsonNode speaker =
        json(
            "{\"routerId\":\"192.0.2.1\",\"as\":64512,\"prefixes\":100001,\"converged\":false,\"draining\":true}");
    assertThat(SummaryText.of(speaker, List.of(json(UP), json(DOWN)), NOW))
        .isEqualTo(
            """
            BGP router 192.0.2.1, AS 64512: 1 of 2 neighbors up, 100,001 prefixes
            The tables are not complete yet: this speaker has started only now.
            It drains: neighbors are told to take other ways.

            NEIGHBOR        AS  STATE                         FOR  RECEIVED  ACCEPTED  REJECTED  ADVERTISED  FLAPS  BFD  REASON
            192.0.2.2    65001  Established, draining    01:00:00   100003+    100000         7           1      2  Up   -
            2001:db8::2  65002  Active, stale, draining      4w4d         0         0         0           0      0  -    Connection refused
            """);
  }

  @Test
  void namesTellApartWhatAddressesDoNot() throws IOException {
    String one = "{\"address\":\"%s\",\"name\":\"%s\"}";
    String summary =
        SummaryText.of(
            json("{}"),
            List.of(
                json(one.formatted("192.0.2.2", "Peer_a")),
                json(one.formatted("192.0.2.2", "Peer_b")),
                json(one.formatted("192.0.2.3", "Peer_c")),
                json(one.formatted("fe80::1", "Peer_eth0"))),
            NOW);

    assertThat(summary.lines().skip(3).map(it -> it.replaceAll("  .*", "")))
        .containsExactly(
            "192.0.2.2 (Peer_a)", "192.0.2.2 (Peer_b)", "192.0.2.3", "fe80::1 (Peer_eth0)");
  }

  @Test
  void aNeighborIsShownWithAllThatIsKnown() throws IOException {
    assertThat(NeighborText.of(json(UP), NOW))
        .isEqualTo(
            """
            Neighbor     192.0.2.2, AS 65001 (Peer_192_0_2_2)
            Description  rack 7, left
            Local        192.0.2.1, AS 64512
            State        Established for 01:00:00
            Draining     it is told to take other ways (GRACEFUL_SHUTDOWN); what it told is taken last (LOCAL_PREF 0)
            Flaps        2, last 01:01:00 ago: nothing heard for 9 s
            Router id    192.0.2.2, external
            Timers       hold 9 s, keepalive 3 s
            Agreed       ipv4-unicast, route refresh, IPv4 by way of IPv6, graceful restart (120 s), add-path both (ipv4-unicast)
            Round trip   1.500 ms
            Prefixes     100003+ received, 100000 accepted, 1 advertised, 3 waiting to be sent
            Rejected     7 since the session is up, each time counted
            BFD          Up, detection within 900 ms; for 01:00:00, down 1 times

            MESSAGES  OPEN  UPDATE  KEEPALIVE  NOTIFICATION  ROUTE-REFRESH
            received     1     200          9             0              0
            sent         1       2          9             0              1
            """);
  }

  private static JsonNode json(String text) throws IOException {
    return new JsonMapper().readTree(text);
  }
}

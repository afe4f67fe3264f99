// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.speaker.MessageCounts;
import dev.brindle.bird.speaker.PeerDetails;
import dev.brindle.bird.speaker.PeerReport;
import dev.brindle.bird.speaker.SpeakerReport;
import dev.brindle.bird.topology.PeerType;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionMetricsTest {

  private static final IpAddress ADDRESS = IpAddress.parse("192.0.2.2");
  private static final AsNumber AS = new AsNumber(65001);

  @Test
  void showsEachPeerFromOneReport() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    var registry = new PrometheusRegistry();
    registry.register(
        new SessionMetrics(
            () -> {
              asked.incrementAndGet();
              return Optional.of(report());
            }));
    var out = new ByteArrayOutputStream();

    PrometheusTextFormatWriter.create().write(out, registry.scrape());

    String labels = "{address=\"192.0.2.2\",peer=\"Node_2\"}";
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .contains(
            "bgp_session_up" + labels + " 1.0",
            "bgp_session_state" + labels + " 6.0",
            "bgp_session_state_since_timestamp_seconds" + labels + " 100.0",
            "bgp_session_last_down_timestamp_seconds" + labels + " 90.0",
            "bgp_session_last_down_reason{address=\"192.0.2.2\",peer=\"Node_2\",reason=\"hold_timer\"} 1.0",
            "bgp_session_prefixes_accepted_count" + labels + " 5.0",
            "bgp_session_prefixes_rejected_count" + labels + " 6.0",
            "bgp_session_prefixes_advertised_count" + labels + " 7.0",
            "bgp_session_prefixes_waiting_count" + labels + " 8.0",
            "bgp_session_flaps_total" + labels + " 3.0",
            "bgp_session_messages_total{address=\"192.0.2.2\",direction=\"input\",peer=\"Node_2\",type=\"update\"} 12.0",
            "bgp_session_messages_total{address=\"192.0.2.2\",direction=\"output\",peer=\"Node_2\",type=\"keepalive\"} 24.0",
            "bgp_session_round_trip_seconds" + labels + " 0.0015",
            "bgp_prefixes_received" + labels + " 5.0")
        .noneMatch(line -> line.startsWith("bfd_session_up{"));
    assertThat(asked).hasValue(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          peer says: cease: administrative shutdown | peer_cease
          peer says: OPEN error: bad peer AS        | peer_notification
          we said: cease: administrative reset      | own_cease
          nothing heard for 9 s                     | hold_timer
          BFD lost the path: Down                   | bfd
          it told more than 10 prefixes             | limit
          peer closed the connection                | connection_lost
          anything else                             | other
          """)
  void reasonsAreFew(String reason, String expected) {
    assertThat(DownReason.of(reason)).isEqualTo(expected);
  }

  private static SpeakerReport report() {
    var details =
        new PeerDetails(
            179,
            AS,
            Optional.empty(),
            Optional.empty(),
            3,
            Optional.of(Instant.ofEpochSecond(90)),
            "nothing heard for 9 s",
            new MessageCounts(11, 12, 13, 14, 15),
            new MessageCounts(21, 22, 23, 24, 25),
            8,
            OptionalLong.of(1_500),
            "",
            false,
            9,
            false);
    var peer =
        new PeerReport(
            "Node_2",
            PeerType.NODE,
            ADDRESS,
            AS,
            "Established",
            Instant.ofEpochSecond(100),
            "",
            5,
            6,
            7,
            false,
            Optional.empty(),
            0,
            false,
            "",
            details);
    return new SpeakerReport(AS, ADDRESS, List.of(), true, List.of(peer), 5);
  }
}

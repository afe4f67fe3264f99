// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.topology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brindle.api.net.IpFamily;
import dev.brindle.lab.topology.LabReport.NodeUse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story              | problem | established | expected | found | pass
          all is well          |         | 6           | true     | true  | true
          closed as it should  |         | 6           | false    | false | true
          open, should not be  |         | 6           | false    | true  | false
          closed, should not   |         | 6           | true     | false | false
          a session is missing |         | 5           | true     | true  | false
          something broke      | oh      | 6           | true     | true  | false
          """)
  void passesOnlyIfAllIsAsExpected(
      String story,
      @Nullable String problem,
      int established,
      boolean expected,
      boolean found,
      boolean pass) {
    LabReport report =
        new LabReport(
            problem == null ? List.of() : List.of(problem),
            6,
            established,
            Map.of(),
            List.of(),
            List.of(finding("friend", Traffic.ICMP, expected, found)),
            List.of());

    assertThat(report.isPass()).as(story).isEqualTo(pass);
  }

  @Test
  void nothingTriedIsNoPass() {
    assertThat(new LabReport(List.of(), 0, 0, Map.of(), List.of(), List.of(), List.of()).isPass())
        .isFalse();
  }

  @Test
  void jsonHasWhatProgramsRead() throws Exception {
    LabReport report =
        new LabReport(
            List.of(),
            6,
            6,
            Map.of(Timing.CLUSTER_UP, Duration.ofMillis(1500)),
            List.of(Duration.ofMillis(25)),
            List.of(
                finding("friend", Traffic.tcp(8080), true, true),
                finding("friend", Traffic.ICMP, false, false)),
            List.of(new NodeUse("node1", 120.04, 1.234)));

    JsonNode json = new ObjectMapper().readTree(ReportJson.of(report));

    assertThat(json.path("pass").booleanValue()).isTrue();
    assertThat(json.at("/sessions/expected").intValue()).isEqualTo(6);
    assertThat(json.at("/timings_ms/cluster_up").doubleValue()).isEqualTo(1500.0);
    assertThat(json.at("/timings_ms/policy_in_force").isNull()).isTrue();
    assertThat(json.at("/connectivity/0").toString())
        .isEqualTo(
            "{\"from\":\"friend\",\"to\":\"server\",\"protocol\":\"tcp\",\"port\":8080,"
                + "\"family\":4,\"expected\":\"allowed\",\"actual\":\"allowed\"}");
    assertThat(json.at("/connectivity/1/port").isNull()).isTrue();
    assertThat(json.at("/nodes/0").toString())
        .isEqualTo("{\"name\":\"node1\",\"rss_mib\":120.0,\"cpu_s\":1.2}");
  }

  @Test
  void theTableJoinsWhatIsAlike() {
    List<Finding> findings =
        List.of(
            finding("friend", Traffic.tcp(8080), true, true),
            finding("friend", Traffic.ICMP, false, true),
            finding("stranger", Traffic.tcp(8080), false, false),
            finding("stranger", Traffic.ICMP, false, false),
            finding("pod4", Traffic.tcp(8080), false, false),
            finding("pod4", Traffic.ICMP, false, false));

    assertThat(ReportText.table(findings))
        .isEqualTo(
            """
            TO       FROM             BY              EXPECTED   FOUND
            server   friend           tcp/8080        allowed    allowed
            server   friend           icmp            denied     allowed   <-- not as expected
            server   stranger, pod4   tcp/8080 icmp   denied     denied
            """);
  }

  private static Finding finding(String from, Traffic traffic, boolean expected, boolean found) {
    return new Finding(
        new Expectation(from, "server", traffic, IpFamily.IPV4, Optional.of(expected)),
        found,
        "told so");
  }
}

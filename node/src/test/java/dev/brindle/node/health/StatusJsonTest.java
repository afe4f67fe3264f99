// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.bird.speaker.PeerReport;
import dev.brindle.bird.speaker.SpeakerReport;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.felix.agent.AgentReport;
import dev.brindle.felix.endpoint.EndpointStatus;
import dev.brindle.felix.settings.Settings;
import dev.brindle.node.address.NodeAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusJsonTest {

  private static final ResourceKey POD =
      new ResourceKey(ResourceKind.WORKLOAD_ENDPOINT, "default", "n1-k8s-one-eth0");

  @Test
  void aNodeWithoutBgpSaysOnlyWhatItHas() throws Exception {
    JsonNode status = parse(StatusJson.of("n1", Optional.empty(), agent(), List.of()));

    assertThat(status.get("node").asText()).isEqualTo("n1");
    assertThat(status.has("as")).isFalse();
    assertThat(status.has("converged")).isFalse();
    assertThat(status.get("peers")).isEmpty();
    assertThat(status.get("problems")).isEmpty();
  }

  @Test
  void saysWhichAddressesAndWhy() throws Exception {
    var chosen =
        new NodeAddress(
            Optional.of(InterfaceAddress.parse("192.0.2.7/24")),
            NodeAddress.Outcome.CHOSEN,
            "found by first-found on eth0",
            List.of("10.0.0.1/24 on docker0: no"));
    JsonNode status =
        parse(
            StatusJson.of(
                "n1",
                Optional.empty(),
                agent(),
                List.of(),
                List.of(),
                Map.of(IpFamily.IPV4, chosen)));

    assertThat(status.get("addresses").toString())
        .isEqualTo(
            "[{\"family\":4,\"address\":\"192.0.2.7/24\",\"outcome\":\"chosen\","
                + "\"reason\":\"found by first-found on eth0\","
                + "\"passedOver\":[\"10.0.0.1/24 on docker0: no\"]}]");
  }

  @Test
  void isOneLine() {
    String text =
        StatusJson.of(
            "n1",
            Optional.of(bgp(peer("Idle", "it said:\n\"no\""))),
            agent(),
            List.of("line one\nline two"));

    assertThat(text).doesNotContain("\n");
    assertThat(text).contains("it said:\\n\\\"no\\\"", "line one\\nline two");
  }

  @Test
  void theSpeakerSaysWhoItIs() throws Exception {
    JsonNode status =
        parse(StatusJson.of("n1", Optional.of(bgp(peer("Established", ""))), agent(), List.of()));

    assertThat(status.get("as").asText()).isEqualTo("64512");
    assertThat(status.get("routerId").asText()).isEqualTo("192.0.2.1");
    assertThat(status.get("prefixes").asInt()).isEqualTo(12);
    assertThat(status.get("converged").asBoolean()).isTrue();
    JsonNode peer = status.get("peers").get(0);
    assertThat(peer.get("name").asText()).isEqualTo("Mesh_192_0_2_2");
    assertThat(peer.get("type").asText()).isEqualTo("node-to-node mesh");
    assertThat(peer.get("address").asText()).isEqualTo("2001:db8::2");
    assertThat(peer.get("family").asInt()).isEqualTo(6);
    assertThat(peer.get("as").asText()).isEqualTo("64513");
    assertThat(peer.get("since").asText()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(peer.get("received").asInt()).isEqualTo(3);
    assertThat(peer.get("advertised").asInt()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # state     | reason        | shown | reason shown
          Established | Hold timer    | up    | ''
          Idle        | no route      | down  | no route
          Connect     | no route      | start | no route
          Active      | Hold timer    | start | Hold timer
          OpenSent    | ''            | start | ''
          OpenConfirm | ''            | start | ''
          """)
  void aPeersStateInBirdsWords(String state, String reason, String shown, String reasonShown)
      throws Exception {
    JsonNode peer =
        parse(StatusJson.of("n1", Optional.of(bgp(peer(state, reason))), agent(), List.of()))
            .get("peers")
            .get(0);

    assertThat(peer.get("state").asText()).isEqualTo(shown);
    assertThat(peer.get("info").asText()).isEqualTo(state);
    assertThat(peer.get("reason").asText()).isEqualTo(reasonShown);
  }

  @Test
  void problemsOfAllPartsAndTheEndpointsAreThere() throws Exception {
    JsonNode status =
        parse(
            StatusJson.of(
                "n1", Optional.empty(), troubled(), List.of("datastore: does not answer")));

    assertThat(status.get("problems"))
        .extracting(JsonNode::asText)
        .containsExactly(
            "cannot program", "FELIX_X: no such setting", "datastore: does not answer");
    assertThat(status.get("endpoints")).hasSize(1);
    JsonNode endpoint = status.get("endpoints").get(0);
    assertThat(endpoint.get("key").asText()).isEqualTo(POD.toString());
    assertThat(endpoint.get("state").asText()).isEqualTo("NO_INTERFACE");
    assertThat(endpoint.get("detail").asText()).isEqualTo("there is no cali1");
  }

  private static JsonNode parse(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }

  private static SpeakerReport bgp(PeerReport... peers) {
    return new SpeakerReport(
        new AsNumber(64_512), IpAddress.parse("192.0.2.1"), List.of(), true, List.of(peers), 12);
  }

  private static PeerReport peer(String state, String reason) {
    return new PeerReport(
        "Mesh_192_0_2_2",
        PeerType.MESH,
        IpAddress.parse("2001:db8::2"),
        new AsNumber(64_513),
        state,
        Instant.parse("2026-01-02T03:04:05Z"),
        reason,
        3,
        1,
        4,
        false);
  }

  private static AgentReport agent() {
    return agent(List.of(), List.of(), Map.of());
  }

  private static AgentReport troubled() {
    return agent(
        List.of("cannot program"),
        List.of("FELIX_X: no such setting"),
        Map.of(
            POD,
            new EndpointStatus(POD, "7", EndpointStatus.State.NO_INTERFACE, "there is no cali1")));
  }

  private static AgentReport agent(
      List<String> problems, List<String> warnings, Map<ResourceKey, EndpointStatus> endpoints) {
    return new AgentReport(
        true,
        true,
        Optional.empty(),
        problems,
        warnings,
        Optional.empty(),
        endpoints,
        new AgentReport.Counters(0, 0, 0, 0, Duration.ZERO, Duration.ZERO, 0),
        Settings.DEFAULTS,
        0);
  }
}

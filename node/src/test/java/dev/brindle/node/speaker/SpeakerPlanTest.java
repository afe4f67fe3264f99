// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpeakerPlanTest {

  @Test
  void readsAFile() {
    SpeakerConfig config =
        plan(
            """
            asn: 65001
            routerId: 192.0.2.1
            listen: ["127.0.0.1:1790", "[::1]:1790"]
            announce: [203.0.113.0/24, "2001:db8:203::/64"]
            neighbors:
              - address: 127.0.0.2
                asn: 64512
                port: 1791
                passive: true
                families: [ipv4-unicast, ipv6-unicast]
                import: accept
                export: accept
                holdTime: 90s
            """);

    assertThat(config.as()).isEqualTo(new AsNumber(65_001));
    assertThat(config.listen()).hasToString("[127.0.0.1:1790, [::1]:1790]");
    assertThat(config.announce())
        .containsExactlyInAnyOrder(Cidr.parse("203.0.113.0/24"), Cidr.parse("2001:db8:203::/64"));
    PeerConfig peer = config.peers().getFirst();
    assertThat(peer.address()).isEqualTo(IpAddress.parse("127.0.0.2"));
    assertThat(peer.peerAs()).isEqualTo(new AsNumber(64_512));
    assertThat(peer.port()).isEqualTo(1791);
    assertThat(peer.passive()).isTrue();
    assertThat(peer.timing().holdTime()).isEqualTo(Duration.ofSeconds(90));
    assertThat(peer.routing().families())
        .containsExactlyInAnyOrder(Family.IPV4_UNICAST, Family.IPV6_UNICAST);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story               | file                                                     | message
          no AS                 | routerId: 192.0.2.1                                      | asn: is missing
          AS out of range       | {asn: 4294967296, routerId: 192.0.2.1}                   | asn: AS number 4294967296 is not in 0..4294967295
          no router id          | asn: 1                                                   | routerId: is missing
          IPv6 router id        | {asn: 1, routerId: "::1"}                                | routerId: '::1' is not an IPv4 address other than 0.0.0.0
          port out of range     | {asn: 1, routerId: 1.1.1.1, listen: ["1.1.1.1:70000"]}   | listen[0]: port 70000 is not in 1..65535
          no prefix             | {asn: 1, routerId: 1.1.1.1, announce: [x]}               | announce[0]: 'x' is not an IP address
          neighbour without AS  | {asn: 1, routerId: 1.1.1.1, neighbors: [{address: 1.1.1.2}]} | neighbors[0].asn: is missing
          hold time too short   | {asn: 1, routerId: 1.1.1.1, neighbors: [{address: 1.1.1.2, asn: 2, holdTime: 2s}]} | neighbors[0].holdTime: hold time is 2 s, not 0 or 3..65535
          not in this version   | {asn: 1, routerId: 1.1.1.1, neighbors: [{address: 1.1.1.2, asn: 2, bfd: {multiplier: 3}}]} | neighbors[0].bfd: is not in this version; leave it out
          a filter by name      | {asn: 1, routerId: 1.1.1.1, neighbors: [{address: 1.1.1.2, asn: 2, import: customers}]} | neighbors[0].import: 'customers' is not in this version, only accept and reject
          """)
  void refuses(String story, String file, String message) {
    assertThatThrownBy(() -> plan(file))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessage(message);
  }

  @ParameterizedTest(name = "import {0}, export {1}: {2} and {3}")
  @CsvSource({
    "accept, accept, true,  true",
    "reject, accept, false, true",
    "accept, reject, true,  false",
    "reject, reject, false, false"
  })
  void acceptsOrRejects(String in, String out, boolean imports, boolean exports) {
    SpeakerConfig config =
        plan(
            """
            {asn: 1, routerId: 1.1.1.1, neighbors: [
              {address: 1.1.1.2, asn: 2, import: %s, export: %s}]}
            """
                .formatted(in, out));

    assertThat(config.peers().getFirst().routing().imports()).isEqualTo(imports);
    assertThat(config.peers().getFirst().routing().exports()).isEqualTo(exports);
  }

  @Test
  void anUnknownFieldIsNamedWithItsPlace() {
    assertThatThrownBy(() -> plan("asn: 1\nrouterID: 192.0.2.1\n"))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessageStartingWith("line 2, column")
        .hasMessageContaining("unknown field 'routerID'");
  }

  @Test
  void aRepeatedFieldIsRefused() {
    assertThatThrownBy(() -> plan("asn: 1\nasn: 2\n"))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("asn");
  }

  private static SpeakerConfig plan(String yaml) {
    return SpeakerPlan.of(SpeakerFileReader.read(yaml));
  }
}

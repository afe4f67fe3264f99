// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.topology.LocalAsMode;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRange;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.wire.Family;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// We are AS 1.
class NeighborFieldsTest {

  private static SpeakerPlan plan(String... neighbors) {
    StringBuilder file = new StringBuilder("asn: 1\nrouterId: 1.1.1.1\nneighbors:\n");
    for (String neighbor : neighbors) {
      file.append("  - ").append(neighbor).append('\n');
    }
    return SpeakerPlanTest.read(file.toString());
  }

  private static PeerConfig peer(String fields) {
    return plan("{address: 1.1.1.2, %s}".formatted(fields)).config().peers().getFirst();
  }

  @ParameterizedTest(name = "asn: {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          2                          | 2 | 2
          external                   | 0 | external
          internal                   | 1 | 1
          65001-65010                | 0 | 65001-65010
          [7, 65001-65010, 1.1]      | 0 | 7, 65001-65010, 65537
          [7]                        | 7 | 7
          """)
  void readsTheAs(String text, long known, String accepted) {
    PeerConfig peer = peer("asn: " + text);

    assertThat(peer.peerAs()).isEqualTo(new AsNumber(known));
    assertThat(peer.accepted()).hasToString(accepted);
  }

  @ParameterizedTest(name = "localAsn: {0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          5                                           | false | false
          {asn: 5}                                    | false | false
          {asn: 5, noPrepend: true}                   | true  | false
          {asn: 5, replaceAs: true}                   | false | true
          {asn: 5, noPrepend: true, replaceAs: true}  | true  | true
          """)
  void readsTheLocalAs(String text, boolean noPrepend, boolean replaceAs) {
    PeerConfig peer = peer("asn: 2, localAsn: " + text);

    assertThat(peer.localAs()).isEqualTo(new AsNumber(5));
    assertThat(peer.localAsMode()).isEqualTo(new LocalAsMode(noPrepend, replaceAs));
    assertThat(peer("asn: internal, localAsn: 5").isInternal()).isTrue();
  }

  @ParameterizedTest(name = "{0}: multihop {1}, ttlSecurity {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          passive: false                  | 0 | 0
          multihop: 2                     | 2 | 0
          ttlSecurity: true               | 0 | 1
          ttlSecurity: 3                  | 0 | 3
          'multihop: 2, ttlSecurity: true'| 2 | 2
          'multihop: 2, ttlSecurity: 2'   | 2 | 2
          'multihop: 2, ttlSecurity: false' | 2 | 0
          """)
  void readsHops(String fields, int multihop, int ttlSecurity) {
    PeerConfig peer = peer("asn: 2, " + fields);

    assertThat(peer.multihop()).isEqualTo(multihop);
    assertThat(peer.ttlSecurity()).isEqualTo(ttlSecurity);
  }

  @Test
  void readsTheRest() {
    PeerConfig peer =
        peer(
            "asn: internal, sourceAddress: 1.1.1.1, clusterId: 9.9.9.9, routeReflectorClient: true,"
                + " nextHop: keep, allowOwnAs: 3, description: 'rack 7, left'");
    PeerRouting routing = peer.routing();

    assertThat(peer.source()).contains(IpAddress.parse("1.1.1.1"));
    assertThat(peer.description()).isEqualTo("rack 7, left");
    assertThat(routing.clusterId()).contains(IpAddress.parse("9.9.9.9"));
    assertThat(routing.nextHopMode()).isEqualTo(NextHopMode.KEEP);
    assertThat(routing.allowedOwnAs()).isEqualTo(3);
    assertThat(routing.enforceFirstAs()).isTrue();
    assertThat(peer("asn: 2, nextHop: self").routing().nextHopMode()).isEqualTo(NextHopMode.SELF);
    assertThat(peer("asn: 2, routeServerClient: true").routing().routeServerClient()).isTrue();
    assertThat(peer("asn: 2, enforceFirstAs: false").routing().enforceFirstAs()).isFalse();
  }

  @Test
  void oneAddressMayHaveSeveralSessions() {
    List<PeerConfig> peers =
        plan(
                "{address: 1.1.1.2, asn: 2}",
                "{address: 1.1.1.2, asn: 3, port: 1790}",
                "{address: 1.1.1.2, asn: 4, port: 1791, passive: true}",
                "{address: \"fe80::2%eth0\", asn: 5}",
                "{address: \"fe80::2%eth1\", asn: 5, passive: true}",
                "{address: \"fe80::2%eth2\", asn: 5, passive: true}")
            .config()
            .peers();

    assertThat(peers)
        .extracting(PeerConfig::name)
        .containsExactly(
            "Peer_1_1_1_2",
            "Peer_1_1_1_2_port_1790",
            "Peer_1_1_1_2_port_1791",
            "Peer_fe80__2_eth0",
            "Peer_fe80__2_eth1",
            "Peer_fe80__2_eth2");
    assertThat(peers.get(3).zone()).contains("eth0");
    assertThat(peers.get(3).address()).isEqualTo(IpAddress.parse("fe80::2"));
  }

  /// The name is the identity of a session: another name is another session.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          address: 1.1.1.2             | Peer_1_1_1_2
          address: 1.1.1.2, port: 179  | Peer_1_1_1_2
          address: 1.1.1.2, port: 1790 | Peer_1_1_1_2_port_1790
          """)
  void aNeighborKeepsItsNameWhateverComesBesideIt(String fields, String name) {
    String first = "{%s, asn: 2}".formatted(fields);
    String second = "{address: 1.1.1.2, asn: 2, port: 1791}";

    for (SpeakerPlan plan : List.of(plan(first), plan(first, second), plan(second, first))) {
      assertThat(plan.config().peers()).extracting(PeerConfig::name).contains(name);
    }
  }

  /// Line 4 is the first neighbour.
  @ParameterizedTest(name = "{0}; {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {address: 1.1.1.2, asn: 2}                | {address: 1.1.1.2, asn: 3, port: 179} | line 5: neighbors[1].address: 1.1.1.2 is neighbors[0] too, in line 4; give another address or port
          {address: 1.1.1.2, asn: 2, port: 7}       | {address: 1.1.1.2, asn: 3, port: 7}   | line 5: neighbors[1].address: 1.1.1.2 port 7 is neighbors[0] too, in line 4; give another address or port
          {address: 1.1.1.2, asn: 2, passive: true} | {address: 1.1.1.2, asn: 3, port: 7, passive: true} | line 5: neighbors[1].passive: calls of 1.1.1.2 could be for neighbors[0] in line 4 too; of neighbors with one address, one may be passive for each sourceAddress
          """)
  void neighborsMustDiffer(String first, String second, String message) {
    assertThatThrownBy(() -> plan(first, second))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessage(message);
  }

  @Test
  void twoMayWaitIfEachIsCalledElsewhere() {
    assertThat(
            plan(
                    "{address: 1.1.1.2, asn: 2, passive: true, sourceAddress: 1.1.1.1}",
                    "{address: 1.1.1.2, asn: 2, port: 7, passive: true, sourceAddress: 1.1.1.3}")
                .config()
                .peers())
        .hasSize(2);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          asn: 0                                | asn: AS 0 is nobody's (RFC 7607); expected 1 to 4294967295 or 1.10, external, internal, a range such as 65001-65010, or a list
          asn: 5-3                              | asn: 5-3 is no range of AS numbers
          asn: 5-                               | asn: '5-' is not an AS; expected 1 to 4294967295 or 1.10, external, internal, a range such as 65001-65010, or a list
          asn: extern                           | asn: 'extern' is not an AS; expected 1 to 4294967295 or 1.10, external, internal, a range such as 65001-65010, or a list
          asn: [2, external]                    | asn[1]: 'external' is not an AS; expected 1 to 4294967295 or 1.10 or a range such as 65001-65010
          asn: []                               | asn: is empty; give one value or a list
          asn: 2, localAsn: 1                   | localAsn: 1 is our AS for everybody; leave it out
          asn: 2, localAsn: 0                   | localAsn: AS 0 is nobody's (RFC 7607); expected 1 to 4294967295 or 1.10
          asn: 2, localAsn: {noPrepend: true}   | localAsn.asn: is missing
          asn: 2, localAsn: {asn: 5, hide: true} | localAsn.hide: unknown field; known here are [asn, noPrepend, replaceAs]
          asn: internal, localAsn: {asn: 5, replaceAs: true} | localAsn.replaceAs: is for external neighbors, and this one is internal; leave it out
          asn: 2, sourceAddress: "::1"          | sourceAddress: ::1 cannot call 1.1.1.2: another family
          asn: 2, sourceAddress: 0.0.0.0        | sourceAddress: '0.0.0.0' is no address to call from
          asn: 2, ttlSecurity: 255              | ttlSecurity: 255 is not in 1..254
          asn: 2, ttlSecurity: 3, multihop: 2   | ttlSecurity: 3 is not the 2 of multihop; say true, or leave multihop out
          asn: 1, clusterId: 9.9.9.9            | clusterId: is for neighbors with routeReflectorClient: true
          asn: 1, routeReflectorClient: true, clusterId: x | clusterId: 'x' is not an IPv4 address other than 0.0.0.0
          asn: 1, routeServerClient: true       | routeServerClient: is for external neighbors, and this one is internal; leave it out
          asn: 2, nextHop: own                  | nextHop: 'own' is not one of [auto, keep, self]
          asn: 2, nextHop: self, nextHopSelf: true | nextHop: nextHopSelf is there too; say one of them
          asn: 2, allowOwnAs: many              | allowOwnAs: 'many' is not a number in 0..255
          asn: 2, description: "two\\nlines"    | description: is longer than 255 characters, or more than a line
          """)
  void refuses(String fields, String message) {
    assertThatThrownBy(() -> peer(fields))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessage("line 4: neighbors[0]." + message);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          "fe80::1"        | 'fe80::1' is on every link; say which, as in fe80::1%eth0
          "2001:db8::1%eth0" | '2001:db8::1%eth0' names an interface, which is for link-local addresses only
          "fe80::1%"       | '' is no interface's name
          "fe80::1%a/b"    | 'a/b' is no interface's name
          """)
  void aLinkLocalAddressHasAnInterface(String address, String message) {
    assertThatThrownBy(() -> plan("{address: %s, asn: 2}".formatted(address)))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessage("line 4: neighbors[0].address: " + message);
  }

  @ParameterizedTest(name = "{0}: import {1}, export {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          asn: 2                                      | false | false
          'asn: 2, import: accept'                    | true  | false
          'asn: 2, export: accept'                    | false | true
          'asn: external, import: accept, export: accept' | true | true
          'asn: 2, import: reject, export: accept'    | false | true
          asn: internal                               | true  | true
          """)
  void aRequiredPolicyLetsNothingPassThatNobodyDecided(
      String fields, boolean imports, boolean exports) {
    SpeakerPlan plan =
        SpeakerPlanTest.read(
            "{asn: 1, routerId: 1.1.1.1, requirePolicy: true, neighbors: [{address: 1.1.1.2, %s}]}"
                .formatted(fields));
    PeerRouting routing = plan.config().peers().getFirst().routing();

    assertThat(routing.imports()).isEqualTo(imports);
    assertThat(routing.exports()).isEqualTo(exports);
    boolean isSilent = (imports && exports) || fields.contains("reject");
    assertThat(plan.warnings())
        .hasSize(isSilent ? 0 : 1)
        .allMatch(it -> it.startsWith("NO route passes 1 external neighbors"));
  }

  // ---- links

  @Test
  void readsAnInterface() {
    SpeakerPlan plan =
        plan(
            "{interface: eth0, asn: external, holdTime: 30s}",
            "{interface: eth1, asn: internal, families: ipv4-unicast, extendedNextHop: false}",
            "{interface: eth0, asn: 7, port: 1790, import: accept, export: accept}");
    PeerConfig first = plan.config().peers().get(0);
    PeerConfig second = plan.config().peers().get(1);

    assertThat(first.name()).isEqualTo("Peer_eth0");
    assertThat(first.isUnnumbered()).isTrue();
    assertThat(first.zone()).contains("eth0");
    assertThat(first.routing().extendedNextHop()).isTrue();
    assertThat(first.routing().families()).containsExactlyInAnyOrder(Family.values());
    assertThat(second.routing().families()).containsExactly(Family.IPV4_UNICAST);
    assertThat(second.routing().extendedNextHop()).isFalse();
    assertThat(plan.config().peers().get(2).name()).isEqualTo("Peer_eth0_port_1790");
    assertThat(plan.warnings())
        .singleElement()
        .asString()
        .contains("ALL routes pass 1 external neighbors", "[eth0]");
  }

  @ParameterizedTest(name = "{0} and {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          interface: eth0            | interface: eth0            | interface: eth0 is neighbors[0] too, in line 4; give another address or port
          interface: eth0            | address: fe80::1%eth0      | address: fe80::1%eth0 could be neighbors[0] in line 4; of neighbors on one link, name all by address, or one by interface alone
          address: fe80::1%eth0      | interface: eth0            | interface: eth0 could be neighbors[0] in line 4; of neighbors on one link, name all by address, or one by interface alone
          """)
  void refusesWhatCouldBeOneNeighborOnALink(String first, String second, String message) {
    assertThatThrownBy(
            () -> plan("{%s, asn: 2}".formatted(first), "{%s, asn: 2}".formatted(second)))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessageEndingWith("neighbors[1]." + message);
  }

  // ---- ranges

  @Test
  void readsARange() {
    SpeakerPlan plan =
        plan(
            "{range: 10.0.0.0/24, asn: [65001-65010, 7], limit: 5, holdTime: 30s, import: accept}",
            "{range: 10.0.0.0/16, asn: external, export: reject, bfd: {}}",
            "{address: 10.0.0.7, asn: 7, import: accept, export: accept}");
    PeerRange inner = plan.config().ranges().get(0);
    PeerRange outer = plan.config().ranges().get(1);

    assertThat(inner.range()).isEqualTo(Cidr.parse("10.0.0.0/24"));
    assertThat(inner.limit()).isEqualTo(5);
    assertThat(outer.limit()).isEqualTo(100);
    assertThat(plan.config().peers()).hasSize(1);
    PeerConfig guest = inner.peer(IpAddress.parse("10.0.0.9"));
    assertThat(guest.name()).isEqualTo("Peer_10_0_0_9");
    assertThat(guest.passive()).isTrue();
    assertThat(guest.accepted()).hasToString("65001-65010, 7");
    assertThat(guest.timing().holdTime()).hasSeconds(30);
    assertThat(outer.template().bfd()).isPresent();
    assertThat(plan.warnings())
        .singleElement()
        .asString()
        .contains("ALL routes pass 2 external neighbors", "10.0.0.0/24", "10.0.0.0/16");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          range: 10.0.0.1/24, asn: 2                        | range: '10.0.0.1/24' has bits beyond its length; expected 10.0.0.0/24
          range: "fe80::/64", asn: 2                        | range: 'fe80::/64' is no range of neighbors
          range: 10.0.0.0/24                                | asn: is missing
          range: 10.0.0.0/24, asn: 2, address: 10.0.0.1     | address: is for a single neighbor, and this one is a range; leave it out
          range: 10.0.0.0/24, asn: 2, port: 1790            | port: is for a single neighbor, and this one is a range; leave it out
          range: 10.0.0.0/24, asn: 2, passive: false        | passive: whoever is in a range must call; leave it out
          range: 10.0.0.0/24, asn: 2, limit: 0              | limit: 0 is not in 1..20000
          range: 10.0.0.0/24, asn: 2, bfd: {strict: true}   | bfd.strict: nobody is watched before calling, so nobody could; leave it out
          address: 10.0.0.1, asn: 2, limit: 7               | limit: is for neighbors with a range; maxPrefixes limits routes
          """)
  void refusesARange(String fields, String message) {
    assertThatThrownBy(() -> plan("{%s}".formatted(fields)))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessage("line 4: neighbors[0]." + message);
  }

  @ParameterizedTest(name = "{0}; {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          range: 10.0.0.0/24, asn: 2 | range: 10.0.0.0/24, asn: 3 | .range: 10.0.0.0/24 is neighbors[0] too, in line 4
          range: 10.0.0.0/24, asn: 2, password: {file: key} | address: 10.0.0.7, asn: 3 | : needs a password, as neighbors[0] in line 4 has one for all of 10.0.0.0/24
          range: 10.0.0.0/24, asn: 2, password: {file: key} | range: 10.0.0.0/28, asn: 3 | : needs a password, as neighbors[0] in line 4 has one for all of 10.0.0.0/24
          """)
  void rangesMustFitTheOthers(String first, String second, String message) {
    assertThatThrownBy(() -> plan("{%s}".formatted(first), "{%s}".formatted(second)))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessage("line 5: neighbors[1]" + message);
  }
}

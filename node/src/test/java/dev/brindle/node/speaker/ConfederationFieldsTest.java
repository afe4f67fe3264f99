// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.bird.topology.PeerConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// We are AS 65001 of the confederation 64500 of 65001 to 65003.
class ConfederationFieldsTest {

  private static SpeakerPlan plan(String confederation, String neighbor) {
    return SpeakerPlanTest.read(
        """
        asn: 65001
        routerId: 1.1.1.1
        %s
        neighbors:
          - {address: 1.1.1.2, %s}
        """
            .formatted(confederation, neighbor));
  }

  private static SpeakerPlan plan(String neighbor) {
    return plan("confederation: {asn: 64500, members: [65001, 65002, 65003]}", neighbor);
  }

  /// Whoever is outside knows us by the number of the whole.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          asn: internal                | internal | 65001 | 65001
          asn: 65001                   | internal | 65001 | 65001
          asn: 65002                   | member   | 65001 | 65002
          asn: 65002-65003             | member   | 65001 | 65002-65003
          asn: [65003, 65002]          | member   | 65001 | 65003, 65002
          asn: 65004                   | outside  | 64500 | 65004
          asn: 65004-65010             | outside  | 64500 | 65004-65010
          asn: external                | outside  | 64500 | external
          asn: 65004, localAsn: 65020  | outside  | 65020 | 65004
          asn: external, localAsn: 7   | outside  | 7     | external
          """)
  void placesANeighbor(String fields, String place, long ours, String theirs) {
    PeerConfig peer = plan(fields).config().peers().getFirst();

    String placed = peer.isInternal() ? "internal" : peer.isMember() ? "member" : "outside";
    assertThat(placed).isEqualTo(place);
    assertThat(peer.isOutside()).isEqualTo(place.equals("outside"));
    assertThat(peer.localAs().value()).isEqualTo(ours);
    assertThat(peer.accepted()).hasToString(theirs);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          asn: 64500                                | asn: 64500 is our confederation; who is in it has the number of a member
          asn: 64000-64600                          | asn: 64500 is our confederation; who is in it has the number of a member
          asn: 65003-65010                          | asn: 65003 is in our confederation and others are not; list either
          asn: [65002, 7]                           | asn: 65002 is in our confederation and others are not; list either
          asn: 1-4294967295                         | asn: 64500 is our confederation; who is in it has the number of a member
          asn: 65002, localAsn: 7                   | localAsn: is for neighbors outside of the confederation; leave it out
          asn: internal, localAsn: 7                | localAsn: is for neighbors outside of the confederation; leave it out
          asn: 7, localAsn: 64500                   | localAsn: 64500 is our AS for everybody outside; leave it out
          asn: 7, localAsn: 65001                   | localAsn: 65001 is our AS for everybody; leave it out
          asn: 7, localAsn: {asn: 65002}            | localAsn: 65002 is in our confederation, which nobody outside knows
          asn: 65002, role: peer                    | role: is for neighbors of other systems; leave it out
          asn: 65002, routeServerClient: true       | routeServerClient: is for external neighbors, and this one is in our confederation; leave it out
          asn: internal, routeServerClient: true    | routeServerClient: is for external neighbors, and this one is internal; leave it out
          asn: 65002, routeReflectorClient: true    | routeReflectorClient: is for neighbors of our own AS, and this one is another member; leave it out
          """)
  void refusesWhatMakesNoSense(String fields, String message) {
    assertThatThrownBy(() -> plan(fields))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessage("line 5: neighbors[0]." + message);
  }

  /// RFC 8212 is about those outside.
  @Test
  void whatPassesWithinNeedsNoPolicy() {
    assertThat(plan("asn: 65002").warnings()).isEmpty();
    assertThat(plan("asn: 65004").warnings()).hasSize(1);
  }

  /// Only the sessions that it means something for start anew.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          asn: internal | {asn: 64500, members: [65002, 65004]} |
          asn: 65002    | {asn: 64500, members: [65002, 65004]} |
          asn: 7        | {asn: 64500, members: [65002, 65004]} |
          asn: 65003    | {asn: 64500, members: [65002, 65004]} | local asn 65001 -> 64500, confederation 64500 shared -> 64500
          asn: internal | {asn: 64501, members: [65002, 65003]} | confederation 64500 -> 64501
          asn: 7        | {asn: 64501, members: [65002, 65003]} | local asn 64500 -> 64501, confederation 64500 -> 64501
          """)
  void aChangeIsForThoseConcerned(String fields, String changed, @Nullable String change) {
    SpeakerPlan before = plan(fields);
    SpeakerPlan after = plan("confederation: " + changed, fields);

    assertThat(SpeakerDiff.between(before, after).getFirst())
        .startsWith("~ confederation: 64500 of [65001, 65002, 65003] -> ");
    assertThat(SpeakerDiff.between(before, after).stream().skip(1))
        .containsExactlyElementsOf(
            change == null
                ? List.of()
                : List.of("~ neighbor 1.1.1.2: %s; the session starts anew".formatted(change)));
  }
}

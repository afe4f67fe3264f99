// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.RouteContext;
import dev.brindle.bird.filter.RoutePeer;
import dev.brindle.bird.filter.RouteSource;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.filter.Telling;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.LargeCommunity;
import dev.brindle.bird.wire.PathAttribute.Communities;
import dev.brindle.bird.wire.PathAttribute.LargeCommunities;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterFieldsTest {

  private static final PathAttributes ROUTE =
      PathAttributes.of(
          new Origin(Origin.Source.IGP),
          AsPath.of(65001, 65002),
          NextHop.of(IpAddress.parse("192.0.2.9")),
          new MultiExitDisc(50),
          new LocalPref(150),
          new Communities(List.of(Community.of(64512, 100))),
          new LargeCommunities(List.of(new LargeCommunity(64512, 1, 2))));
  private static final RouteContext FROM_PEER =
      RouteContext.of(
          RouteSource.EXTERNAL,
          new RoutePeer(
              "tor", IpAddress.parse("192.0.2.9"), new AsNumber(65001), Optional.of("eth0")));

  @ParameterizedTest(name = "{0} on {1}: {2}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          {prefix: 10.0.0.0/8}                       ; 10.0.0.0/8     ; true
          {prefix: 10.0.0.0/8}                       ; 10.1.0.0/16    ; false
          {prefix: 10.0.0.0/8+}                      ; 10.1.0.0/16    ; true
          {prefix: 10.0.0.0/8 16-24}                 ; 10.1.0.0/16    ; true
          {prefix: 10.0.0.0/8 16-24}                 ; 10.0.0.0/8     ; false
          {prefix: 10.0.0.0/8, length: 16-24}        ; 10.1.0.0/16    ; true
          {prefix: 10.0.0.0/8, length: 16-24}        ; 10.1.0.0/25    ; false
          {prefix: 10.0.0.0/8, length: 16-}          ; 10.1.0.0/32    ; true
          {prefix: 10.0.0.0/8, length: -9}           ; 10.0.0.0/9     ; true
          {prefix: 10.0.0.0/8, length: 16}           ; 10.0.0.0/17    ; false
          {prefix: [11.0.0.0/8, 10.0.0.0/8 16], length: 24} ; 10.1.0.0/16 ; true
          {prefix: [11.0.0.0/8, 10.0.0.0/8], length: 24} ; 11.1.1.0/24 ; true
          {prefix: "2001:db8::/32+"}                 ; 2001:db8:1::/48 ; true
          {length: 25-}                              ; 10.0.0.0/25    ; true
          {length: 25-}                              ; 10.0.0.0/24    ; false
          {length: 33-}                              ; 2001:db8::/48  ; true
          {family: ipv4}                             ; 2001:db8::/48  ; false
          {asPath: "^65001_"}                        ; 10.0.0.0/8     ; true
          {asPath: [^1$, _65002$]}                   ; 10.0.0.0/8     ; true
          {containsAs: 65002}                        ; 10.0.0.0/8     ; true
          {originAs: [1, 65002]}                     ; 10.0.0.0/8     ; true
          {neighborAs: 65002}                        ; 10.0.0.0/8     ; false
          {asPathLength: 2-3}                        ; 10.0.0.0/8     ; true
          {community: "64512:100"}                   ; 10.0.0.0/8     ; true
          {community: ["1:1", "64512:*:*"]}          ; 10.0.0.0/8     ; true
          {community: "rt:64512:100"}                ; 10.0.0.0/8     ; false
          {nextHop: 192.0.2.0/24}                    ; 10.0.0.0/8     ; true
          {nextHop: 192.0.2.8}                       ; 10.0.0.0/8     ; false
          {origin: [igp, egp]}                       ; 10.0.0.0/8     ; true
          {med: 51-}                                 ; 10.0.0.0/8     ; false
          {localPref: 150}                           ; 10.0.0.0/8     ; true
          {from: external}                           ; 10.0.0.0/8     ; true
          {from: [local, internal]}                  ; 10.0.0.0/8     ; false
          {peer: tor}                                ; 10.0.0.0/8     ; true
          {peer: 192.0.2.9}                          ; 10.0.0.0/8     ; true
          {peerAs: 65002}                            ; 10.0.0.0/8     ; false
          {interface: "eth*"}                        ; 10.0.0.0/8     ; true
          {interface: eth1}                          ; 10.0.0.0/8     ; false
          {not: {peerAs: 65002}}                     ; 10.0.0.0/8     ; true
          {any: [{peerAs: 65002}, {med: 50}]}        ; 10.0.0.0/8     ; true
          {all: [{peerAs: 65002}, {med: 50}]}        ; 10.0.0.0/8     ; false
          {peerAs: 65001, med: 51}                   ; 10.0.0.0/8     ; false
          {rpki: not-found}                          ; 10.0.0.0/8     ; true
          {rpki: [valid, invalid]}                   ; 10.0.0.0/8     ; false
          """)
  void matches(String match, Cidr prefix, boolean expected) {
    RuleFilter filter = filter("[{match: %s, action: accept}]".formatted(match));

    assertThat(filter.judge(prefix, ROUTE, FROM_PEER) instanceof Verdict.Accept)
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          {localPref: 200}              ; LocalPref[value=200]
          {med: 7}                      ; MultiExitDisc[value=7]
          {med: {add: 10}}              ; MultiExitDisc[value=60]
          {med: {subtract: 60}}         ; MultiExitDisc[value=0]
          {prepend: 2}                  ; 64512 64512 65001 65002
          {prepend: [7, 8]}             ; 7 8 65001 65002
          {origin: incomplete}          ; Origin[source=INCOMPLETE]
          {nextHop: 192.0.2.7}          ; 192.0.2.7
          {nextHop: [192.0.2.7, "::7"]} ; 192.0.2.7
          {nextHop: self}               ; SELF
          {nextHop: unchanged}          ; UNCHANGED
          """)
  void changes(String set, String expected) {
    Telling telling =
        filter("[{set: %s, action: accept}]".formatted(set))
            .tell(Cidr.parse("10.0.0.0/8"), ROUTE, FROM_PEER);

    assertThat(telling.toString()).contains(expected);
  }

  @ParameterizedTest(name = "{0}: {1} {2}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          {add: "1:2"}                         ; [1:2, 64512:100]  ; [64512:1:2]
          {remove: "*:*"}                      ; []                ; [64512:1:2]
          {remove: ["64512:*:2"], add: "1:1:1"} ; [64512:100]      ; [1:1:1]
          {set: [no-export, "1:2"]}            ; [1:2, 65535:65281] ; [64512:1:2]
          {set: "9:9:9"}                       ; [64512:100]       ; [9:9:9]
          """)
  void changesCommunities(String communities, String standard, String large) {
    Verdict verdict =
        filter("[{set: {communities: %s}, action: accept}]".formatted(communities))
            .judge(Cidr.parse("10.0.0.0/8"), ROUTE, FROM_PEER);

    assertThat(verdict)
        .isInstanceOfSatisfying(
            Verdict.Accept.class,
            accept -> {
              assertThat(accept.attributes().communities()).hasToString(standard);
              assertThat(accept.attributes().largeCommunities()).hasToString(large);
            });
  }

  @Test
  void removesMed() {
    Verdict verdict =
        filter("[{set: {med: none}, action: accept}]")
            .judge(Cidr.parse("10.0.0.0/8"), ROUTE, FROM_PEER);

    assertThat(verdict.toString()).doesNotContain("MultiExitDisc");
  }

  /// Names, defaults, and what explains a verdict.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          []                                                  ; Reject ; filter f: no rule
          {rules: []}                                         ; Reject ; filter f: no rule
          {default: accept, rules: []}                        ; Accept ; filter f: no rule
          [{action: reject}]                                  ; Reject ; filter f: rule 1
          [{action: next}, {name: all, action: accept}]       ; Accept ; filter f: all
          {default: accept, rules: [{match: {med: 50}, action: reject}]} ; Reject ; filter f: rule 1
          """)
  void decides(String text, String kind, String rule) {
    Verdict verdict = filter(text).judge(Cidr.parse("10.0.0.0/8"), ROUTE, FROM_PEER);

    assertThat(verdict.getClass().getSimpleName()).isEqualTo(kind);
    assertThat(verdict.rule()).isEqualTo(rule);
  }

  /// Each is a filter in line 3 of a file.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '~',
      textBlock =
          """
          accept: [] @ accept: 'accept' is no name for a filter; expected a letter, then letters, digits, - and _, 63 in all, and neither accept nor reject
          9a: [] @ 9a: '9a' is no name for a filter; expected a letter, then letters, digits, - and _, 63 in all, and neither accept nor reject
          f: accept @ f: is no list of rules; expected match, set and action for each
          f: {default: drop, rules: []} @ f.default: 'drop' is not one of [accept, reject]
          f: {default: accept} @ f.rules: is missing
          f: [accept] @ f[0]: is 'accept', not a mapping
          f: [{match: {med: 1}}] @ f[0].action: is missing
          f: [{action: drop}] @ f[0].action: 'drop' is not one of [accept, next, reject]
          f: [{action: accept, then: x}] @ f[0].then: unknown field; known here are [action, match, name, set]
          f: [{action: reject, set: {med: 1}}] @ f[0].set: a rejected route cannot be changed; leave set out, or accept
          f: [{action: accept, match: {}}] @ f[0].match: is empty; leave it out to match every route
          f: [{action: accept, set: {}}] @ f[0].set: is empty; leave it out to change nothing
          f: [{action: accept, match: {prefix: 10.0.0.0}}] @ f[0].match.prefix: '10.0.0.0' has no length; expected a prefix such as 10.0.0.0/32
          f: [{action: accept, match: {prefix: 10.0.0.1/8}}] @ f[0].match.prefix: '10.0.0.1/8' has bits beyond its length; expected 10.0.0.0/8
          f: [{action: accept, match: {prefix: [10.0.0.0/8, 10.0.0.0/33]}}] @ f[0].match.prefix[1]: prefix length 33 is not in 0..32
          f: [{action: accept, match: {prefix: 10.0.0.0/8, length: 7}}] @ f[0].match.prefix: nothing inside 10.0.0.0/8 has a length of 7-7
          f: [{action: accept, match: {prefix: 10.0.0.0/8, length: 24-16}}] @ f[0].match.length: '24-16' is no range within 0 and 128 such as 24, 16-24, 16- or -24
          f: [{action: accept, match: {prefix: 10.0.0.0/8 24-33}}] @ f[0].match.prefix: '24-33' is no range within 0 and 32 such as 24, 16-24, 16- or -24
          f: [{action: accept, match: {prefix: []}}] @ f[0].match.prefix: is empty; give one value or a list
          f: [{action: accept, match: {asPath: ^(1}}] @ f[0].match.asPath: '^(1', character 4: ')' is missing
          f: [{action: accept, match: {community: "1:65536"}}] @ f[0].match.community: '1:65536': 65536 is not in 0..65535
          f: [{action: accept, match: {not: {mde: 1}}}] @ f[0].match.not.mde: unknown field; known here are [all, any, asPath, asPathLength, community, containsAs, family, from, interface, length, localPref, med, neighborAs, nextHop, not, origin, originAs, peer, peerAs, prefix, rpki]
          f: [{action: accept, match: {any: {med: 1}}}] @ f[0].match.any: is a mapping, not a list
          f: [{action: accept, match: {interface: eth/0}}] @ f[0].match.interface: 'eth/0' is no name of an interface, in which * and ? may stand for others
          f: [{action: accept, match: {from: peer}}] @ f[0].match.from: 'peer' is not one of [external, internal, local]
          f: [{action: accept, match: {med: -}}] @ f[0].match.med: '-' is no range within 0 and 4294967295 such as 24, 16-24, 16- or -24
          f: [{action: accept, set: {med: +10}}] @ f[0].set.med: '+10' is not a number in 0..4294967295
          f: [{action: accept, set: {med: {add: 1, subtract: 1}}}] @ f[0].set.med: expected a number, none, {add: 10} or {subtract: 10}
          f: [{action: accept, set: {localPref: 4294967296}}] @ f[0].set.localPref: 4294967296 is not in 0..4294967295
          f: [{action: accept, set: {nextHop: me}}] @ f[0].set.nextHop: 'me' is no next hop; expected an address, self or unchanged
          f: [{action: accept, set: {nextHop: [1.1.1.1, 1.1.1.2]}}] @ f[0].set.nextHop: two addresses of one family; expected one of each
          f: [{action: accept, set: {prepend: 33}}] @ f[0].set.prepend: 33 is not in 1..32
          f: [{action: accept, set: {communities: {}}}] @ f[0].set.communities: expected add, remove or both, or set alone
          f: [{action: accept, set: {communities: {set: "1:1", add: "1:2"}}}] @ f[0].set.communities: expected add, remove or both, or set alone
          f: [{action: accept, set: {communities: {add: "1:*"}}}] @ f[0].set.communities.add: a community with * cannot be added; write it out
          """)
  void refuses(String filter, String message) {
    String file =
        """
        asn: 64512
        filters:
          %s
        routerId: 1.1.1.1
        """
            .formatted(filter);

    assertThatThrownBy(() -> SpeakerPlanTest.read(file))
        .isInstanceOf(SpeakerFileException.class)
        .hasMessage("line 3: filters." + message);
  }

  @Test
  void namesTheLineOfADeepMistake() {
    String file =
        """
        asn: 64512
        routerId: 1.1.1.1
        filters:
          customers:
            - match:
                prefix:
                  - 10.0.0.0/8
                  - 11.0.0.0/8 24
                  - 12.0.0.0/8 40
              action: accept
        """;

    assertThatThrownBy(() -> SpeakerPlanTest.read(file))
        .hasMessage(
            "line 9: filters.customers[0].match.prefix[2]: '40' is no range within 0 and 32"
                + " such as 24, 16-24, 16- or -24");
  }

  private static RuleFilter filter(String text) {
    Map<String, RuleFilter> filters =
        SpeakerPlanTest.read(
                """
                asn: 64512
                routerId: 1.1.1.1
                filters:
                  f: %s
                """
                    .formatted(text))
            .filters();
    return Objects.requireNonNull(filters.get("f"));
  }
}

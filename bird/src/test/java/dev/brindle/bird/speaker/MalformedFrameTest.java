// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.speaker.OctetPeer.Heard;
import dev.brindle.bird.wire.PeerKind;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What is wrong with a message as a whole: headers, fields of UPDATE, prefixes, ROUTE-REFRESH, as
/// octets over real sessions. Each row is said by a peer of each kind in Established. `W`, `ok` and
/// the NOTIFICATIONs as in `MalformedAttributeTest`; `-`: as if nothing had been said.
class MalformedFrameTest {

  private static final Map<PeerKind, Provocation> NEIGHBOURS = new EnumMap<>(PeerKind.class);

  @AfterAll
  static void close() {
    NEIGHBOURS.values().forEach(Provocation::close);
    NEIGHBOURS.clear();
  }

  /// RFC 4271 §6.1, RFC 8654 §4, RFC 7313 §5. `m` is the marker.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                        | octets                                | outcome
          marker, first octet            | 00 ffffffffffffffffffffffffffffff 0013 04 | 1/1
          marker, last octet             | ffffffffffffffffffffffffffffff fe 0013 04 | 1/1
          length 0                       | m 0000 04                             | 1/2 0000
          length 18                      | m 0012 04                             | 1/2 0012
          length 18 of no type           | m 0012 09                             | 1/2 0012
          OPEN of 28                     | m 001c 01                             | 1/2 001c
          OPEN of 4097                   | m 1001 01                             | 1/2 1001
          UPDATE of 22                   | m 0016 02                             | 1/2 0016
          NOTIFICATION of 20             | m 0014 03                             | 1/2 0014
          KEEPALIVE of 20                | m 0014 04                             | 1/2 0014
          KEEPALIVE of 18                | m 0012 04                             | 1/2 0012
          KEEPALIVE of 65535             | m ffff 04                             | 1/2 ffff
          ROUTE-REFRESH of 22            | m 0016 05                             | 1/2 0016
          type 0                         | m 0013 00                             | 1/3 00
          type 6, CAPABILITY             | m 0013 06                             | 1/3 06
          type 7                         | m 0017 07 00000000                    | 1/3 07
          type 255                       | m 0013 ff                             | 1/3 ff
          ROUTE-REFRESH                  | m 0017 05 0001 00 01                  | -
          ROUTE-REFRESH, a family of others | m 0017 05 0019 00 46               | -
          ROUTE-REFRESH, begin           | m 0017 05 0001 01 01                  | -
          ROUTE-REFRESH, end without begin | m 0017 05 0001 02 01                | -
          ROUTE-REFRESH, subtype 3       | m 0017 05 0001 03 01                  | -
          ROUTE-REFRESH, subtype 255, long | m 0018 05 0001 ff 01 00             | -
          ROUTE-REFRESH with ORF         | m 001b 05 0001 00 01 01400009         | 7/1 m001b050001000101400009
          ROUTE-REFRESH, begin, long     | m 0018 05 0001 01 01 00               | 7/1 m0018050001010100
          KEEPALIVE                      | m 0013 04                             | -
          NOTIFICATION                   | m 0015 03 0604                        | hung up
          NOTIFICATION of no kind        | m 0015 03 ffff                        | hung up
          shutdown text longer than data | m 0017 03 0602 ff 41                  | hung up
          shutdown text, no UTF-8        | m 0018 03 0602 02 c328                | hung up
          shutdown text, terminal codes  | m 001a 03 0602 04 1b5b324a            | hung up
          hard reset without the inner   | m 0016 03 0609 06                     | hung up
          OPEN in Established            | m 001d 01 04fde9005a7f0000c800        | 5/3 01
          """)
  void headersAndLengths(String story, String octets, String outcome) throws IOException {
    String marker = OctetPeer.MARKER;
    checkAll(octets.replace("m", marker), outcome.replace("m", marker));
  }

  /// RFC 7606 §3 to §5. Bodies of UPDATEs; `{P}` is a prefix the peer has announced, `{a}` good
  /// attributes, `{A}` the same behind their length.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                        | body                               | outcome
          good                           | 0000 {A} {P}                       | ok
          attributes without a prefix    | 0000 {A}                           | -
          nothing at all: End-of-RIB     | 0000 0000                          | -
          End-of-RIB of IPv6             | 0000 0006 800f03 000201            | -
          End-of-RIB with a bad ORIGIN   | 0000 000a 800f03 000201 400101 05  | 3/1
          End-of-RIB with an AGGREGATOR too long | 0000 0009 800f03 000201 c00700 | -
          End-of-RIB and one unknown     | 0000 000a 800f03 000201 806301 00  | -
          bad attribute, no prefix       | 0000 0003 400100                   | 3/1
          bad attribute beside withdrawals | 0004 {P} 0003 400100             | 3/1
          discarded beside withdrawals   | 0004 {P} 0004 400601 00            | W
          withdrawal                     | 0004 {P} 0000                      | W
          withdrawal of what is not there | 0004 180d0000 0000                | -
          withdrawn and announced at once | 0004 {P} {A} {P}                  | ok
          announced twice at once        | 0000 {A} {P} {P}                   | ok
          no attribute at all            | 0000 0000 {P}                      | W
          withdrawn length beyond        | 0005 0000                          | 3/1
          withdrawn length ffff          | ffff 0000                          | 3/1
          attribute length beyond        | 0000 0005                          | 3/1
          attribute length ffff          | 0000 ffff {P}                      | 3/1
          prefix length 33               | 0000 {A} {P} 21 0a00000000         | 3/10
          prefix length 255              | 0000 {A} {P} ff 0a00000000         | 3/10
          prefix beyond the message      | 0000 {A} {P} 20 0a0000             | 3/10
          withdrawn prefix length 33     | 0006 21 0a00000000 0000            | 3/10
          withdrawn prefix beyond        | 0003 20 0a00 0000                  | 3/10
          only an unknown attribute      | 0000 0006 c06303 010203 {P}        | W
          labels: MP_REACH of another SAFI | 0000 001b 40010100 400206 02010000fde9 800e0b 000104 04 c0000201 00 0800 | -
          """)
  void fields(String story, String body, String outcome) throws IOException {
    for (PeerKind kind : PeerKind.values()) {
      Provocation among = NEIGHBOURS.computeIfAbsent(kind, Provocation::by);
      try (Provocation.Odd peer = among.new Odd()) {
        String message = OctetPeer.message(OctetPeer.UPDATE, peer.filled(body));
        check(among, peer, message, outcome);
      }
    }
  }

  private static void checkAll(String octets, String outcome) throws IOException {
    for (PeerKind kind : PeerKind.values()) {
      Provocation among = NEIGHBOURS.computeIfAbsent(kind, Provocation::by);
      try (Provocation.Odd peer = among.new Odd()) {
        check(among, peer, octets, outcome);
      }
    }
  }

  private static void check(Provocation among, Provocation.Odd peer, String octets, String outcome)
      throws IOException {
    peer.say(octets);
    switch (outcome) {
      case "ok" -> assertThat(peer.fate()).as(among.kind().name()).isEqualTo(among.told(0));
      case "W", "-" -> assertThat(peer.fate()).as(among.kind().name()).isEqualTo(outcome);
      default -> {
        assertThat(peer.ending()).as(among.kind().name()).isEqualTo(outcome);
        peer.awaitGone();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(PeerKind.class)
  void theStreamMayBeCutAnywhere(PeerKind kind) throws IOException {
    Provocation among = NEIGHBOURS.computeIfAbsent(kind, Provocation::by);
    try (Provocation.Odd peer = among.new Odd()) {
      peer.peer().sayOneByOne(Provocation.announcement(among.attributes(0), peer.prefix('a')));
      assertThat(peer.fate()).isEqualTo(among.told(0));

      String one = Provocation.announcement(among.attributes(1), peer.prefix('a'));
      peer.say(one.repeat(1_000));
      assertThat(peer.fate()).isEqualTo(among.told(1));

      // it stops inside a header, and then inside a body
      peer.say(one.substring(0, 30));
      peer.say(one.substring(30, 60));
      peer.say(one.substring(60));
      assertThat(peer.fate()).isEqualTo("-");
    }
  }

  @Test
  void aConnectionMayEndInsideAMessage() throws IOException {
    Provocation among = NEIGHBOURS.computeIfAbsent(PeerKind.EXTERNAL, Provocation::by);
    for (int octets : new int[] {1, 18, 19, 20, 40}) {
      String message = Provocation.announcement(among.attributes(0), "180d0000");
      try (Provocation.Odd peer = among.new Odd()) {
        peer.say(message.substring(0, 2 * octets));
        peer.hangUp();
        peer.awaitGone();
      }
    }
    assertThat(among.sink().routes().keySet()).doesNotContain(Cidr.parse("13.0.0.0/24"));
  }

  @Test
  void hostBitsMeanNothing() throws IOException {
    Provocation among = NEIGHBOURS.computeIfAbsent(PeerKind.EXTERNAL, Provocation::by);
    try (Provocation.Odd peer = among.new Odd()) {
      // 20 bits, of which the octets hold 24
      String dirty = peer.prefix('a').replaceFirst("18", "14").replaceFirst(".$", "f");
      String clean = peer.prefix('a').replaceFirst("18", "14").replaceFirst(".$", "0");
      peer.say(Provocation.announcement(among.attributes(0), dirty));
      Heard heard;
      do {
        heard = among.observer().hearUntil(OctetPeer.UPDATE);
      } while (!ToldUpdate.of(heard.body()).announced().contains(clean));
      assertThat(heard.body()).doesNotContain(dirty);
      assertThat(peer.fate()).isEqualTo("-");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.wire.PeerKind;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 7606 as a table, over real sessions: one odd attribute in place of its like or beside good
/// ones. What becomes of the prefix, and what another system is told of it, octet by octet.
///
/// `W`: withdrawn. `D`: only the attribute is lost, which nobody is told. `ok`: told as the last
/// column says, beside what is always told. Otherwise the NOTIFICATION that ends the session.
class MalformedAttributeTest {

  private static final Map<PeerKind, Provocation> NEIGHBOURS = new EnumMap<>(PeerKind.class);

  @AfterAll
  static void close() {
    NEIGHBOURS.values().forEach(Provocation::close);
    NEIGHBOURS.clear();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                        | attribute               | external | internal | told
          good                           |                         | ok  | ok  |
          ORIGIN flags                   | c00101 00               | W   | W   |
          ORIGIN partial                 | 600101 00               | W   | W   |
          ORIGIN empty                   | 400100                  | W   | W   |
          ORIGIN long                    | 400102 0000             | W   | W   |
          ORIGIN 3                       | 400101 03               | W   | W   |
          ORIGIN 4                       | 400101 04               | W   | W   |
          ORIGIN 255                     | 400101 ff               | W   | W   |
          ORIGIN twice, the second bad   | 400101 00 400101 05     | D   | D   |
          ORIGIN twice, the first bad    | 400101 05 400101 00     | W   | W   |
          AS_PATH flags                  | c00206 02010000fde9     | W   | W   |
          AS_PATH partial                | 600206 02010000fde9     | W   | W   |
          AS_PATH twice                  | 400206 02010000fde9 400206 02010000fdea | D | D | 40020a 02020000fc000000fde9
          AS_PATH segment type 0         | 400206 00010000fde9     | W   | W   |
          AS_PATH segment type 5         | 400206 05010000fde9     | W   | W   |
          AS_PATH empty segment          | 400202 0200             | W   | W   |
          AS_PATH count beyond data      | 400206 02ff0000fde9     | W   | W   |
          AS_PATH two numbers, half one  | 400204 0202ffdc         | W   | W   |
          AS_PATH octet left over        | 400207 02010000fde900   | W   | W   |
          AS_PATH AS 0                   | 400206 020100000000     | W   | W   |
          AS_PATH AS 0 further on        | 40020a 02020000fde900000000 | W | W |
          AS_PATH set                    | 40020c 02010000fde9 01010000fdea | W | W |
          AS_PATH begins with another    | 400206 02010000fdea     | W   | ok  | 40020a 02020000fc000000fdea
          AS_PATH empty                  | 400200                  | W   | ok  |
          AS_PATH with our own AS        | 40020a 02020000fde90000fc00 | W | W |
          AS_PATH of a confederation     | 40020c 03010000fbf5 02010000fde9 | W | ok | 40020a 02020000fc000000fde9
          NEXT_HOP flags                 | c00304 c0000201         | W   | W   |
          NEXT_HOP empty                 | 400300                  | W   | W   |
          NEXT_HOP one octet             | 400301 c0               | W   | W   |
          NEXT_HOP two octets            | 400302 c000             | W   | W   |
          NEXT_HOP short                 | 400303 c00002           | W   | W   |
          NEXT_HOP long                  | 400305 c000020100       | W   | W   |
          NEXT_HOP of IPv6               | 400310 20010db8000000000000000000000001 | W | W |
          NEXT_HOP 0.0.0.0               | 400304 00000000         | W   | W   |
          NEXT_HOP 0.1.2.3               | 400304 00010203         | W   | W   |
          NEXT_HOP multicast             | 400304 e0000001         | W   | W   |
          NEXT_HOP class E               | 400304 f0000001         | W   | W   |
          NEXT_HOP broadcast             | 400304 ffffffff         | W   | W   |
          NEXT_HOP twice, the second bad | 400304 c0000201 400303 000000 | D | D |
          NEXT_HOP our own address       | 400304 7f000001         | W   | W   |
          MED flags                      | c00404 00000001         | W   | W   |
          MED empty                      | 800400                  | W   | W   |
          MED short                      | 800403 000000           | W   | W   |
          MED long                       | 800405 0000000000       | W   | W   |
          MED good, never told outside   | 800404 00000001         | ok  | ok  |
          LOCAL_PREF good                | 400504 000000c8         | D   | ok  |
          LOCAL_PREF empty               | 400500                  | D   | W   |
          LOCAL_PREF short               | 400503 000000           | D   | W   |
          LOCAL_PREF long                | 400505 0000000000       | D   | W   |
          LOCAL_PREF flags               | c00504 00000000         | D   | W   |
          ATOMIC_AGGREGATE good          | 400600                  | ok  | ok  | 400600
          ATOMIC_AGGREGATE long          | 400601 00               | D   | D   |
          ATOMIC_AGGREGATE flags         | c00600                  | W   | W   |
          AGGREGATOR good                | c00708 00000001c0000202 | ok  | ok  | c00708 00000001c0000202
          AGGREGATOR short               | c00707 00000001c00002   | D   | D   |
          AGGREGATOR two octets of AS    | c00706 0001c0000202     | D   | D   |
          AGGREGATOR five octets         | c00705 0001c00002       | D   | D   |
          AGGREGATOR long                | c00709 00000001c000020200 | D | D   |
          AGGREGATOR AS 0                | c00708 00000000c0000202 | D   | D   |
          AGGREGATOR flags               | 800708 00000001c0000202 | W   | W   |
          COMMUNITIES good               | c00804 fc000001         | ok  | ok  | c00804 fc000001
          COMMUNITIES partial            | e00804 fc000001         | ok  | ok  | e00804 fc000001
          AGGREGATOR partial             | e00708 00000001c0000202 | ok  | ok  | e00708 00000001c0000202
          COMMUNITIES flags              | 800804 00000001         | W   | W   |
          COMMUNITIES empty              | c00800                  | W   | W   |
          COMMUNITIES odd                | c00805 0000000100       | W   | W   |
          ORIGINATOR_ID good             | 800904 c0000209         | D   | ok  |
          ORIGINATOR_ID short            | 800903 000000           | D   | W   |
          ORIGINATOR_ID long             | 800905 0000000000       | D   | W   |
          ORIGINATOR_ID ours             | 800904 7f000001         | D   | W   |
          CLUSTER_LIST good              | 800a04 c0000209         | D   | ok  |
          CLUSTER_LIST empty             | 800a00                  | D   | W   |
          CLUSTER_LIST odd               | 800a05 0000000100       | D   | W   |
          CLUSTER_LIST with ours         | 800a08 c00002097f000001 | D   | W   |
          MP_REACH short                 | 800e04 00020110         | 3/1 | 3/1 |
          MP_REACH flags                 | c00e16 000201 10 20010db8000000000000000000000001 00 00 | W | W |
          MP_REACH next hop of 0 octets  | 800e05 000201 00 00     | 3/1 | 3/1 |
          MP_REACH next hop of 2 octets  | 800e07 000201 02 0000 00 | 3/1 | 3/1 |
          MP_REACH next hop of 17 octets | 800e16 000201 11 20010db80000000000000000000000010000 00 | 3/1 | 3/1 |
          MP_REACH next hop of 4 octets  | 800e0a 000201 04 c0000201 00 00 | 3/1 | 3/1 |
          MP_REACH next hop of 12 octets | 800e12 000201 0c 0000000000000000c0000201 00 00 | 3/1 | 3/1 |
          MP_REACH next hop of 24 octets | 800e1e 000201 18 0000000000000000 20010db8000000000000000000000001 00 00 | 3/1 | 3/1 |
          MP_REACH next hop of 48 octets | 800e36 000201 30 0000000000000000 20010db8000000000000000000000001 0000000000000000 fe800000000000000000000000000001 00 00 | 3/1 | 3/1 |
          MP_REACH next hop multicast    | 800e16 000201 10 ff020000000000000000000000000001 00 00 | 3/1 | 3/1 |
          MP_REACH second not link-local | 800e2a 000201 20 20010db8000000000000000000000001 20010db8000000000000000000000002 00 20 20010db8 | ok | ok |
          MP_REACH beside IPv4           | 800e1a 000201 10 20010db8000000000000000000000001 00 20 20010db8 | ok | ok |
          MP_REACH IPv4, by IPv6 unasked | 800e19 000101 10 20010db8000000000000000000000001 00 18 0e0000 | 3/1 | 3/1 |
          MP_REACH IPv4                  | 800e0d 000101 04 c0000201 00 18 0e0000 | ok | ok |
          MP_REACH IPv4, next hop of 3   | 800e0c 000101 03 c00002 00 18 0e0000 | 3/1 | 3/1 |
          MP_REACH next hop beyond       | 800e05 000201 20 00     | 3/1 | 3/1 |
          MP_REACH next hop zero         | 800e16 000201 10 00000000000000000000000000000000 00 00 | 3/1 | 3/1 |
          MP_REACH prefix beyond         | 800e18 000201 10 20010db8000000000000000000000001 00 202001 | 3/1 | 3/1 |
          MP_REACH prefix 129            | 800e16 000201 10 20010db8000000000000000000000001 00 81 | 3/10 | 3/10 |
          MP_REACH other family          | 800e05 000146 00 00     | D   | D   |
          MP_REACH twice                 | 800e05 000146 00 00 800e05 000146 00 00 | 3/1 | 3/1 |
          MP_REACH without a prefix      | 800e15 000201 10 20010db8000000000000000000000001 00 | ok | ok |
          MP_UNREACH good                | 800f03 000201           | ok  | ok  |
          MP_UNREACH short               | 800f02 0002             | 3/9 800f020002 | 3/9 800f020002 |
          MP_UNREACH prefix beyond       | 800f04 000201 20        | 3/9 800f0400020120 | 3/9 800f0400020120 |
          MP_UNREACH prefix 129          | 800f04 000201 81        | 3/10 | 3/10 |
          MP_UNREACH other family        | 800f04 000146 ff        | D   | D   |
          MP_UNREACH twice               | 800f03 000201 800f03 000201 | 3/1 | 3/1 |
          EXT_COMM good                  | c01008 00020000fc000001 | ok  | ok  | c01008 00020000fc000001
          EXT_COMM partial, one not transitive | e01010 40020000fc000001 00020000fc000001 | ok | ok | e01008 00020000fc000001
          EXT_COMM one not transitive    | c01010 40020000fc000001 00020000fc000001 | ok | ok | c01008 00020000fc000001
          EXT_COMM none transitive       | c01008 40020000fc000001 | ok  | ok  |
          EXT_COMM flags                 | 801008 0000000000000000 | W   | W   |
          EXT_COMM empty                 | c01000                  | W   | W   |
          EXT_COMM odd                   | c01009 000000000000000000 | W | W   |
          AS4_PATH from a new speaker    | c01106 02010000fde9     | D   | D   |
          AS4_PATH flags                 | 801106 02010000fde9     | D   | D   |
          AS4_PATH segment type 0        | c01106 00010000fde9     | D   | D   |
          AS4_AGGREGATOR likewise        | c01208 00000001c0000201 | D   | D   |
          AS4_AGGREGATOR short           | c01207 00000001c00002   | D   | D   |
          PMSI good                      | c01605 0000000000       | ok  | ok  | e01605 0000000000
          PMSI flags                     | 801605 0000000000       | W   | W   |
          PMSI short                     | c01604 00000000         | W   | W   |
          PMSI empty                     | c01600                  | W   | W   |
          PMSI type 8                    | c01605 0008000000       | W   | W   |
          PMSI type 255                  | c01605 00ff000000       | W   | W   |
          PMSI ingress replication       | c01609 0006000000c0000201 | ok | ok | e01609 0006000000c0000201
          PMSI ingress replication short | c01608 0006000000c00002 | W   | W   |
          ENCAP good                     | c01707 00070003 010164  | ok  | ok  | e01707 00070003 010164
          ENCAP long sub-TLV             | c01708 00070004 80000164 | ok | ok  | e01708 00070004 80000164
          ENCAP flags                    | 801704 00070000         | W   | W   |
          ENCAP short                    | c01703 000700           | W   | W   |
          ENCAP empty                    | c01700                  | W   | W   |
          ENCAP TLV overrun              | c01705 00070004 01      | W   | W   |
          ENCAP sub-TLV overrun          | c01706 00070002 01ff    | W   | W   |
          ENCAP both overrun             | c01706 00070004 01ff    | W   | W   |
          ENCAP half a long length       | c01706 00070002 8000    | W   | W   |
          IPV6_EXT_COMM good             | c01914 000220010db800000000000000000000000100 05 | ok | ok | c01914 000220010db80000000000000000000000010005
          IPV6_EXT_COMM not transitive   | c01914 400220010db80000000000000000000000010005 | ok | ok |
          IPV6_EXT_COMM flags            | 801914 000220010db80000000000000000000000010005 | W | W |
          IPV6_EXT_COMM empty            | c01900                  | W   | W   |
          IPV6_EXT_COMM long             | c01915 000220010db8000000000000000000000001000500 | W | W |
          AIGP good, not passed on       | 801a0b 01000b0000000000000005 | ok | ok |
          AIGP flags                     | c01a0b 01000b0000000000000005 | D | D |
          AIGP TLV length                | 801a0b 01000a0000000000000005 | D | D |
          AIGP unknown TLV               | 801a0b 02000b0000000000000005 | D | D |
          AIGP empty                     | 801a00                  | D   | D   |
          ENTROPY                        | c01c03 123456           | ok  | ok  | e01c03 123456
          BGP-LS flags                   | c01d03 040000           | D   | D   |
          BGP-LS TLV overrun             | 801d05 040000ff00       | D   | D   |
          BGP-LS half TLV                | 801d02 0400             | D   | D   |
          LARGE_COMM good                | c0200c 0000fc000000000200000003 | ok | ok | c0200c 0000fc000000000200000003
          LARGE_COMM partial             | e0200c 0000fc000000000200000003 | ok | ok | e0200c 0000fc000000000200000003
          LARGE_COMM twice the same      | c02018 0000fc000000000200000003 0000fc000000000200000003 | ok | ok | c0200c 0000fc000000000200000003
          LARGE_COMM flags               | 80200c 000000010000000200000003 | W | W |
          LARGE_COMM empty               | c02000                  | W   | W   |
          LARGE_COMM odd                 | c0200d 00000001000000020000000300 | W | W |
          OTC good                       | c02304 00000001         | ok  | ok  | c02304 00000001
          OTC partial                    | e02304 00000001         | ok  | ok  | e02304 00000001
          OTC flags                      | 802304 00000001         | W   | W   |
          OTC empty                      | c02300                  | W   | W   |
          OTC short                      | c02303 000001           | W   | W   |
          OTC long                       | c02305 0000000100       | W   | W   |
          OTC of AS 0                    | c02304 00000000         | W   | W   |
          NHC good                       | c0270d 00010104c0000201 00010001ff | ok | ok | e0270d 00010104c0000201 00010001ff
          NHC flags                      | 802708 00010104c0000201 | D   | D   |
          NHC unknown family             | c02708 00014604c0000201 | D   | D   |
          NHC short next hop             | c02704 00010109         | D   | D   |
          NHC next hop beyond            | c02704 00010104         | D   | D   |
          NHC TLV overrun                | c0270d 00010104c0000201 00010002ff | D | D |
          NHC empty                      | c02700                  | D   | D   |
          PREFIX_SID good                | c0280a 01000700000000000005 | ok | ok | e0280a 01000700000000000005
          PREFIX_SID flags               | 80280a 01000700000000000005 | D | D |
          PREFIX_SID TLV overrun         | c02806 0100ff000000     | D   | D   |
          PREFIX_SID cut off             | c02802 0100             | D   | D   |
          PREFIX_SID empty               | c02800                  | D   | D   |
          PREFIX_SID bad label index     | c02809 010006000000000005 | D | D   |
          PREFIX_SID label block         | c0280b 030008 0000 000064000064 | ok | ok | e0280b 030008 0000 000064000064
          PREFIX_SID bad label block     | c0280a 030007 0000 0000640000 | D | D |
          PREFIX_SID SRv6 sub-TLV        | c02808 050005 00 63000101 | ok | ok | e02808 050005 00 63000101
          PREFIX_SID SRv6 sub-TLV overrun | c02807 050004 00 630001 | D | D   |
          PREFIX_SID unknown TLV         | c02804 63000101         | ok  | ok  | e02804 63000101
          ATTR_SET                       | c08004 0000fde9         | ok  | ok  | e08004 0000fde9
          attribute 253                  | c0fd01 00               | ok  | ok  | e0fd01 00
          attribute 254, empty           | c0fe00                  | ok  | ok  | e0fe00
          attribute 255                  | c0ff02 dead             | ok  | ok  | e0ff02 dead
          attribute 0                    | c00002 dead             | ok  | ok  | e00002 dead
          unknown transitive             | c06303 010203           | ok  | ok  | e06303 010203
          unknown transitive, partial    | e06303 010203           | ok  | ok  | e06303 010203
          unknown, low flags             | cf6303 010203           | ok  | ok  | e06303 010203
          unknown not transitive         | 806303 010203           | D   | D   |
          unknown well-known             | 406303 010203           | 3/2 406303010203 | 3/2 406303010203 |
          unknown with no flag           | 006303 010203           | 3/2 006303010203 | 3/2 006303010203 |
          twice: the first counts        | c00804 fc000001 c00804 fc000002 | D | D | c00804 fc000001
          extended length, short value   | d008 0004 fc000001      | ok  | ok  | c00804 fc000001
          length beyond the attributes   | 8004ff 00               | W   | W   |
          extended length beyond         | 900408 0000             | W   | W   |
          header cut off                 | 8004                    | W   | W   |
          header cut off after the flags | 80                      | W   | W   |
          header cut off, extended       | 900400                  | W   | W   |
          strongest wins: D and W        | 400601 00 800403 000000 | W   | W   |
          strongest wins: W and R        | 800403 000000 800f02 0002 | 3/9 800f020002 | 3/9 800f020002 |
          strongest wins: R first        | 800f02 0002 400100      | 3/9 800f020002 | 3/9 800f020002 |
          """)
  void decides(
      String story, @Nullable String odd, String external, String internal, @Nullable String told)
      throws IOException {
    check(PeerKind.EXTERNAL, odd == null ? "" : odd, external, told == null ? "" : told);
    check(PeerKind.INTERNAL, odd == null ? "" : odd, internal, told == null ? "" : told);
    boolean isAboutAsPath = odd != null && odd.startsWith("02", 2);
    boolean isOfOneSystem = story.startsWith("ORIGINATOR_ID") || story.startsWith("CLUSTER_LIST");
    if (!isAboutAsPath) {
      // from a member of our confederation: as from within, but for what is of one system only
      String outcome = isOfOneSystem ? external : internal;
      check(PeerKind.CONFEDERATION, odd == null ? "" : odd, outcome, told == null ? "" : told);
    }
  }

  /// RFC 5065 §5: from a member of our confederation a path begins with a sequence of its members.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                    | AS_PATH                                  | outcome | told
          good                       | 400206 03010000fde9                      | ok | 40020602010000fbf4
          several members            | 40020a 03020000fde90000fdeb              | ok | 40020602010000fbf4
          members, then others       | 40020c 03010000fde9 02010000fdea         | ok | 40020a02020000fbf40000fdea
          empty                      | 400200                                   | W  |
          no member                  | 400206 02010000fde9                      | W  |
          others, then members       | 40020c 02010000fdea 03010000fde9         | W  |
          a set of members           | 400206 04010000fde9                      | W  |
          members, then a set        | 40020c 03010000fde9 04010000fdeb         | W  |
          segment type 5             | 400206 05010000fde9                      | W  |
          empty segment              | 400202 0300                              | W  |
          count beyond data          | 400206 03ff0000fde9                      | W  |
          AS 0                       | 400206 030100000000                      | W  |
          flags                      | c00206 03010000fde9                      | W  |
          ourselves among members    | 40020a 03020000fde90000fc00              | W  |
          our confederation          | 40020c 03010000fde9 02010000fbf4         | W  |
          our member AS, outside     | 40020c 03010000fde9 02010000fc00         | ok | 40020a02020000fbf40000fc00
          our confederation, a member | 40020a 03020000fde90000fbf4             | W  |
          """)
  void pathsWithinAConfederation(String story, String path, String outcome, @Nullable String told)
      throws IOException {
    check(PeerKind.CONFEDERATION, path, outcome, told == null ? "" : told);
  }

  private static void check(PeerKind kind, String odd, String outcome, String told)
      throws IOException {
    Provocation among = NEIGHBOURS.computeIfAbsent(kind, Provocation::by);
    try (Provocation.Odd peer = among.new Odd()) {
      String prefix = peer.prefix('a');
      peer.say(Provocation.announcement(among.attributesWith(odd), prefix));
      String found = outcome.contains("/") ? peer.ending() : peer.fate();
      String expected =
          switch (outcome) {
            case "D", "ok" -> among.toldWith(told);
            default -> outcome;
          };
      assertThat(found).as("from an %s peer", kind).isEqualTo(expected);
    }
  }
}

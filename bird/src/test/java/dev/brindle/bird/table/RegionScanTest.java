// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Announcement;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.Reading;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Beside the exact codec: what the scan accepts means the same there, and has no fault.
class RegionScanTest {

  private static final String GOOD = "40010100 400206 02010000fde9 400304 c0000201 400504 00000064";

  /// What members of a confederation send is left to the exact codec as a whole.
  private static final PeerKind[] KINDS = {PeerKind.EXTERNAL, PeerKind.INTERNAL};

  /// Where the scan writes; more than it needs, and full of what was there before.
  private final byte[] to = new byte[8_192];

  /// One attribute in place of its like, or beside the good ones. To an external peer LOCAL_PREF is
  /// left out.
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                      | attribute               | external | internal
          good                         |                         | fast | fast
          ORIGIN flags                 | c00101 00               | slow | slow
          ORIGIN low flags             | 410101 00               | slow | slow
          ORIGIN empty                 | 400100                  | slow | slow
          ORIGIN 3                     | 400101 03               | slow | slow
          ORIGIN 255                   | 400101 ff               | slow | slow
          AS_PATH empty                | 400200                  | fast | fast
          AS_PATH two segments         | 40020c 020100000001 020100000002 | fast | fast
          AS_PATH segment type 0       | 400206 00010000fde9     | slow | slow
          AS_PATH empty segment        | 400202 0200             | slow | slow
          AS_PATH count beyond data    | 400206 02ff0000fde9     | slow | slow
          AS_PATH octet left over      | 400207 02010000fde900   | slow | slow
          AS_PATH AS 0                 | 40020a 02020000000100000000 | slow | slow
          AS_PATH set                  | 400206 01010000fde9     | slow | slow
          AS_PATH of a confederation   | 400206 03010000fde9     | slow | slow
          NEXT_HOP short               | 400303 c00002           | slow | slow
          NEXT_HOP 0.0.0.0             | 400304 00000000         | slow | slow
          NEXT_HOP 0.1.2.3             | 400304 00010203         | slow | slow
          NEXT_HOP class E             | 400304 f0000001         | slow | slow
          MED good                     | 800404 00000001         | fast | fast
          MED flags                    | c00404 00000001         | slow | slow
          MED long                     | 800405 0000000000       | slow | slow
          LOCAL_PREF                   | 400504 00000001         | slow | fast
          LOCAL_PREF short             | 400503 000000           | slow | slow
          ATOMIC_AGGREGATE             | 400600                  | fast | fast
          ATOMIC_AGGREGATE long        | 400601 00               | slow | slow
          AGGREGATOR                   | c00708 00000001c0000201 | fast | fast
          AGGREGATOR two octets of AS  | c00706 0001c0000201     | slow | slow
          AGGREGATOR AS 0              | c00708 00000000c0000201 | slow | slow
          COMMUNITIES                  | c00804 00000001         | fast | fast
          COMMUNITIES partial          | e00804 00000001         | fast | fast
          COMMUNITIES flags            | 800804 00000001         | slow | slow
          COMMUNITIES empty            | c00800                  | slow | slow
          ORIGINATOR_ID                | 800904 c0000202         | slow | fast
          CLUSTER_LIST                 | 800a04 c0000202         | slow | fast
          CLUSTER_LIST odd             | 800a05 0000000100       | slow | slow
          NEXT_HOP and MP_REACH        | 800e15 00020110 20010db8000000000000000000000001 00 | slow | slow
          MP_UNREACH beside            | 800f03 000201           | fast | fast
          MP_UNREACH other family      | 800f03 000146           | slow | slow
          EXT_COMM                     | c01008 0000000000000000 | fast | fast
          EXT_COMM odd                 | c01009 000000000000000000 | slow | slow
          IPV6_EXT_COMM                | c01914 000220010db80000000000000000000000010005 | fast | fast
          IPV6_EXT_COMM flags          | 801914 000220010db80000000000000000000000010005 | slow | slow
          IPV6_EXT_COMM long           | c01915 000220010db8000000000000000000000001000500 | slow | slow
          AIGP                         | 801a0b 01000b0000000000000005 | fast | fast
          AIGP flags                   | c01a0b 01000b0000000000000005 | slow | slow
          BGP-LS flags                 | c01d02 0400             | slow | slow
          AS4_PATH                     | c01106 02010000fde9     | slow | slow
          AS4_AGGREGATOR               | c01208 00000001c0000201 | slow | slow
          LARGE_COMM                   | c02018 000000010000000200000003 000000010000000200000004 | fast | fast
          LARGE_COMM twice the same    | c02018 000000010000000200000003 000000010000000200000003 | slow | slow
          OTC                          | c02304 00000001         | fast | fast
          OTC partial                  | e02304 00000001         | fast | fast
          OTC flags                    | 802304 00000001         | slow | slow
          OTC long                     | c02305 0000000100       | slow | slow
          OTC of AS 0                  | c02304 00000000         | slow | slow
          unknown                      | c06303 010203           | fast | fast
          unknown, attribute 0         | c00003 010203           | slow | slow
          unknown not transitive       | 806303 010203           | fast | fast
          unknown not transitive twice | 806303 010203 806300    | slow | slow
          unknown, first not transitive | 806303 010203 c06300   | slow | slow
          unknown well-known           | 406303 010203           | slow | slow
          twice                        | 800404 00000001 800404 00000002 | slow | slow
          MP_UNREACH twice             | 800f03 000201 800f03 000201 | slow | slow
          extended length              | 9004 0004 00000001      | fast | fast
          length beyond the attributes | 8004ff 00               | slow | slow
          header cut off               | 8004                    | slow | slow
          header cut off, extended     | 900400                  | slow | slow
          one octet                    | 80                      | slow | slow
          """)
  void decides(String story, @Nullable String hex, String external, String internal) {
    String attribute = hex == null ? "" : hex;
    assertThat(pace(attribute, PeerKind.EXTERNAL)).as("external").isEqualTo(external);
    assertThat(pace(attribute, PeerKind.INTERNAL)).as("internal").isEqualTo(internal);
  }

  private String pace(String attribute, PeerKind kind) {
    StringBuilder hex = new StringBuilder();
    for (String good : GOOD.split(" (?=40)", -1)) {
      boolean isReplaced = attribute.startsWith(good.substring(2, 4), 2);
      boolean isFitting = !good.startsWith("4005") || kind == PeerKind.INTERNAL;
      hex.append(isReplaced || !isFitting ? "" : good);
    }
    byte[] region = bytes(hex + attribute);
    return check(new WireUpdate(region, true), kind) ? "fast" : "slow";
  }

  @ParameterizedTest(name = "without attribute {0}")
  @CsvSource({"1, 400206020100000001 400304c0000201", "2, 40010100 400304c0000201"})
  void needsWhatIsMandatory(int code, String hex) {
    assertThat(check(new WireUpdate(bytes(hex), true), PeerKind.EXTERNAL)).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # next hop                                                                  | pace
          000201 10 20010db8000000000000000000000001 00                               | fast
          000201 20 20010db8000000000000000000000001 fe800000000000000000000000000002 00 | fast
          000201 20 20010db8000000000000000000000001 20010db8000000000000000000000002 00 | slow
          000201 10 ff020000000000000000000000000001 00                               | slow
          000201 10 00000000000000000000000000000000 00                               | slow
          000201 20 00000000000000000000000000000000 fe800000000000000000000000000002 00 | slow
          000201 20 00000000000000000000000000000000 20010db8000000000000000000000002 00 | slow
          000201 04 c0000201 00                                                       | slow
          000201 10 20010db80000000000000000000000                                    | slow
          000201 10 20010db8000000000000000000000001                                  | slow
          000101 04 c0000201 00                                                       | fast
          000101 10 20010db8000000000000000000000001 00                               | fast
          000101 20 20010db8000000000000000000000001 fe800000000000000000000000000002 00 | fast
          000101 10 fe800000000000000000000000000002 00                               | fast
          000101 20 20010db8000000000000000000000001 20010db8000000000000000000000002 00 | slow
          000101 10 ff020000000000000000000000000001 00                               | slow
          000101 20 00000000000000000000000000000000 fe800000000000000000000000000002 00 | slow
          000101 08 20010db800000000 00                                               | slow
          000201 00                                                                   | slow
          000202 10 20010db8000000000000000000000001 00                               | slow
          """)
  void takesTheNextHopOfMpReach(String hex, String pace) {
    byte[] value = bytes(hex);
    String attribute = "800e%02x".formatted(value.length) + HexFormat.of().formatHex(value);
    String rest = "40010100 400206020100000001 c00804 00000001";
    for (String region : List.of(attribute + rest, rest + attribute, rest + "c06300" + attribute)) {
      assertThat(check(new WireUpdate(bytes(region), false), PeerKind.EXTERNAL) ? "fast" : "slow")
          .isEqualTo(pace);
    }
  }

  @Test
  void leavesTwoOctetsOfAsNumberToTheExactCodec() {
    byte[] region = bytes("40010100 400200 400304c0000201");

    assertThat(CanonicalForm.scan(region, 0, region.length, true, false, to))
        .isEqualTo(CanonicalForm.SLOW);
  }

  @Test
  void wantsRoom() {
    byte[] region = bytes("40010100 400200 400304c0000201");

    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(
            () ->
                CanonicalForm.scan(region, 0, region.length, true, true, new byte[region.length]));
  }

  @Test
  void looksAtNoMoreAttributesThanAnybodySends() {
    StringBuilder hex = new StringBuilder("40010100 400200 400304c0000201");
    for (int code = 0x40; code < 0x40 + 29; code++) {
      hex.append("c0%02x00".formatted(code));
    }
    assertThat(check(new WireUpdate(bytes(hex.toString()), true), PeerKind.EXTERNAL)).isTrue();
    hex.append("c0f000");
    assertThat(check(new WireUpdate(bytes(hex.toString()), true), PeerKind.EXTERNAL)).isFalse();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {21, 22, 23, 24})
  void acceptsWhatPeersSendInAnyOrder(long seed) {
    Random random = new Random(seed);
    RandomRegions regions = new RandomRegions(random);
    int fast = 0;
    for (int i = 0; i < 5_000; i++) {
      PeerKind kind = regions.any(KINDS);
      Family family = regions.any(Family.values());
      WireUpdate update = new WireUpdate(regions.good(kind, family), family == Family.IPV4_UNICAST);
      fast += check(update, kind) ? 1 : 0;
    }
    assertThat(fast).isGreaterThan(4_500);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {31, 32, 33, 34})
  void neverAcceptsWhatTheExactCodecReadsDifferently(long seed) {
    Random random = new Random(seed);
    RandomRegions regions = new RandomRegions(random);
    int fast = 0;
    for (int i = 0; i < 10_000; i++) {
      PeerKind kind = regions.any(KINDS);
      Family family = regions.any(Family.values());
      byte[] region = regions.damaged(regions.good(kind, family));
      fast += check(new WireUpdate(region, family == Family.IPV4_UNICAST), kind) ? 1 : 0;
    }
    assertThat(fast).as("some damage is harmless").isBetween(1_000, 9_000);
  }

  /// Compares with the exact codec.
  ///
  /// @return whether the scan accepts it
  private boolean check(WireUpdate update, PeerKind kind) {
    byte[] region = update.region();
    boolean isExternal = kind == PeerKind.EXTERNAL;
    int at = region.length % 3;
    int length = CanonicalForm.scan(region, 0, region.length, isExternal, true, to, at);
    if (length == CanonicalForm.SLOW) {
      return false;
    }
    if (!update.isFitForScan()) {
      return true;
    }
    Reading reading = update.read(kind);
    assertThat(reading).isInstanceOf(Reading.Understood.class);
    Update understood = (Update) ((Reading.Understood) reading).message();
    assertThat(understood.faults()).isEmpty();
    byte[] scanned = Arrays.copyOfRange(to, at, at + length);
    for (Announcement announcement : understood.announced()) {
      PathAttributes exact = announcement.attributes();
      assertThat(HexFormat.of().formatHex(scanned))
          .isEqualTo(HexFormat.of().formatHex(CanonicalForm.of(exact)));
      assertThat(CanonicalForm.attributes(scanned, 0, length)).isEqualTo(exact);
    }
    return true;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }
}

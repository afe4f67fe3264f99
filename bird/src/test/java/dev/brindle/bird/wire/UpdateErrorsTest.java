// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.wire.Message.Update;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 7606 as a table: one attribute beside otherwise good ones, and what becomes of the UPDATE.
/// W: treated as withdrawn. D: only the attribute is lost. ok: nothing is. Otherwise the
/// NOTIFICATION that ends the session.
class UpdateErrorsTest {

  private static final String ORIGIN = "400101 00";
  private static final String AS_PATH = "400206 0201 0000fde9";
  private static final String NEXT_HOP = "400304 c0000201";
  private static final String LOCAL_PREF = "400504 00000064";

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                        | attribute               | external | internal
          good                           |                         | ok  | ok
          ORIGIN flags                   | c00101 00               | W   | W
          ORIGIN partial                 | 600101 00               | W   | W
          ORIGIN empty                   | 400100                  | W   | W
          ORIGIN long                    | 400102 0000             | W   | W
          ORIGIN 3                       | 400101 03               | W   | W
          ORIGIN 255                     | 400101 ff               | W   | W
          AS_PATH flags                  | c00206 02010000fde9     | W   | W
          AS_PATH segment type 0         | 400206 00010000fde9     | W   | W
          AS_PATH segment type 5         | 400206 05010000fde9     | W   | W
          AS_PATH empty segment          | 400202 0200             | W   | W
          AS_PATH count beyond data      | 400206 02ff0000fde9     | W   | W
          AS_PATH octet left over        | 400207 02010000fde900   | W   | W
          AS_PATH AS 0                   | 400206 020100000000     | W   | W
          AS_PATH set                    | 400206 01010000fde9     | W   | W
          NEXT_HOP short                 | 400303 c00002           | W   | W
          NEXT_HOP long                  | 400305 c000020100       | W   | W
          NEXT_HOP 0.0.0.0               | 400304 00000000         | W   | W
          NEXT_HOP multicast             | 400304 e0000001         | W   | W
          NEXT_HOP class E               | 400304 f0000001         | W   | W
          MED flags                      | c00404 00000001         | W   | W
          MED empty                      | 800400                  | W   | W
          MED short                      | 800403 000000           | W   | W
          MED long                       | 800405 0000000000       | W   | W
          MED good                       | 800404 00000001         | ok  | ok
          LOCAL_PREF short               | 400503 000000           | D   | W
          LOCAL_PREF flags               | c00504 00000000         | D   | W
          ATOMIC_AGGREGATE long          | 400601 00               | D   | D
          AGGREGATOR short               | c00707 00000001c00002   | D   | D
          AGGREGATOR two octets of AS    | c00706 0001c0000201     | D   | D
          AGGREGATOR AS 0                | c00708 00000000c0000201 | D   | D
          COMMUNITIES flags              | 800804 00000001         | W   | W
          COMMUNITIES empty              | c00800                  | W   | W
          COMMUNITIES odd                | c00805 0000000100       | W   | W
          COMMUNITIES partial            | e00804 00000001         | ok  | ok
          ORIGINATOR_ID short            | 800903 000000           | D   | W
          CLUSTER_LIST empty             | 800a00                  | D   | W
          CLUSTER_LIST odd               | 800a05 0000000100       | D   | W
          MP_REACH short                 | 800e04 00020110         | 3/1 | 3/1
          MP_REACH next hop length       | 800e07 000201 02 0000 00 | 3/1 | 3/1
          MP_REACH next hop beyond       | 800e05 000201 20 00     | 3/1 | 3/1
          MP_REACH other family          | 800e05 000146 00 00     | D   | D
          MP_UNREACH short               | 800f02 0002             | 3/9 | 3/9
          MP_UNREACH prefix beyond       | 800f04 000201 20        | 3/9 | 3/9
          MP_UNREACH prefix 129          | 800f04 000201 81        | 3/10 | 3/10
          EXT_COMM flags                 | 801008 0000000000000000 | W   | W
          EXT_COMM empty                 | c01000                  | W   | W
          EXT_COMM odd                   | c01009 000000000000000000 | W | W
          AS4_PATH from a new speaker    | c01106 02010000fde9     | D   | D
          AS4_AGGREGATOR likewise        | c01208 00000001c0000201 | D   | D
          LARGE_COMM flags               | 80200c 000000010000000200000003 | W | W
          LARGE_COMM empty               | c02000                  | W   | W
          LARGE_COMM odd                 | c0200d 00000001000000020000000300 | W | W
          OTC good                       | c02304 00000001         | ok  | ok
          OTC partial                    | e02304 00000001         | ok  | ok
          OTC flags                      | 802304 00000001         | W   | W
          OTC short                      | c02303 000001           | W   | W
          OTC long                       | c02305 0000000100       | W   | W
          OTC empty                      | c02300                  | W   | W
          OTC of AS 0                    | c02304 00000000         | W   | W
          OTC rebuilt much too long      | d0230400 00             | W   | W
          unknown transitive             | c06303 010203           | ok  | ok
          unknown not transitive         | 806303 010203           | ok  | ok
          unknown well-known             | 406303 010203           | 3/2 | 3/2
          extended length                | 9004 0004 00000001      | ok  | ok
          length beyond the attributes   | 8004ff 00               | W   | W
          header cut off                 | 8004                    | W   | W
          header cut off, extended       | 900400                  | W   | W
          """)
  void decides(String story, @Nullable String hex, String external, String internal) {
    String attribute = hex == null ? "" : hex;
    assertThat(outcome(attribute, PeerKind.EXTERNAL)).as("external").isEqualTo(external);
    assertThat(outcome(attribute, PeerKind.INTERNAL)).as("internal").isEqualTo(internal);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                     | body                                         | outcome
          nothing but lengths         | 0000 0000                                    | ok
          withdrawn length beyond     | 0005 0000                                    | 3/1
          attribute length beyond     | 0000 0005                                    | 3/1
          no lengths                  | 0000                                         | 3/1
          prefix length 33            | 0002 2100 0000                               | 3/10
          prefix beyond the field     | 0002 200a 0000                               | 3/10
          ORIGIN missing              | 0000 0017 40020602010000fde9 400304c0000201 40 050400000064 080a | W
          prefixes without attributes | 0000 0000 080a                               | W
          damaged, no prefix          | 0000 0003 400100                             | 3/1
          """)
  void judgesTheFrame(String story, String hex, String outcome) {
    assertThat(outcome(bytes(hex), PeerTerms.beforeOpen(PeerKind.EXTERNAL))).isEqualTo(outcome);
  }

  /// RFC 7911 §3: four octets before each prefix of the families it was agreed on for.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                      | body                                | outcome
          withdrawn                    | 0006 00000007 080a 0000             | W
          two of one prefix            | 000c 00000007080a 00000008080a 0000 | W
          id cut off                   | 0003 000000 0000                    | 3/10
          nothing but an id            | 0004 00000007 0000                  | 3/10
          second id cut off            | 0009 00000007080a 000000 0000       | 3/10
          without an id                | 0002 080a 0000                      | 3/10
          prefix beyond the field      | 0005 00000007 10 0000               | 3/10
          prefix length 33             | 0006 00000007 2100 0000             | 3/10
          announced, id cut off        | 0000 0000 0000                      | 3/10
          announced, nothing but an id | 0000 0000 00000007                  | 3/10
          MP_UNREACH id cut off        | 0000 0009 800f06 000201 000000      | 3/10
          MP_UNREACH nothing but an id | 0000 000a 800f07 000201 00000007    | 3/10
          MP_UNREACH prefix beyond     | 0000 000b 800f08 000201 00000007 20 | 3/9
          MP_UNREACH good              | 0000 000c 800f09 000201 00000007 0820 | W
          """)
  void judgesPathIdentifiers(String story, String hex, String outcome) {
    Set<Family> all = Set.of(Family.values());
    PeerTerms terms =
        PeerTerms.beforeOpen(PeerKind.EXTERNAL).withAddPath(new AddPathTerms(all, Set.of()));
    assertThat(outcome(bytes(hex), terms)).isEqualTo(outcome);
  }

  /// Whoever has to find the culprit needs them (RFC 7606 §6).
  @Test
  void aFaultShowsTheFirstOctets() throws MalformedMessage {
    String attributes =
        "400101ff" + (AS_PATH + NEXT_HOP).replace(" ", "") + "c00813" + "07".repeat(19);

    Update update =
        UpdateCodec.decode(
            bytes("0000" + "%04x".formatted(attributes.length() / 2) + attributes + "180a0000"),
            PeerTerms.beforeOpen(PeerKind.EXTERNAL));

    assertThat(update.faults())
        .map(AttributeFault::begin)
        .containsExactly("400101ff", "c00813" + "07".repeat(13) + "...");
  }

  /// Else one message of 4,096 octets fills log and memory.
  @Test
  void whoRepeatsAnAttributeAThousandTimesIsComplainedOfOnce() throws MalformedMessage {
    String attributes = ORIGIN + AS_PATH + NEXT_HOP + ORIGIN.repeat(1_000);
    String hex = attributes.replace(" ", "");

    Update update =
        UpdateCodec.decode(
            bytes("0000" + "%04x".formatted(hex.length() / 2) + hex + "180a0000"),
            PeerTerms.beforeOpen(PeerKind.EXTERNAL));

    assertThat(update.announced()).hasSize(1);
    assertThat(update.faults())
        .singleElement()
        .hasToString(
            new AttributeFault(1, ErrorAction.DISCARD_ATTRIBUTE, "came twice, the first counts")
                .toString());
  }

  private static String outcome(String attribute, PeerKind kind) {
    StringBuilder attributes = new StringBuilder(attribute);
    for (String good : new String[] {ORIGIN, AS_PATH, NEXT_HOP, LOCAL_PREF}) {
      boolean isReplaced =
          !attribute.isEmpty() && good.substring(2, 4).equals(attribute.substring(2, 4));
      boolean isFitting = !good.equals(LOCAL_PREF) || kind == PeerKind.INTERNAL;
      if (!isReplaced && isFitting) {
        attributes.insert(0, good);
      }
    }
    String hex = attributes.toString().replace(" ", "");
    return outcome(
        bytes("0000" + "%04x".formatted(hex.length() / 2) + hex + "180a0000"),
        PeerTerms.beforeOpen(kind));
  }

  private static String outcome(ByteBuf body, PeerTerms terms) {
    try {
      Update update = UpdateCodec.decode(body, terms);
      if (!update.withdrawn().isEmpty() && update.announced().isEmpty()) {
        return "W";
      }
      return update.faults().isEmpty() ? "ok" : "D";
    } catch (MalformedMessage e) {
      return e.notification().code() + "/" + e.notification().subcode();
    }
  }

  private static ByteBuf bytes(String hex) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
  }
}

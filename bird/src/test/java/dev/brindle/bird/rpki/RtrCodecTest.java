// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RtrCodecTest {

  private static final List<String> GOOD =
      List.of(
          "0100002a0000000c00000007",
          "0101002a0000000cffffffff",
          "0102000000000008",
          "0103002a00000008",
          "010400000000001401081000" + "0a000000" + "00000001",
          "010600000000002001203000" + "20010db8000000000000000000000000" + "0000fde8",
          "0107002a0000001800000007" + "00000e10" + "00000258" + "00001c20",
          "0007002a0000000c00000007",
          "0108000000000008",
          "0109010000000024" + "00".repeat(28),
          "010a0003" + "0000001c" + "00000008" + "0102000000000008" + "00000004" + "6e6f6e65");

  private static ByteBuf bytes(String hex) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          01 00 002a 0000000c 00000007 | SerialNotify[session=42, serial=7]
          01 01 002a 0000000c ffffffff | SerialQuery[session=42, serial=4294967295]
          01 02 0000 00000008 | ResetQuery[]
          00 03 ffff 00000008 | CacheResponse[session=65535]
          01 04 0000 00000014 01 08 10 00 0a000000 0000fde8 | Prefix[isAnnounced=true, vrp=10.0.0.0/8-16 AS 65000]
          00 04 0000 00000014 00 20 20 00 ffffffff ffffffff | Prefix[isAnnounced=false, vrp=255.255.255.255/32-32 AS 4294967295]
          01 06 0000 00000020 01 20 30 00 20010db8 00000000 00000000 00000000 0000fde8 | Prefix[isAnnounced=true, vrp=2001:db8::/32-48 AS 65000]
          01 07 002a 00000018 00000007 00000e10 00000258 00001c20 | EndOfData[session=42, serial=7, timing=Optional[RtrTiming[refresh=PT1H, retry=PT10M, expire=PT2H]]]
          00 07 002a 0000000c 00000007 | EndOfData[session=42, serial=7, timing=Optional.empty]
          01 08 0000 00000008 | CacheReset[]
          01 0a 0002 00000014 00000000 00000004 6e6f6e65 | ErrorReport[code=2, about=, text=none]
          01 0a 0003 0000001c 00000008 0102000000000008 00000004 6e6f6e65 | ErrorReport[code=3, about=0102000000000008, text=none]
          """)
  void readsAndWrites(String hex, String expected) {
    ByteBuf in = bytes(hex);
    assertThat(RtrCodec.read(in)).isInstanceOf(RtrReading.Understood.class);
    in.readerIndex(0);
    if (RtrCodec.read(in) instanceof RtrReading.Understood(var version, var pdu)) {
      assertThat(pdu).hasToString(expected);
      assertThat(in.isReadable()).isFalse();
      ByteBuf out = Unpooled.buffer();
      RtrCodec.write(version, pdu, out);
      assertThat(HexFormat.of().formatHex(out.array(), 0, out.readableBytes()))
          .isEqualTo(hex.replace(" ", ""));
    }
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          02 02 0000 00000008                      | UNSUPPORTED_VERSION | version 2
          01 05 0000 00000008                      | UNSUPPORTED_TYPE    | PDU type 5
          00 09 0000 00000020                      | UNSUPPORTED_TYPE    | PDU type 9
          01 0b 0000 00000020                      | UNSUPPORTED_TYPE    | PDU type 11
          01 03 0000 00000007                      | CORRUPT_DATA | length 7 of a PDU of type 3
          01 03 0000 00000000                      | CORRUPT_DATA | length 0 of a PDU of type 3
          01 03 0000 ffffffff                      | CORRUPT_DATA | length 4294967295 of a PDU of type 3
          01 04 0000 00000013                      | CORRUPT_DATA | length 19 of a PDU of type 4
          01 06 0000 00000014                      | CORRUPT_DATA | length 20 of a PDU of type 6
          01 07 0000 0000000c                      | CORRUPT_DATA | length 12 of a PDU of type 7
          00 07 0000 00000018                      | CORRUPT_DATA | length 24 of a PDU of type 7
          01 0a 0000 ffffffff                      | CORRUPT_DATA | length 4294967295 of a PDU of type 10
          01 0a 0000 00001001                      | CORRUPT_DATA | length 4097 of a PDU of type 10
          01 0a 0000 0000000f                      | CORRUPT_DATA | length 15 of a PDU of type 10
          01 09 0000 0000001f                      | CORRUPT_DATA | length 31 of a PDU of type 9
          01 0a 0000 00000010 ffffffff 00000000    | CORRUPT_DATA | a part of 4294967295 octets in an error report that has 0 left
          01 0a 0000 00000010 00000000 00000001    | CORRUPT_DATA | a part of 1 octets in an error report that has 0 left
          01 0a 0000 00000014 00000000 00000000 61616161 | CORRUPT_DATA | 4 octets behind the text of an error report
          01 04 0000 00000014 01 08 07 00 0a000000 00000001 | CORRUPT_DATA | maximum length 7 of 10.0.0.0/8 is not in 8..32
          01 04 0000 00000014 01 08 21 00 0a000000 00000001 | CORRUPT_DATA | maximum length 33 of 10.0.0.0/8 is not in 8..32
          01 04 0000 00000014 01 21 21 00 0a000000 00000001 | CORRUPT_DATA | prefix length 33 is not in 0..32
          01 06 0000 00000020 01 81 81 00 20010db8 00000000 00000000 00000000 00000001 | CORRUPT_DATA | prefix length 129 is not in 0..128
          01 06 0000 00000020 01 20 ff 00 20010db8 00000000 00000000 00000000 00000001 | CORRUPT_DATA | maximum length 255 of 2001:db8::/32 is not in 32..128
          """)
  void refuses(String hex, RtrError error, String reason) {
    assertThat(RtrCodec.read(bytes(hex)))
        .isInstanceOfSatisfying(
            RtrReading.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused.error()).isEqualTo(error);
            });
  }

  /// What a cache says of its times is moved into their ranges, whatever it is.
  @ParameterizedTest(name = "{0}, {1}, {2}")
  @CsvSource({"0,0,0", "4294967295,4294967295,4294967295", "7200,7200,600", "1,1,172800"})
  void anyTimesMakeATiming(long refresh, long retry, long expire) {
    RtrTiming timing = RtrTiming.ofCache(refresh, retry, expire);

    assertThat(timing.expire()).isGreaterThan(timing.refresh()).isGreaterThan(timing.retry());
  }

  /// Any octets give a value, wait for no more than the longest PDU, and never move on a refusal.
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void anyOctetsGiveAValue(long seed) {
    Random random = new Random(seed);
    List<byte[]> corpus = new ArrayList<>();
    for (String hex : GOOD) {
      corpus.add(HexFormat.of().parseHex(hex));
    }
    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = corpus.get(random.nextInt(corpus.size())).clone();
      for (int i = random.nextInt(4); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] = interesting(random);
      }
      ByteBuf in = Unpooled.buffer();
      in.writeBytes(bytes, 0, random.nextInt(8) == 0 ? random.nextInt(bytes.length) : bytes.length);
      if (random.nextInt(4) == 0) {
        in.writeZero(RtrCodec.LONGEST);
      }
      int before = in.readableBytes();
      switch (RtrCodec.read(in)) {
        case RtrReading.Incomplete() -> {
          assertThat(before).isLessThan(RtrCodec.LONGEST);
          assertThat(in.readableBytes()).isEqualTo(before);
        }
        case RtrReading.Refused refused -> {
          assertThat(in.readableBytes()).isEqualTo(before);
          assertThat(refused.about().size()).isLessThanOrEqualTo(64);
        }
        case RtrReading.Understood(var version, var pdu) -> {
          assertThat(in.readableBytes()).isLessThan(before);
          assertThat(version).isBetween(0, 1);
          assertThat(pdu.toString()).isNotEmpty();
        }
      }
    }
  }

  private static byte interesting(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> 0x7f;
      case 3 -> (byte) 0x80;
      case 4 -> (byte) 0xff;
      default -> (byte) random.nextInt(256);
    };
  }
}

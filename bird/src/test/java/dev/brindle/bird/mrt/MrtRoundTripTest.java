// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.mrt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PathAttribute.Communities;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MrtRoundTripTest {

  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final IpAddress US = IpAddress.parse("192.0.2.1");
  private static final IpAddress THEM = IpAddress.parse("2001:db8::2");

  private static PathAttributes path(String nextHop, long... systems) {
    return PathAttributes.of(
        new Origin(Origin.Source.IGP),
        AsPath.of(systems),
        NextHop.of(IpAddress.parse(nextHop)),
        new LocalPref(200),
        new Communities(List.of(Community.of(64512, 7))));
  }

  private static List<MrtRecord> records() {
    AsNumber as = new AsNumber(4_200_000_001L);
    AsNumber ours = new AsNumber(64512);
    Octets keepalive = Octets.copyOf(HexFormat.of().parseHex("ff".repeat(16) + "001304"));
    return List.of(
        new MrtRecord.Index(
            NOW, US, "adj-in", List.of(new MrtPeer(US, US, ours), new MrtPeer(US, THEM, as))),
        new MrtRecord.Rib(
            NOW,
            0,
            Cidr.parse("10.2.0.0/18"),
            List.of(
                new MrtRecord.Entry(1, NOW, path("192.0.2.2", 4_200_000_001L, 7)),
                new MrtRecord.Entry(0, NOW, path("192.0.2.1")))),
        new MrtRecord.Rib(
            NOW,
            1,
            Cidr.parse("2001:db8:1::/48"),
            List.of(new MrtRecord.Entry(1, NOW, path("2001:db8::2", 4_200_000_001L)))),
        new MrtRecord.Rib(NOW, 2, Cidr.parse("0.0.0.0/0"), List.of()),
        new MrtRecord.Message(NOW.plusNanos(5000), as, ours, THEM, THEM, true, false, keepalive),
        new MrtRecord.Message(NOW, ours, ours, US, US, false, true, keepalive),
        new MrtRecord.Rib(
            NOW,
            3,
            Cidr.parse("10.3.0.0/16"),
            List.of(
                new MrtRecord.Entry(1, NOW, path("192.0.2.2", 7), 9),
                new MrtRecord.Entry(1, NOW, path("192.0.2.2", 8), -1)),
            true),
        new MrtRecord.Rib(
            NOW,
            4,
            Cidr.parse("2001:db8:2::/48"),
            List.of(new MrtRecord.Entry(0, NOW, path("2001:db8::2", 7), 1)),
            true),
        new MrtRecord.Message(NOW, as, ours, THEM, THEM, true, false, keepalive, true),
        new MrtRecord.Message(NOW, as, ours, THEM, THEM, true, true, keepalive, true),
        new MrtRecord.Message(NOW, ours, ours, US, US, false, false, keepalive, true),
        new MrtRecord.Message(NOW, ours, ours, US, US, false, true, keepalive, true),
        new MrtRecord.StateChange(NOW.plusNanos(7000), as, ours, US, US, 5, 6));
  }

  private static ByteBuf written(List<MrtRecord> records) {
    ByteBuf out = Unpooled.buffer();
    records.forEach(it -> MrtWriter.write(it, out));
    return out;
  }

  @Test
  void whatIsWrittenIsReadBack() {
    ByteBuf in = written(records());
    List<MrtRecord> read = new ArrayList<>();
    while (MrtReader.read(in) instanceof MrtReading.Understood(var item)) {
      read.add(item);
    }
    assertThat(read).isEqualTo(records());
    assertThat(in.isReadable()).isFalse();
  }

  /// Longer than any buffer somebody may have thought enough, and longer than its field.
  @Test
  void manyPathsOfOnePrefixAreOneRecord() {
    MrtRecord.Entry entry = new MrtRecord.Entry(1, NOW, path("192.0.2.2", 7));
    Cidr prefix = Cidr.parse("10.0.0.0/8");
    MrtRecord many = new MrtRecord.Rib(NOW, 0, prefix, Collections.nCopies(65_535, entry));
    assertThat(MrtReader.read(written(List.of(many)))).isEqualTo(new MrtReading.Understood(many));

    MrtRecord tooMany = new MrtRecord.Rib(NOW, 0, prefix, Collections.nCopies(65_536, entry));
    assertThatThrownBy(() -> written(List.of(tooMany)))
        .hasMessage("entries: 65536 do not fit two octets");
  }

  /// An MP_REACH_NLRI that is whole, as some daemons write it, is read too.
  @Test
  void readsWholeMpReach() {
    String attributes =
        "40010100"
            + "400200"
            + "800e1a"
            + "000201"
            + "10"
            + "20010db8000000000000000000000002"
            + "00"
            + "2020010db8";
    int octets = attributes.length() / 2;
    String body =
        "00000000"
            + "20"
            + "20010db8"
            + "0001"
            + "0000"
            + "00000000"
            + "%04x".formatted(octets)
            + attributes;
    String record = "00000000" + "000d" + "0004" + "%08x".formatted(body.length() / 2) + body;

    assertThat(MrtReader.read(Unpooled.wrappedBuffer(HexFormat.of().parseHex(record))))
        .isInstanceOfSatisfying(
            MrtReading.Understood.class,
            it -> assertThat(it.item().toString()).contains("2001:db8::2"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          00000000 000d 0001 01000001                                     | a record of 16777217 octets
          00000000 000d 0001 00000004 c0000201                            | a record of 4 octets ends too soon
          00000000 000d 0001 00000008 c0000201 0000ffff                   | a record of 8 octets ends too soon
          00000000 000d 0002 00000008 00000000 21000000                   | prefix length 33
          """)
  void refuses(String hex, String reason) {
    MrtReading reading =
        MrtReader.read(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", ""))));
    if (reason.startsWith("prefix")) {
      assertThat(reading).isInstanceOf(MrtReading.Refused.class);
    } else {
      assertThat(reading).isEqualTo(new MrtReading.Refused(reason));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void anyOctetsGiveAValue(long seed) {
    Random random = new Random(seed);
    byte[] good = new byte[written(records()).readableBytes()];
    written(records()).readBytes(good);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = good.clone();
      for (int i = 1 + random.nextInt(6); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      ByteBuf in = Unpooled.wrappedBuffer(bytes);
      int before = in.readableBytes() + 1;
      while (MrtReader.read(in) instanceof MrtReading.Understood) {
        assertThat(in.readableBytes()).isLessThan(before);
        before = in.readableBytes();
      }
    }
  }
}

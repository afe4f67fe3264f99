// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BfdCodecTest {

  private static final String TIMES = "000493e0 000493e0 00000000";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                | head     | mine     | yours    | state, bits, diagnostic
          first packet           | 20400318 | 00000001 | 00000000 | Down 0
          going up               | 20800318 | 00000001 | 00000002 | Init 0
          up                     | 20c00318 | 00000001 | 00000002 | Up 0
          a poll                 | 20e00318 | 00000001 | 00000002 | Up poll 0
          its answer             | 20d00318 | 00000001 | 00000002 | Up final 0
          hardware, demand       | 20ca0318 | 00000001 | 00000002 | Up independent demand 0
          timed out              | 21400318 | ffffffff | 00000000 | Down 1
          switched off           | 27000318 | 00000001 | 80000000 | AdminDown 7
          a diagnostic of others | 3f400318 | 00000001 | 00000000 | Down 31
          """)
  void readsAndWrites(String story, String head, String mine, String yours, String expected) {
    ByteBuf wire = bytes(head + mine + yours + TIMES);

    BfdPacket packet = ((BfdReading.Understood) BfdCodec.read(wire)).packet();

    assertThat(text(packet)).isEqualTo(expected);
    assertThat(packet.my()).isEqualTo(Long.parseLong(mine, 16));
    assertThat(packet.your()).isEqualTo(Long.parseLong(yours, 16));
    assertThat(packet.minTx()).isEqualTo(300_000);
    assertThat(packet.minRx()).isEqualTo(300_000);
    ByteBuf again = Unpooled.buffer();
    BfdCodec.write(packet, again);
    assertThat(again).isEqualTo(wire);
  }

  private static String text(BfdPacket packet) {
    return packet.state()
        + (packet.isPoll() ? " poll" : "")
        + (packet.isFinal() ? " final" : "")
        + (packet.isIndependent() ? " independent" : "")
        + (packet.isDemand() ? " demand" : "")
        + " "
        + packet.diagnostic();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                        | head     | mine     | yours    | rest     | why
          version 0                      | 00400318 | 00000001 | 00000000 |          | VERSION
          version 2                      | 40400318 | 00000001 | 00000000 |          | VERSION
          length below 24                | 20400317 | 00000001 | 00000000 |          | LENGTH
          length 0                       | 20400300 | 00000001 | 00000000 |          | LENGTH
          length beyond the datagram     | 20400319 | 00000001 | 00000000 |          | LENGTH
          authenticated, below 26        | 20440318 | 00000001 | 00000000 | 0102     | LENGTH
          multiplier 0                   | 20400018 | 00000001 | 00000000 |          | MULTIPLIER
          multipoint                     | 20410318 | 00000001 | 00000000 |          | MULTIPOINT
          my discriminator 0             | 20400318 | 00000000 | 00000002 |          | NO_DISCRIMINATOR
          Init for nobody                | 20800318 | 00000001 | 00000000 |          | UNBOUND
          Up for nobody                  | 20c00318 | 00000001 | 00000000 |          | UNBOUND
          authenticated                  | 2044031a | 00000001 | 00000000 | 0102     | AUTHENTICATED
          """)
  void discards(
      String story,
      String head,
      String mine,
      String yours,
      @org.jspecify.annotations.Nullable String rest,
      BfdDiscard why) {
    ByteBuf wire = bytes(head + mine + yours + TIMES + (rest == null ? "" : rest));

    assertThat(BfdCodec.read(wire)).isEqualTo(new BfdReading.Discarded(why));
  }

  @Test
  void whatFollowsThePacketIsNotLookedAt() {
    ByteBuf wire = bytes("20400318 00000001 00000000" + TIMES + "ffffffff");

    assertThat(BfdCodec.read(wire)).isInstanceOf(BfdReading.Understood.class);
  }

  @Test
  void everyTruncationIsDiscarded() {
    ByteBuf wire = bytes("20400318 00000001 00000000" + TIMES);
    for (int length = 0; length < BfdCodec.LENGTH; length++) {
      assertThat(BfdCodec.read(wire.slice(0, length)))
          .isEqualTo(new BfdReading.Discarded(BfdDiscard.LENGTH));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void anyBytesGiveAValueAndWhatIsUnderstoodIsWrittenBack(long seed) {
    Random random = new Random(seed);
    int understood = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      if (bytes.length > 3) {
        bytes[0] = (byte) ((bytes[0] & 0x1f) | 0x20);
        bytes[3] = random.nextBoolean() ? BfdCodec.LENGTH : bytes[3];
      }
      ByteBuf wire = Unpooled.wrappedBuffer(bytes);
      if (BfdCodec.read(wire) instanceof BfdReading.Understood(var packet)) {
        understood++;
        ByteBuf again = Unpooled.buffer();
        BfdCodec.write(packet, again);
        assertThat(BfdCodec.read(again)).isEqualTo(new BfdReading.Understood(packet));
      }
    }
    assertThat(understood).isPositive();
  }

  private static ByteBuf bytes(String hex) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", "")));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.linux.model.PacketFilter;
import dev.brindle.linux.model.TokenBucket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Little-endian machines only: netlink is in the machine's own order.
class TrafficMessagesTest {

  private static final String HEADER = "00000000 07000000 ";

  private static String written(Consumer<MessageWriter> message) {
    var out = new MessageWriter();
    message.accept(out);
    return HexFormat.of().formatHex(Attributes.toBytes(out.bytes()));
  }

  /// @param type and flags, in hexadecimal
  private static String expected(String type, String body) {
    String plain = body.replaceAll("\\s", "");
    String length = "%02x%02x0000".formatted((16 + plain.length() / 2) & 0xff, 0);
    return length + type + "0000000000000000" + plain;
  }

  @Test
  void aBucketWithoutPeak() {
    TokenBucket bucket = new TokenBucket(125_000, 64_000, 0, 0, 131_072);

    assertThat(written(out -> TrafficMessages.addBucket(out, 7, 0xb21d_0000, bucket)))
        .isEqualTo(
            expected(
                "24000106", // RTM_NEWQDISC, NLM_F_REQUEST, CREATE and EXCL
                HEADER
                    + "00001db2 ffffffff 00000000"
                    + "0800 0100 74626600" // tbf
                    + "4000 0280"
                    + "2800 0100 0001000000000000 48e80100 0000000000000000 00000000"
                    + "00000200 00000000 00000000"
                    + "0c00 0400 48e8010000000000"
                    + "0800 0600 00fa0000"));
    assertThat(written(out -> TrafficMessages.changeBucket(out, 7, 0xb21d_0000, bucket)))
        .contains("24000100");
  }

  @Test
  void ratesBeyond32BitsHaveAnAttributeOfTheirOwn() {
    TokenBucket bucket = new TokenBucket(1L << 33, 1500, 1L << 34, 1600, 131_072);

    assertThat(written(out -> TrafficMessages.addBucket(out, 7, 0x1_0000, bucket)))
        .contains("0001000000000000ffffffff0001000000000000ffffffff") // both ratespecs
        .contains("0c000400" + "0000000002000000")
        .contains("0c000500" + "0000000004000000")
        .contains("08000700" + "40060000");
  }

  @Test
  void allThatComesInIsRedirected() {
    String message = written(out -> TrafficMessages.redirect(out, 7, 0xb21d, 9));

    assertThat(message)
        .isEqualTo(
            expected(
                "2c000106", // RTM_NEWTFILTER
                HEADER
                    + "00000000 f2ffffff 00031db2"
                    + "0800 0100 75333200" // u32
                    + "6000 0280"
                    + "2400 0500 01000100 00000000 00000000 00000000" // terminal, one key
                    + "00000000 00000000 00000000 00000000"
                    + "3800 0780 3400 0180 0b00 0100 6d697272656400 00" // mirred
                    + "2400 0280 2000 0200 00000000 00000000 04000000 00000000 00000000 01000000"
                    + "09000000")); // stolen, redirect out, to 9
    NetlinkMessage.forEach(
        ByteBuffer.wrap(HexFormat.of().parseHex(message)).order(ByteOrder.nativeOrder()),
        read ->
            assertThat(TrafficMessages.filter(read))
                .contains(new PacketFilter(0xb21d, "u32", OptionalInt.of(9))));
  }

  @Test
  void otherMessagesAreNoFilters() {
    var out = new MessageWriter();
    TrafficMessages.removeFilters(out, 7, 1);
    NetlinkMessage.forEach(
        out.bytes(),
        message -> {
          assertThat(TrafficMessages.filter(message)).isEqualTo(Optional.empty());
          assertThat(TrafficMessages.qdisc(message)).isEqualTo(Optional.empty());
        });
  }
}

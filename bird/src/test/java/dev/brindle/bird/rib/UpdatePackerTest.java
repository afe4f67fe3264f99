// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.MessageCodec;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.PeerTerms;
import dev.brindle.bird.wire.Reading;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdatePackerTest {

  private static final PeerTerms TERMS = PeerTerms.beforeOpen(PeerKind.INTERNAL);

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void arrivesAsItWasMeant(long seed) {
    Random random = new Random(seed);
    AdjRibOut out = new AdjRibOut();
    Map<Cidr, PathAttributes> wanted = new HashMap<>();
    Map<Cidr, PathAttributes> arrived = new HashMap<>();
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 3_000; i++) {
        change(random, out, wanted);
      }
      while (out.hasNews()) {
        UpdatePacker.pack(out.take(1 + random.nextInt(2_000)), TERMS)
            .forEach(update -> receive(update, arrived));
      }
      assertThat(arrived).isEqualTo(wanted);
      assertThat(out.told()).isEqualTo(wanted);
    }
  }

  private static void change(Random random, AdjRibOut out, Map<Cidr, PathAttributes> wanted) {
    boolean isIpv4 = random.nextBoolean();
    IpAddress address =
        isIpv4
            ? IpAddress.ofIpv4(random.nextInt(5_000) << 8)
            : IpAddress.ofIpv6((long) random.nextInt(5_000) << 20, 0);
    Cidr prefix = new Cidr(address, isIpv4 ? 24 : 64);
    if (random.nextInt(3) == 0) {
      wanted.remove(prefix);
      out.want(prefix, Optional.empty());
      return;
    }
    PathAttributes attributes =
        PathAttributes.of(
            new Origin(Origin.Source.IGP),
            AsPath.of(1 + random.nextInt(5)),
            NextHop.of(IpAddress.parse(isIpv4 ? "192.0.2.1" : "2001:db8::1")),
            new LocalPref(100));
    wanted.put(prefix, attributes);
    out.want(prefix, Optional.of(attributes));
  }

  private static void receive(Update update, Map<Cidr, PathAttributes> table) {
    ByteBuf bytes = Unpooled.buffer();
    MessageCodec.encode(update, TERMS, bytes);
    assertThat(bytes.readableBytes()).isLessThanOrEqualTo(TERMS.maxMessage());
    assertThat(MessageCodec.decode(bytes, TERMS)).isEqualTo(new Reading.Understood(update));
    update.withdrawn().forEach(table::remove);
    for (var announcement : update.announced()) {
      List<Cidr> prefixes = announcement.prefixes();
      prefixes.forEach(prefix -> table.put(prefix, announcement.attributes()));
    }
  }
}

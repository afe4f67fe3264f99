// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SourcesTest {

  private static final Source PEER = peer(1);

  private final Sources sources = new Sources();

  @Test
  void numbersAreDenseAndComeBack() {
    Random random = new Random(11);
    Map<Integer, Source> model = new HashMap<>();
    int most = 0;
    for (int step = 0; step < 20_000; step++) {
      if (random.nextInt(100) < (step < 10_000 ? 60 : 45)) {
        Source source = peer(step);
        assertThat(model.put(sources.add(source), source)).isNull();
      } else if (!model.isEmpty()) {
        List<Integer> ids = List.copyOf(model.keySet());
        int gone = ids.get(random.nextInt(ids.size()));
        sources.remove(gone);
        model.remove(gone);
        assertThat(sources.isUsed(gone)).isFalse();
      }
      most = Math.max(most, model.size());
      assertThat(sources.size()).isEqualTo(model.size());
    }
    model.forEach((id, source) -> assertThat(sources.get(id)).isEqualTo(source));
    assertThat(sources.limit()).isEqualTo(most);
  }

  @Test
  void isOrderedByAddressThenName() {
    IpAddress address = IpAddress.parse("192.0.2.1");
    int one = sources.add(new Source(Source.Kind.EXTERNAL, "b", address, address, false));
    int two = sources.add(new Source(Source.Kind.EXTERNAL, "a", address, address, false));
    int high = sources.add(peer(0xffff_ffffL));
    int ipv6 =
        sources.add(new Source(Source.Kind.INTERNAL, "a", IpAddress.parse("::1"), address, false));
    assertThat(sources.compareAddresses(one, two)).isZero();
    assertThat(sources.compareNames(one, two)).isPositive();
    assertThat(sources.compareAddresses(one, high)).isNegative();
    assertThat(sources.compareAddresses(high, ipv6)).isNegative();
  }

  @Test
  void refusesOneTooMany() {
    for (int i = 0; i < Sources.LIMIT; i++) {
      sources.add(PEER);
    }
    assertThatThrownBy(() -> sources.add(PEER))
        .isInstanceOf(TableFullException.class)
        .hasMessage("no room for more than 1,048,576 sources of routes");
    sources.remove(5);
    assertThat(sources.add(PEER)).isEqualTo(5);
  }

  @Test
  void refusesWhatIsNotThere() {
    int id = sources.add(PEER);
    sources.remove(id);
    for (int wrong : new int[] {id, -1, 9}) {
      assertThatThrownBy(() -> sources.remove(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no source has the number " + wrong);
      assertThatThrownBy(() -> sources.set(wrong, PEER)).hasMessageContaining("no source");
    }
  }

  private static Source peer(long address) {
    IpAddress ip = IpAddress.ofIpv4(address);
    return new Source(Source.Kind.EXTERNAL, "peer" + address, ip, ip, false);
  }
}

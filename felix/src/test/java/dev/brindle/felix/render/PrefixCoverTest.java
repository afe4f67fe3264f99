// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixCoverTest {

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void staysWhatAFreshLookWouldSay(long seed) {
    var random = new Random(seed);
    var cover = new PrefixCover();
    Set<Cidr> members = new HashSet<>();
    for (int step = 0; step < 500; step++) {
      var prefix =
          new Cidr(IpAddress.ofIpv4(0x0a000000L + random.nextInt(32)), 24 + random.nextInt(9));
      Set<Cidr> before = cover.outermost();
      Set<Cidr> touched;
      if (random.nextBoolean()) {
        members.add(prefix);
        touched = cover.add(prefix);
      } else {
        members.remove(prefix);
        touched = cover.remove(prefix);
      }
      assertThat(cover.outermost()).as("step %d", step).isEqualTo(outermost(members));
      assertThat(touched).as("step %d", step).isEqualTo(differing(before, cover.outermost()));
    }
  }

  private static Set<Cidr> outermost(Set<Cidr> members) {
    return members.stream()
        .filter(m -> members.stream().noneMatch(o -> !o.equals(m) && o.contains(m)))
        .collect(Collectors.toSet());
  }

  private static Set<Cidr> differing(Set<Cidr> before, Set<Cidr> after) {
    Set<Cidr> all = new HashSet<>(before);
    all.addAll(after);
    all.removeIf(cidr -> before.contains(cidr) && after.contains(cidr));
    return all;
  }
}

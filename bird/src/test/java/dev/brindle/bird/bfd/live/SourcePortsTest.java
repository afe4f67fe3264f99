// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SourcePortsTest {

  private static final int ALL = SourcePorts.LAST - SourcePorts.FIRST + 1;

  private final SourcePorts ports = new SourcePorts(ALL - 2);

  @Test
  void givesEachOnceAndThenNoneUntilOneIsBack() {
    Set<Integer> taken = new HashSet<>();
    for (int i = 0; i < ALL; i++) {
      taken.add(ports.take().orElseThrow());
    }
    assertThat(taken).hasSize(ALL).allMatch(it -> it >= 49_152 && it <= 65_535);
    assertThat(ports.take()).isEmpty();

    ports.giveBack(50_000);

    assertThat(ports.take()).hasValue(50_000);
    assertThat(ports.take()).isEmpty();
  }

  @Test
  void oneThatCameBackIsNotGivenAtOnce() {
    int first = ports.take().orElseThrow();
    assertThat(first).isEqualTo(65_534);
    ports.giveBack(first);

    assertThat(ports.take()).hasValue(65_535);
    assertThat(ports.take()).hasValue(49_152);
  }
}

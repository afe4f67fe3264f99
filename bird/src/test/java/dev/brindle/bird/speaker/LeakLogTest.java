// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.bird.wire.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeakLogTest {

  private final List<String> said = new ArrayList<>();
  private final LeakLog log = new LeakLog(said::add);

  @Test
  void saysOnceASessionWhatLeaks() {
    log.begin();
    log.seen(0, Optional.of(Role.PEER));
    assertThat(said).isEmpty();

    log.seen(3, Optional.of(Role.PEER));
    log.seen(4, Optional.of(Role.PEER));
    assertThat(said).hasSize(1);
    assertThat(said.getFirst()).contains("leaks routes, 3 so far", "we are " + Role.PEER);

    log.begin();
    log.seen(1, Optional.empty());
    assertThat(said).hasSize(2);
    assertThat(said.getLast()).contains("1 so far", "we are nothing");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.wire.Family.IPV4_UNICAST;
import static dev.brindle.bird.wire.Family.IPV6_UNICAST;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefreshWatchTest {

  private final HandTimer time = new HandTimer();
  private final List<String> done = new ArrayList<>();
  private final RefreshWatch watch =
      new RefreshWatch(
          time, family -> done.add("mark " + family), family -> done.add("sweep " + family));

  @Test
  void aLostEndIsTakenAsSaidAfterAWhile() {
    watch.begin(IPV4_UNICAST);
    time.pass(Duration.ofMinutes(5));
    assertThat(done).containsExactly("mark ipv4-unicast");

    time.pass(Duration.ofMinutes(2));

    assertThat(done).containsExactly("mark ipv4-unicast", "sweep ipv4-unicast");
    assertThat(watch.isRunning(IPV4_UNICAST)).isFalse();
    assertThat(time.waiting()).isZero();
  }

  @Test
  void anEndIsThereOnce() {
    watch.end(IPV4_UNICAST);
    watch.begin(IPV4_UNICAST);
    watch.begin(IPV6_UNICAST);
    watch.end(IPV4_UNICAST);
    watch.end(IPV4_UNICAST);

    assertThat(done)
        .containsExactly("mark ipv4-unicast", "mark ipv6-unicast", "sweep ipv4-unicast");
    assertThat(watch.isRunning(IPV6_UNICAST)).isTrue();
  }

  @Test
  void aThousandBeginningsASecondAreOne() {
    for (int i = 0; i < 1000; i++) {
      watch.begin(IPV4_UNICAST);
    }
    assertThat(done).hasSize(1);

    time.pass(Duration.ofSeconds(1));
    watch.begin(IPV4_UNICAST);

    assertThat(done).containsExactly("mark ipv4-unicast", "mark ipv4-unicast");
    assertThat(time.waiting()).isEqualTo(2);
  }

  @Test
  void whatHasStoppedDoesNothingAnyMore() {
    watch.begin(IPV4_UNICAST);
    watch.stop();

    time.pass(Duration.ofHours(1));

    assertThat(done).containsExactly("mark ipv4-unicast");
  }
}

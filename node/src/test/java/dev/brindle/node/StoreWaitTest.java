// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.datastore.DatastoreException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoreWaitTest {

  private int checks;

  @Test
  void aStoreThatIsAwayIsWaitedFor() throws InterruptedException {
    StoreWait.until(
        () -> {
          checks++;
          if (checks < 4) {
            throw new DatastoreException("it does not answer");
          }
        },
        Duration.ofMillis(1));

    assertThat(checks).isEqualTo(4);
  }

  @Test
  void aStoreThatNeverLetsUsInIsNot() {
    assertThatThrownBy(
            () ->
                StoreWait.until(
                    () -> {
                      checks++;
                      throw DatastoreException.refusal("not you");
                    },
                    Duration.ofMillis(1)))
        .hasMessage("not you");
    assertThat(checks).isEqualTo(StoreWait.REFUSALS + 1);
  }

  /// As an API server that has just come up.
  @Test
  void aStoreThatDoesNotLetUsInYetIsWaitedFor() throws InterruptedException {
    StoreWait.until(
        () -> {
          checks++;
          if (checks == 1) {
            throw new DatastoreException("it does not answer");
          }
          if (checks < 4) {
            throw DatastoreException.refusal("not you");
          }
        },
        Duration.ofMillis(1));

    assertThat(checks).isEqualTo(4);
  }

  @Test
  void onlyTheWordTrueCounts() {
    assertThat(StoreWait.isWanted(Map.of("WAIT_FOR_DATASTORE", "true"))).isTrue();
    assertThat(StoreWait.isWanted(Map.of("WAIT_FOR_DATASTORE", "yes"))).isFalse();
    assertThat(StoreWait.isWanted(Map.of())).isFalse();
  }
}

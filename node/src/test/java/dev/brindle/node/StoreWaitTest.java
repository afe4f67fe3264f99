// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.datastore.DatastoreException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StoreWaitTest {

  private final DatastoreException away = new DatastoreException("it does not answer");
  private final DatastoreException refused = DatastoreException.refusal("not you");

  private int checks;
  private int tries;

  /// @param isWanted whether to wait at all
  /// @param answers of the store, one for each check; the last one counts for all others
  private StoreWait store(boolean isWanted, List<Optional<DatastoreException>> answers) {
    return new StoreWait(
        isWanted,
        () -> {
          int number = Math.min(checks++, answers.size() - 1);
          fail(answers.get(number));
        },
        Duration.ofMillis(1));
  }

  private static void fail(Optional<DatastoreException> answer) {
    if (answer.isPresent()) {
      throw answer.get();
    }
  }

  private static Optional<DatastoreException> fails(DatastoreException how) {
    return Optional.of(how);
  }

  @Test
  void aStoreThatIsAwayIsWaitedFor() throws InterruptedException {
    store(true, List.of(fails(away), fails(away), fails(away), Optional.empty())).begin();

    assertThat(checks).isEqualTo(4);
  }

  @Test
  void nobodyWaitsWhoWasNotToldTo() throws InterruptedException {
    StoreWait wait = store(false, List.of(fails(away)));

    wait.begin();
    assertThatThrownBy(() -> wait.run(() -> failFor(1))).isSameAs(away);

    assertThat(checks).isZero();
    assertThat(tries).isEqualTo(1);
  }

  @Test
  void aStoreThatNeverLetsUsInIsNot() {
    assertThatThrownBy(() -> store(true, List.of(fails(refused))).begin()).hasMessage("not you");

    assertThat(checks).isEqualTo(StoreWait.REFUSALS + 1);
  }

  /// As an API server that has just come up.
  @Test
  void aStoreThatDoesNotLetUsInYetIsWaitedFor() throws InterruptedException {
    store(true, List.of(fails(away), fails(refused), fails(refused), Optional.empty())).begin();

    assertThat(checks).isEqualTo(4);
  }

  private int failFor(int times) {
    tries++;
    if (tries <= times) {
      throw away;
    }
    return tries;
  }

  @Test
  void aStepInWhichTheStoreGoesAwayIsTakenAgainWhenItIsBack() throws InterruptedException {
    StoreWait wait =
        store(true, List.of(fails(away), fails(refused), Optional.empty(), Optional.empty()));

    assertThat(wait.get(() -> failFor(2))).isEqualTo(3);

    assertThat(checks).as("three until it was back, one after the next failure").isEqualTo(4);
  }

  /// It is there, and holds what nobody can read.
  @Test
  void aStepThatNeverWorksIsGivenUp() {
    StoreWait wait = store(true, List.of(Optional.empty()));

    assertThatThrownBy(() -> wait.run(() -> failFor(Integer.MAX_VALUE))).isSameAs(away);

    assertThat(tries).isEqualTo(StoreWait.FAILURES + 1);
  }

  /// It has nothing to do with the store.
  @Test
  void whatIsWrongWithTheNodeItselfIsSaidAtOnce() {
    StoreWait wait = store(true, List.of(Optional.empty()));

    assertThatThrownBy(
            () ->
                wait.run(
                    () -> {
                      tries++;
                      throw new StartException("no address");
                    }))
        .isInstanceOf(StartException.class);

    assertThat(tries).isEqualTo(1);
    assertThat(checks).isZero();
  }

  @Test
  void onlyTheWordTrueCounts() {
    assertThat(StoreWait.isWanted(Map.of("WAIT_FOR_DATASTORE", "true"))).isTrue();
    assertThat(StoreWait.isWanted(Map.of("WAIT_FOR_DATASTORE", "yes"))).isFalse();
    assertThat(StoreWait.isWanted(Map.of())).isFalse();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.cni.protocol.CniCommand;
import dev.brindle.cni.protocol.CniException;
import org.junit.jupiter.api.Test;

/// The runtime killed the plugin of an ADD and sent DEL; the ADD was still in a slot.
class LateCallsTest {

  private final PodWorld world = new PodWorld();

  private record Numbered(long call) implements Delegates {
    @Override
    public Outcome run(String type, CniCommand command, String input) {
      return Delegates.NONE.run(type, command, input);
    }
  }

  private void add(long call) throws InterruptedException {
    world.kernels.pod(PodWorld.namespace("c1"));
    world.network.add(
        PodWorld.request("ADD", "web", "c1"), PodWorld.dualStack(), new Numbered(call));
  }

  private void delete(long call) throws InterruptedException {
    world.network.delete(
        PodWorld.request("DEL", "web", "c1"), PodWorld.dualStack(), new Numbered(call));
  }

  @Test
  void anAddThatWasGivenUpLeavesNothing() throws InterruptedException {
    delete(7);

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> add(5))
        .withMessageContaining("the runtime gave this ADD up");

    world.mustHave(0);
  }

  @Test
  void oneThatWasMadeLaterIsWanted() throws InterruptedException {
    delete(7);
    add(8);

    world.mustHave(1);
  }

  @Test
  void oneInTimeIsTakenAwayAgain() throws InterruptedException {
    add(5);
    delete(7);

    world.mustHave(0);
  }
}

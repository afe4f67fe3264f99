// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HangupSignalTest {

  @Test
  void eachSignalIsOneCall() throws IOException, InterruptedException {
    Semaphore calls = new Semaphore(0);
    assumeTrue(HangupSignal.onEach(calls::release), "SIGHUP is ignored here, as under nohup");

    for (int i = 0; i < 3; i++) {
      String self = Long.toString(ProcessHandle.current().pid());
      assertThat(new ProcessBuilder("kill", "-HUP", self).start().waitFor()).isZero();
      assertThat(calls.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
    }
  }
}

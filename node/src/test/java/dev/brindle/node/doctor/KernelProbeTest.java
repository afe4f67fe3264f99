// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.linux.kernel.KernelException;
import dev.brindle.node.doctor.check.KernelCheck;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KernelProbeTest {

  /// A kernel that knows IPIP has an interface of that kind in each namespace.
  @Test
  void onlyKindsThatTheKernelDoesNotKnowAreMissing() {
    KernelCheck.Facts facts = look();
    assertThat(facts.refusedLinks().values()).allMatch(why -> why.contains("EOPNOTSUPP"));
  }

  @Test
  void whatIsNotNeededIsNotTried() {
    look();
    assertThat(KernelProbe.look("6.1", false, false).refusedLinks()).isEqualTo(Map.of());
  }

  private static KernelCheck.Facts look() {
    try {
      return KernelProbe.look("6.1", true, true);
    } catch (KernelException e) {
      assumeTrue(false, "needs to be root of a namespace: " + e.getMessage());
      throw e;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RightsTest {

  private static final long NET_ADMIN = 1L << 12;

  private static long rights(Map<String, String> environment) throws Exception {
    List<String> command =
        Rights.limited(List.of("sed", "-n", "s/^CapEff:.//p", "/proc/self/status"), environment);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return Long.parseUnsignedLong(said.strip(), 16);
  }

  @Test
  void oneIsTakenAwayAndNoOther() throws Exception {
    long all = rights(Map.of());
    assertThat(all & NET_ADMIN).as("these tests run as root of their namespaces").isPositive();

    assertThat(rights(Map.of(Rights.WITHOUT, "net_admin"))).isEqualTo(all & ~NET_ADMIN);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.datastore.podcidr.PodCidrDatastore;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Commands about addresses where each node's plugin assigns them.
final class PodCidrIpamTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ipam show",
        "ipam show --ip=10.0.0.1",
        "ipam check",
        "ipam release --ip=10.0.0.1",
        "ipam configure --strictaffinity=true"
      })
  void sayThatTheyDoNotApply(String command) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var world =
        new Surroundings(
            InputStream.nullInputStream(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of(),
            "brindle");

    int exit =
        new Calicoctl(world, _ -> new PodCidrDatastore(new MemoryDatastore()))
            .execute(command.split(" ", -1));

    assertThat(exit).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("IPAM is not used here: with usePodCIDR (USE_POD_CIDR) pods' addresses are");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }
}

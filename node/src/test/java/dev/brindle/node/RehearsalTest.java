// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.felix.dataplane.TablePlan;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.nft.NftFamily;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RehearsalTest {

  @Test
  void podsComeAndGoAndNothingIsSeenOfThemHere() {
    assumeTrue(
        "1".equals(System.getenv("BRINDLE_TEST_NAMESPACE")),
        "needs a network namespace of its own");
    try (Kernel kernel = LiveKernel.open()) {
      List<String> links = names(kernel);

      assertThat(rehearsed(TablePlan.FEWEST_CHANGES)).isPositive();

      assertThat(names(kernel)).isEqualTo(links);
      Optional<InstalledTable> table = kernel.nft().read(NftFamily.IP, "calico");
      assertThat(table).isEmpty();
    }
  }

  @Test
  void aKernelThatRefusesIsToldOfAndEndsNothing() {
    assumeTrue(
        "1".equals(System.getenv("BRINDLE_TEST_NAMESPACE")),
        "needs a network namespace of its own");
    TablePlan refused =
        (_, _) -> {
          throw new KernelException("nft transaction", Errno.EOPNOTSUPP);
        };

    PrintStream before = System.err;
    var said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, UTF_8));
    try {
      assertThat(rehearsed(refused)).isZero();
    } finally {
      System.setErr(before);
    }
    List<String> lines = said.toString(UTF_8).lines().toList();
    assertThat(lines).noneMatch(line -> line.contains("AgentLoop"));
    assertThat(lines)
        .filteredOn(line -> line.contains("Rehearsal"))
        .singleElement(STRING)
        .contains("the rehearsal of a pod failed, real pods may fail too")
        .contains("nft transaction: EOPNOTSUPP");
  }

  /// Else only those pods would find all compiled that come late.
  @Test
  void itGoesOnUntilItIsEnded() {
    assumeTrue(
        "1".equals(System.getenv("BRINDLE_TEST_NAMESPACE")),
        "needs a network namespace of its own");
    int first = rehearsed(TablePlan.FEWEST_CHANGES);

    Rehearsal.Running rehearsal =
        Rehearsal.begin(TablePlan.FEWEST_CHANGES, RehearsalStore::inMemory);
    rehearsal.awaitEnd();

    assertThat(rehearsal.rounds()).isEqualTo(60).isGreaterThan(first);
  }

  /// How many pods came and went.
  private static int rehearsed(TablePlan plan) {
    Rehearsal.Running rehearsal = Rehearsal.begin(plan, RehearsalStore::inMemory);
    rehearsal.awaitFirstRounds();
    rehearsal.close();
    return rehearsal.rounds();
  }

  private static List<String> names(Kernel kernel) {
    return kernel.links().list().stream().map(Link::name).toList();
  }
}

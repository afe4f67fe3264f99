// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.memory.MemoryDatastore;
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
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
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

    assertThat(rehearsedWhole(RehearsalStore::inMemory)).isGreaterThan(first);
  }

  /// There the daemon itself wants the processor.
  @Test
  void aSlowMachineIsSparedWhatNobodyWaitsFor() {
    assumeTrue(
        "1".equals(System.getenv("BRINDLE_TEST_NAMESPACE")),
        "needs a network namespace of its own");

    assertThat(rehearsedWhole(() -> RehearsalStore.over(slow(new MemoryDatastore()))))
        .isBetween(1, 30);
  }

  private static Datastore slow(Datastore store) {
    return (Datastore)
        Proxy.newProxyInstance(
            Datastore.class.getClassLoader(),
            new Class<?>[] {Datastore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("create")) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static int rehearsedWhole(Supplier<RehearsalStore> place) {
    Rehearsal.Running rehearsal = Rehearsal.begin(TablePlan.FEWEST_CHANGES, place);
    rehearsal.awaitEnd();
    return rehearsal.rounds();
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

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.resource.WorkloadEndpoint;
import dev.brindle.datastore.Datastore;
import dev.brindle.ipam.Allocator;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.testing.FakeKernel;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/// The daemon is killed during ADD, before each of the changes that it makes, and nothing is
/// undone. What it leaves is never open, and the next daemon clears it away.
class PodNetworkKillTest {

  private static final Set<String> WRITES = Set.of("create", "update", "delete");

  /// The process is no more.
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /// A daemon in a world that outlives it.
  private static final class Daemon {

    private final PodWorld world;
    private int changesLeft;
    private int changes;

    Daemon(PodWorld world, int changesLeft) {
      this.world = world;
      this.changesLeft = changesLeft;
    }

    private void change() {
      if (changesLeft == 0) {
        throw new Killed();
      }
      changesLeft--;
      changes++;
    }

    /// @return how many changes it made
    int add(String container) throws InterruptedException {
      List<FakeKernel> kernels =
          List.of(world.kernels.host(), world.kernels.pod(PodWorld.namespace(container)));
      kernels.forEach(kernel -> kernel.beforeEach(_ -> change()));
      Datastore store = dying(world.memory);
      var network =
          new PodNetwork(
              PodWorld.NODE,
              store,
              new AllocatedAddresses(PodWorld.NODE, store, new Allocator(store)),
              world.kernels,
              (_, _, _) -> true,
              world.pending,
              () -> OptionalInt.of(1450),
              PodWorld.PATIENCE,
              () -> Instant.EPOCH);
      try {
        network.add(
            PodWorld.request("ADD", "web", container), PodWorld.dualStack(), Delegates.NONE);
      } finally {
        kernels.forEach(kernel -> kernel.beforeEach(_ -> {}));
      }
      return changes;
    }

    private Datastore dying(Datastore store) {
      return (Datastore)
          Proxy.newProxyInstance(
              Datastore.class.getClassLoader(),
              new Class<?>[] {Datastore.class},
              (_, method, arguments) -> {
                if (WRITES.contains(method.getName())) {
                  change();
                }
                try {
                  return method.invoke(store, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }
  }

  /// What happens in a world after the daemon was killed.
  private interface Story {
    void goesOn(PodWorld world) throws InterruptedException;
  }

  private static List<DynamicTest> everyChange(Story before, String container, Story after)
      throws InterruptedException {
    var good = new PodWorld();
    before.goesOn(good);
    int all = new Daemon(good, Integer.MAX_VALUE).add(container);
    assertThat(all).isGreaterThan(20);
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < all; i++) {
      int left = i;
      Executable test =
          () -> {
            var world = new PodWorld();
            before.goesOn(world);
            assertThatExceptionOfType(Killed.class)
                .isThrownBy(() -> new Daemon(world, left).add(container));
            mustBeClosed(world);
            after.goesOn(world);
          };
      tests.add(DynamicTest.dynamicTest("after %d changes".formatted(i), test));
    }
    return tests;
  }

  /// A route leads to an interface only if its endpoint is there: of others, which may be there a
  /// moment sooner, felix drops everything, and nothing is sent to them.
  private static void mustBeClosed(PodWorld world) {
    assertThat(world.endpoints())
        .extracting(WorkloadEndpoint::spec)
        .extracting(WorkloadEndpoint.Spec::interfaceName)
        .containsAll(
            world.kernels.host().routes().all().stream()
                .flatMap(route -> route.hops().stream())
                .map(Route.Hop::device)
                .toList());
  }

  @TestFactory
  List<DynamicTest> theNextAddMakesItWhole() throws InterruptedException {
    return everyChange(
        _ -> {},
        "c1",
        world -> {
          world.add("web", "c1");
          world.mustHave(1);
          world.check("web", "c1");
        });
  }

  @TestFactory
  List<DynamicTest> deleteLeavesNothing() throws InterruptedException {
    return everyChange(
        _ -> {},
        "c1",
        world -> {
          world.delete("web", "c1");
          world.mustHave(0);
        });
  }

  /// The runtime gives the container up, starts another, and takes the first away late.
  @TestFactory
  List<DynamicTest> anotherContainerTakesOver() throws InterruptedException {
    return everyChange(
        _ -> {},
        "c1",
        world -> {
          world.add("web", "c2");
          world.check("web", "c2");
          world.delete("web", "c1");
          world.mustHave(1);
          world.check("web", "c2");
        });
  }

  /// The daemon is killed while a new container takes a pod over from one that runs.
  @TestFactory
  List<DynamicTest> aTakeoverIsFinished() throws InterruptedException {
    return everyChange(
        world -> world.add("web", "c1"),
        "c2",
        world -> {
          world.add("web", "c2");
          world.delete("web", "c1");
          world.mustHave(1);
          world.check("web", "c2");
          world.delete("web", "c2");
          world.mustHave(0);
        });
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.testing.FakeKernel;
import dev.brindle.linux.testing.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class DeparturesTest {

  private final FakeKernel kernel = new FakeKernel();
  private final CountDownLatch isBusy = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);
  private int asked;

  private final Departures departures =
      new Departures(
          new PodKernels() {
            @Override
            public Kernel ofHost() {
              if (asked++ == 0) {
                isBusy.countDown();
                await(mayGoOn);
              }
              return kernel;
            }

            @Override
            public Kernel ofPod(String namespacePath) {
              throw new IllegalStateException(namespacePath);
            }

            @Override
            public boolean isHost(String namespacePath) {
              return false;
            }
          });

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void link(String name) {
    kernel.links().add(name, Optional.empty(), 1500, new Link.Kind.Veth());
  }

  /// The first keeps the kernel busy until the others wait.
  private List<FutureTask<Void>> together(String... names) {
    List<FutureTask<Void>> tasks = new ArrayList<>();
    for (String name : names) {
      link(name);
      var task =
          new FutureTask<Void>(
              () -> {
                departures.delete(name);
                return null;
              });
      Thread thread = Thread.ofPlatform().daemon().start(task);
      if (tasks.isEmpty()) {
        await(isBusy);
      } else {
        Waiting.until(name + " waits", () -> thread.getState() == Thread.State.WAITING);
      }
      tasks.add(task);
    }
    mayGoOn.countDown();
    return tasks;
  }

  @Test
  void whoComesWhileTheKernelIsBusyGoesTogether() throws Exception {
    for (FutureTask<Void> task : together("cali1", "cali2", "cali3", "cali4")) {
      task.get();
    }

    assertThat(kernel.links().list()).extracting(Link::name).containsExactly("lo");
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void oneThatCannotGoKeepsNoOther() throws Exception {
    kernel.failNext("delete cali3", Errno.EBUSY); // with the others
    kernel.failNext("delete cali3", Errno.EBUSY); // alone

    List<FutureTask<Void>> tasks = together("cali1", "cali2", "cali3", "cali4");

    assertThatThrownBy(tasks.get(2)::get).hasCauseInstanceOf(KernelException.class);
    tasks.remove(2);
    for (FutureTask<Void> task : tasks) {
      task.get();
    }
    assertThat(kernel.links().find("cali3")).isPresent();
    assertThat(kernel.links().list()).hasSize(2);
  }

  @Test
  void whatIsGoneIsNoError() {
    mayGoOn.countDown();
    departures.delete("cali1");
    assertThat(asked).isEqualTo(1);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.nft.CalicoRemains;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes away the packet rules that Calico's own agent left on the node, once ours are in force: a
/// packet has to pass both, and the old ones drop all of pods that they do not know. On a thread of
/// its own, which ends when nothing is left.
final class Takeover implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

  /// So often rules may come back before somebody else is taken for alive.
  private static final int ROUNDS = 3;

  /// @param look how often it is asked whether ours are in force
  /// @param again after something was removed, or could not be
  record Pace(Duration look, Duration again) {

    static final Pace USUAL = new Pace(Duration.ofMillis(200), Duration.ofSeconds(15));
  }

  private final LiveKernel kernel;
  private final Supplier<List<String>> obstacles;
  private final Pace pace;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private Takeover(LiveKernel kernel, Supplier<List<String>> obstacles, Pace pace) {
    this.kernel = kernel;
    this.obstacles = obstacles;
    this.pace = pace;
    this.thread = Thread.ofPlatform().daemon().name("takeover").unstarted(this::run);
  }

  /// @param kernel closed with it
  /// @param obstacles why our own rules are not in force yet
  static Takeover start(LiveKernel kernel, Supplier<List<String>> obstacles, Pace pace) {
    var takeover = new Takeover(kernel, obstacles, pace);
    takeover.thread.start();
    return takeover;
  }

  private void run() {
    try {
      while (!obstacles.get().isEmpty()) {
        if (isClosedAfter(pace.look())) {
          return;
        }
      }
      removeAll();
    } catch (InterruptedException _) {
      LOG.debug("told to end before all was looked at");
    }
  }

  private void removeAll() throws InterruptedException {
    String complained = "";
    int rounds = 0;
    do {
      try {
        CalicoRemains remains = kernel.calicoRemains();
        List<String> old = CalicoRemains.tables(kernel.oldChains());
        if (remains.isEmpty() && old.isEmpty()) {
          return;
        }
        boolean hasRules = !remains.hasNoRules() || !old.isEmpty();
        if (hasRules && ++rounds > ROUNDS) {
          LOG.warn(
              "somebody makes Calico's rules anew ({}): is calico-node still on this node? Its"
                  + " rules drop what comes from new pods; they are left to it from now on",
              summary(remains, old));
          return;
        }
        if (!old.isEmpty()) {
          kernel.removeOldCalico(); // first, as they use its sets
        }
        List<String> used = kernel.remove(remains);
        if (hasRules) {
          LOG.info("removed what Calico left on this node: {}", summary(remains, old));
        }
        LOG.debug("IP sets that go later: {}", used);
      } catch (KernelException e) {
        String problem = String.valueOf(e.getMessage());
        if (!problem.equals(complained)) {
          LOG.warn("what Calico left on this node is still there, trying again: {}", problem);
          complained = problem;
        }
      }
    } while (!isClosedAfter(pace.again()));
  }

  /// @param old tables of the old iptables
  private static String summary(CalicoRemains remains, List<String> old) {
    return old.isEmpty()
        ? remains.summary()
        : "chains cali-* in %s of the old iptables; %s"
            .formatted(String.join(", ", old), remains.summary());
  }

  private boolean isClosedAfter(Duration pause) throws InterruptedException {
    return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Whether all is done.
  boolean hasEnded() {
    return !thread.isAlive();
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return;
    }
    kernel.close();
  }
}

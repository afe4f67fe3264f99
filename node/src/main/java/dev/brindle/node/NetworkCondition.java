// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.KubernetesNodes;
import dev.brindle.datastore.KubernetesNodes.Network;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells Kubernetes that the node's network works, once it does, and that it does not any more when
/// the daemon is told to end: the condition `NetworkUnavailable`, on a thread of its own. A daemon
/// that is killed says nothing, as what it left in the kernel goes on.
final class NetworkCondition implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(NetworkCondition.class);
  private static final Network UP =
      new Network(true, "CalicoIsUp", "Calico is running on this node");
  private static final Network DOWN =
      new Network(false, "CalicoIsDown", "Calico is shutting down on this node");

  /// @param look how often readiness is looked at
  /// @param atMost so long it is waited for; then the network counts as working, as in Calico: a
  ///     node without pods is of less use than one with a peer that is away
  /// @param retry after a failure
  record Pace(Duration look, Duration atMost, Duration retry) {

    static final Pace USUAL =
        new Pace(Duration.ofMillis(500), Duration.ofMinutes(5), Duration.ofSeconds(10));
  }

  private final KubernetesNodes kubernetes;
  private final String node;
  private final InstantSource clock;
  private final Pace pace;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile Supplier<List<String>> obstacles = List::of;
  private boolean isBegun;

  /// @param node its name in Kubernetes
  NetworkCondition(KubernetesNodes kubernetes, String node, InstantSource clock, Pace pace) {
    this.kubernetes = kubernetes;
    this.node = node;
    this.clock = clock;
    this.pace = pace;
    this.thread = Thread.ofPlatform().daemon().name("condition").unstarted(this::run);
  }

  /// @param notReady why the node is not ready
  synchronized void begin(Supplier<List<String>> notReady) {
    obstacles = notReady;
    isBegun = true;
    thread.start();
  }

  private void run() {
    try {
      awaitReadiness();
      String complained = "";
      while (closed.getCount() > 0) {
        String problem = say(UP);
        if (problem.isEmpty()) {
          LOG.info("Kubernetes knows that the network of node {} works", node);
          return;
        }
        if (!problem.equals(complained)) {
          LOG.warn("pods may not come yet, trying again: {}", problem);
          complained = problem;
        }
        waitFor(pace.retry());
      }
    } catch (InterruptedException _) {
      LOG.debug("told to end before the network was said to work");
    }
  }

  private void awaitReadiness() throws InterruptedException {
    long begin = System.nanoTime();
    List<String> reasons = obstacles.get();
    while (closed.getCount() > 0 && !reasons.isEmpty()) {
      if (System.nanoTime() - begin > pace.atMost().toNanos()) {
        LOG.warn("not ready after {}, pods may come all the same: {}", pace.atMost(), reasons);
        return;
      }
      waitFor(pace.look());
      reasons = obstacles.get();
    }
  }

  private void waitFor(Duration pause) throws InterruptedException {
    boolean _ = closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// @return what went wrong; empty if nothing did
  private String say(Network network) {
    try {
      return kubernetes.say(node, network, clock.instant())
          ? ""
          : "Kubernetes has no node '%s': set NODENAME or %s to the name it has there"
              .formatted(node, ServiceWatch.NODE);
    } catch (DatastoreException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /// Before it has begun there is nothing to take back.
  @Override
  public synchronized void close() {
    closed.countDown();
    if (!isBegun) {
      return;
    }
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return;
    }
    String problem = say(DOWN);
    if (!problem.isEmpty()) {
      LOG.warn("Kubernetes is not told that this node's network ends: {}", problem);
    }
  }
}

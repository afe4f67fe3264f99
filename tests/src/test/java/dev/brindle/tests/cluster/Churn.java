// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A Deployment that is scaled up and down, until this is closed.
final class Churn implements AutoCloseable {

  private static final long PAUSE_NANOS = 3_000_000_000L;

  private final Cluster cluster;
  private final String path;
  private final int few;
  private final int many;
  private final Thread thread;
  private final AtomicInteger rounds = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private volatile boolean isOver;

  private Churn(Cluster cluster, String path, int few, int many) {
    this.cluster = cluster;
    this.path = path;
    this.few = few;
    this.many = many;
    this.thread = Thread.ofPlatform().daemon().name("churn").unstarted(this::run);
  }

  static Churn begin(Cluster cluster, String namespace, String deployment, int few, int many) {
    String path =
        "/apis/apps/v1/namespaces/%s/deployments/%s/scale".formatted(namespace, deployment);
    Churn churn = new Churn(cluster, path, few, many);
    churn.thread.start();
    return churn;
  }

  private void run() {
    while (!isOver) {
      boolean isUp = scale(many);
      LockSupport.parkNanos(PAUSE_NANOS);
      boolean isDown = scale(few);
      LockSupport.parkNanos(PAUSE_NANOS);
      (isUp && isDown ? rounds : failures).incrementAndGet();
    }
  }

  private boolean scale(int replicas) {
    try {
      cluster
          .api()
          .merge(path, StandInKubelet.json("{\"spec\": {\"replicas\": %d}}".formatted(replicas)));
      return true;
    } catch (IOException | Api.RefusedException _) {
      return false; // the API server or its store is away: that is what the story is about
    }
  }

  /// Until pods have come and gone so many times from now on.
  void awaitRounds(int more) {
    int end = rounds.get() + more;
    Eventually.until(
        () -> "%d rounds of scaling, there are %s and %s failures".formatted(end, rounds, failures),
        () -> rounds.get() >= end);
  }

  /// Until scaling fails.
  void awaitOutage() {
    int end = failures.get() + 1;
    Eventually.until(() -> "scaling fails", () -> failures.get() >= end);
  }

  @Override
  public void close() {
    isOver = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

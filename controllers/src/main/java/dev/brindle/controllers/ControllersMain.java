// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.controllers.election.ElectionTerms;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.connect.DatastoreSettings;
import dev.brindle.datastore.heap.HeapTrim;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `brindle controllers`: cleans up after nodes and pods that are gone, and gives services
/// addresses. Of several in one cluster one works, the others stand by.
///
/// Exit codes: 0 when it was told to end (SIGTERM, SIGINT), 1 when it cannot start, 2 when a part
/// has failed in a way that nobody expected.
public final class ControllersMain {

  static {
    ControllersLog.set(System.getenv());
  }

  private static final Logger LOG = LoggerFactory.getLogger(ControllersMain.class);

  private static final int REFUSED = 1;
  private static final int BROKEN = 2;

  /// How long the parts may take to end: a lease that is given back spares the next one a wait.
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  /// How long all may stand still: the lease is renewed every 2 s and good for 10.
  private static final Duration BEARABLE_PAUSE = Duration.ofSeconds(2);

  /// MiB: what 100,000 pods leave is far below.
  private static final int LARGEST_QUIET_HEAP = 1024;

  static final String USAGE =
      """
      Usage: brindle controllers

      Takes back the addresses of pods and nodes that are gone, gives services of type LoadBalancer
      addresses out of pools for them, and makes host endpoints where KubeControllersConfiguration
      asks for it. One in a cluster works; others stand by. It is configured by
      KubeControllersConfiguration 'default', and by the environment as calico/kube-controllers is:
      DATASTORE_TYPE, ETCD_..., KUBECONFIG, LOG_LEVEL, ENABLED_CONTROLLERS, RECONCILER_PERIOD,
      SYNC_NODE_LABELS, AUTO_HOST_ENDPOINTS, HEALTH_ENABLED, COMPACTION_PERIOD, and
        BRINDLE_CONTROLLERS_HEALTHPORT  /liveness and /readiness (default 9095, 0 for none)
        BRINDLE_LEASE_NAMESPACE         where Kubernetes keeps the lease (default kube-system)
        BRINDLE_LEASE_NAME              its name (default brindle-controllers)
      """;

  private ControllersMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    List<String> words = List.of(arguments);
    if (words.contains("--help") || words.contains("-h")) {
      System.out.print(USAGE);
    } else if (words.isEmpty()) {
      run(System.getenv());
    } else {
      System.err.printf(
          "brindle controllers: '%s' is too much: it is configured by the environment%n%n%s",
          words.getFirst(), USAGE);
      System.exit(REFUSED);
    }
  }

  private static void run(Map<String, String> environment) throws InterruptedException {
    Thread.setDefaultUncaughtExceptionHandler(ControllersMain::lastWords);
    // from the start on, when the whole cluster is listed
    try (HeapTrim _ = HeapTrim.start(() -> BEARABLE_PAUSE, LARGEST_QUIET_HEAP)) {
      ControllersSettings settings = ControllersSettings.read(environment, UUID.randomUUID());
      LOG.info("controllers start as {}", settings.identity());
      Datastore store = settings.store().open();
      Optional<Datastore> kubernetes = settings.kubernetes().map(DatastoreSettings::open);
      var running =
          new RunningControllers(
              settings, environment, store, kubernetes, ElectionTerms.USUAL, ControllerLoop.CROWD);
      endOnSignal(running);
      new CountDownLatch(1).await();
    } catch (IllegalArgumentException | DatastoreException e) {
      LOG.error("cannot start: {}", e.getMessage());
      LOG.debug("cannot start", e);
      Runtime.getRuntime().halt(REFUSED);
    }
  }

  /// A part is gone for good: the process ends and is started anew.
  private static void lastWords(Thread thread, Throwable fault) {
    try {
      LOG.error(
          "thread '{}' has ended: the controllers end; this is a fault of brindle's, please report it",
          thread.getName(),
          fault);
    } finally {
      Runtime.getRuntime().halt(BROKEN);
    }
  }

  private static void endOnSignal(RunningControllers running) {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("end")
                .unstarted(
                    () -> {
                      close(running);
                      LOG.info("ended");
                      Runtime.getRuntime().halt(0);
                    }));
  }

  /// What waits for a store that is away is left behind: its lease ends by itself.
  private static void close(RunningControllers running) {
    Thread closing = Thread.ofPlatform().daemon().name("end-parts").start(running::close);
    try {
      if (!closing.join(PATIENCE)) {
        LOG.warn("not all has ended after {} s, left behind", PATIENCE.toSeconds());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

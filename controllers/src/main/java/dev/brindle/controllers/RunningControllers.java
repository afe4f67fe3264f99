// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.controllers.election.Election;
import dev.brindle.controllers.election.ElectionTerms;
import dev.brindle.controllers.settings.ControllerSettings;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.undo.UndoWatch;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Puts the controllers together, and ends them.
///
/// ```
/// SettingsWatch ─► Listeners: health, metrics
/// Leadership ─┬─ leads? ─► FencedDatastore
///             └─ while it leads: NodeController
/// UndoWatch ─► the store, whoever leads: many may undo one change
/// ```
final class RunningControllers implements AutoCloseable {

  /// Whoever made an unconfirmed change undoes it first, if he still can; nodes come after us.
  private static final Duration UNDO_DELAY = Duration.ofSeconds(5);

  private static final Duration LISTENING_PERIOD = Duration.ofMinutes(1);

  private final Datastore store;
  private final Optional<Datastore> kubernetes;
  private final Reclaimed reclaimed = new Reclaimed();
  private final Duration crowd;
  private final SettingsWatch watch;
  private final Leadership leadership;
  private final Listeners listeners;
  private final ControllerLoop listening;
  private final UndoWatch undoing;
  private volatile Optional<NodeController> working = Optional.empty();

  /// @param store becomes its own
  /// @param kubernetes becomes its own; empty where that is Calico's store
  /// @param crowd how long news are gathered
  RunningControllers(
      ControllersSettings settings,
      Map<String, String> environment,
      Datastore store,
      Optional<Datastore> kubernetes,
      ElectionTerms terms,
      Duration crowd) {
    this.store = store;
    this.kubernetes = kubernetes;
    this.crowd = crowd;
    this.watch = new SettingsWatch(store, environment);
    this.leadership =
        new Leadership(
            settings.leaseName(),
            store.leases(settings.leaseNamespace()),
            Election.of(settings.identity(), terms),
            InstantSource.system(),
            System::nanoTime,
            new SplittableRandom(),
            this::work);
    var registry = new PrometheusRegistry();
    registry.register(new IpamMetrics(() -> working, reclaimed));
    this.listeners =
        new Listeners(
            Map.of(
                "/liveness", () -> Pages.health("alive", List.of(), List.of()),
                "/readiness", () -> Pages.health("ready", obstacles(), notes())),
            Map.of("/metrics", () -> Pages.metrics(registry)));
    this.listening =
        ControllerLoop.start(
            "listeners",
            () -> listen(settings.healthPort(), settings.isHealthAsked()),
            () -> LISTENING_PERIOD,
            crowd);
    watch.onNews(listening::again);
    this.undoing = new UndoWatch(store, UNDO_DELAY);
    leadership.start();
  }

  private Leadership.Work work() {
    var fenced = new FencedDatastore(store, leadership::leads);
    NodeController controller =
        NodeController.start(
            fenced,
            kubernetes.map(it -> new FencedDatastore(it, leadership::leads)),
            watch,
            System::nanoTime,
            reclaimed,
            crowd);
    working = Optional.of(controller);
    return () -> {
      working = Optional.empty();
      controller.close();
    };
  }

  /// @param isAsked kubelet's probes ask a port that the pod names, and restart it without an
  ///     answer
  private List<String> listen(int healthPort, boolean isAsked) {
    if (!watch.isKnown()) {
      // health at once, so that it can be told why nothing works
      return listeners.move(healthPort, 0);
    }
    ControllerSettings settings = watch.settings();
    return listeners.move(
        isAsked || settings.hasHealthChecks() ? healthPort : 0, settings.metricsPort());
  }

  /// Why it does not do its part.
  List<String> obstacles() {
    List<String> obstacles = new ArrayList<>();
    leadership.problem().ifPresent(obstacles::add);
    if (!watch.isKnown()) {
      obstacles.add("the settings are not known yet");
    }
    return obstacles;
  }

  /// What is worth a word although it does its part.
  private List<String> notes() {
    String leader =
        leadership.leads()
            ? "leads"
            : "stands by: " + leadership.leader().orElse("nobody") + " leads";
    return Stream.concat(
            Stream.of(leader),
            Stream.concat(
                working.stream().flatMap(controller -> controller.problems().stream()),
                listening.problems().stream()))
        .toList();
  }

  boolean leads() {
    return leadership.leads();
  }

  @Override
  public void close() {
    leadership.close();
    undoing.close();
    listening.close();
    listeners.close();
    watch.close();
    kubernetes.ifPresent(Datastore::close);
    store.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.controllers.settings.ControllerSettings;
import dev.brindle.datastore.Datastore;
import dev.brindle.ipam.Allocator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The loop that gives services their addresses, for as long as the settings want it.
final class Balancing implements AutoCloseable {

  /// Calico's; there is no setting for it.
  private static final Duration PERIOD = Duration.ofMinutes(5);

  private final Cluster cluster;
  private final Supplier<ControllerSettings> settings;
  private final ServiceSync sync;
  private final ControllerLoop loop;

  /// @param kubernetes has services; refuses writes when another leads
  Balancing(
      Cluster cluster,
      Datastore kubernetes,
      Allocator allocator,
      Supplier<ControllerSettings> settings,
      LongSupplier ticks,
      Duration crowd) {
    this.cluster = cluster;
    this.settings = settings;
    var news = new LateNews();
    this.sync =
        new ServiceSync(cluster, kubernetes, allocator, InstantSource.system(), ticks, news);
    this.loop = ControllerLoop.start("services", this::round, () -> sync.period(PERIOD), crowd);
    news.lead(loop::again);
  }

  private List<String> round() {
    ControllerSettings wanted = settings.get();
    if (!wanted.hasLoadBalancer()) {
      sync.rest();
      return List.of();
    }
    List<String> obstacles = cluster.obstacles();
    return obstacles.isEmpty() ? sync.sync(wanted.servesOnlyRequested()) : obstacles;
  }

  /// There are news of pools, or of what is wanted. Never waits.
  void again() {
    loop.again();
  }

  /// What does not work.
  List<String> problems() {
    return Stream.concat(loop.problems().stream(), sync.notes().stream()).toList();
  }

  ServiceSync.Counts counts() {
    return sync.counts();
  }

  @Override
  public void close() {
    loop.close();
    sync.close();
  }
}

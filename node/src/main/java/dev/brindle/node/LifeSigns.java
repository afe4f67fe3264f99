// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.datastore.StatusReports;
import dev.brindle.datastore.StatusReports.Life;
import dev.brindle.datastore.StatusReports.Reporter;
import dev.brindle.datastore.StatusReports.State;
import dev.brindle.felix.agent.AgentReport;
import dev.brindle.felix.endpoint.EndpointStatus;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.felix.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says in the store that this node's agent lives, and how its endpoints are if that is asked for.
/// What could not be said is said the next time.
final class LifeSigns implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LifeSigns.class);

  /// How often it looks whether there is something to say.
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final String node;
  private final StatusReports reports;
  private final Function<ResourceKey, Optional<Resource>> resources;
  private final Supplier<AgentReport> agent;
  private final InstantSource clock;
  private final Instant start;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private boolean isFirst = true;
  private Optional<Instant> livedAt = Optional.empty();
  private Optional<Instant> changedAt = Optional.empty();
  private Map<ResourceKey, EndpointStatus> said = Map.of();
  private boolean hasSaid;
  private boolean isFailing;

  private LifeSigns(
      String node,
      StatusReports reports,
      Function<ResourceKey, Optional<Resource>> resources,
      Supplier<AgentReport> agent,
      InstantSource clock) {
    this.node = node;
    this.reports = reports;
    this.resources = resources;
    this.agent = agent;
    this.clock = clock;
    this.start = clock.instant();
    this.thread = Thread.ofPlatform().daemon().name("status-reports").unstarted(this::run);
  }

  /// @param resources as they are stored
  static LifeSigns start(
      String node,
      StatusReports reports,
      Function<ResourceKey, Optional<Resource>> resources,
      Supplier<AgentReport> agent,
      InstantSource clock) {
    var reporter = new LifeSigns(node, reports, resources, agent, clock);
    reporter.thread.start();
    return reporter;
  }

  private void run() {
    try {
      do {
        look();
      } while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      LOG.debug("nothing is said of this node any more");
    }
  }

  private void look() {
    try {
      AgentReport report = agent.get();
      Settings settings = report.settings();
      var who = new Reporter(settings.get(Parameters.OPENSTACK_REGION), node);
      sayLife(who, settings);
      sayEndpoints(who, settings, report);
      if (isFailing) {
        LOG.info("what is said of this node can be written again");
        isFailing = false;
      }
    } catch (RuntimeException e) {
      if (!isFailing && closed.getCount() > 0) {
        LOG.warn("what is said of this node cannot be written: {}", e.getMessage());
      }
      isFailing = true;
    }
  }

  private void sayLife(Reporter who, Settings settings) {
    Duration interval = settings.get(Parameters.REPORTING_INTERVAL);
    Instant now = clock.instant();
    if (interval.isZero()
        || livedAt.filter(then -> now.isBefore(then.plus(interval))).isPresent()) {
      return;
    }
    var life = new Life(now, Duration.between(start, now), isFirst);
    reports.say(who, life, settings.get(Parameters.REPORTING_TTL));
    isFirst = false;
    livedAt = Optional.of(now);
  }

  /// Not before all endpoints are known: those that are not counted go.
  private void sayEndpoints(Reporter who, Settings settings, AgentReport report) {
    if (!settings.get(Parameters.ENDPOINT_REPORTING_ENABLED) || !report.isInSync()) {
      return;
    }
    if (hasSaid && report.endpoints().equals(said)) {
      changedAt = Optional.empty();
      return;
    }
    Instant now = clock.instant();
    Instant since = changedAt.orElse(now);
    changedAt = Optional.of(since);
    if (now.isBefore(since.plus(settings.get(Parameters.ENDPOINT_REPORTING_DELAY)))) {
      return;
    }
    Map<Resource, State> states = new HashMap<>();
    report
        .endpoints()
        .forEach(
            (key, status) ->
                resources.apply(key).ifPresent(endpoint -> states.put(endpoint, state(status))));
    reports.say(who, states);
    said = report.endpoints();
    hasSaid = true;
    changedAt = Optional.empty();
  }

  private static State state(EndpointStatus status) {
    return switch (status.state()) {
      case UP -> State.UP;
      case NO_INTERFACE -> State.DOWN;
      case ERROR, SHADOWED -> State.ERROR;
    };
  }

  /// What was said stays; that the agent lives is forgotten by itself.
  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

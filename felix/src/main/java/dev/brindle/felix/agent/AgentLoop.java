// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import dev.brindle.api.resource.Change;
import dev.brindle.felix.agent.AgentReport.Counters;
import dev.brindle.felix.settings.Parameters;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Links.LinkNews;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The agent's thread: takes news, runs a round, publishes a report, until it is interrupted.
final class AgentLoop implements Runnable {

  static final Logger LOG = LoggerFactory.getLogger(AgentLoop.class);

  private final Mailbox<Object, AgentEvent> mailbox;
  private final Round round;
  private final SecondSource endpoints;
  private final InstantSource clock;
  private final Consumer<AgentReport> publish;
  private final Logger log;
  private final ResyncTimer rules = new ResyncTimer();
  private final ResyncTimer routes = new ResyncTimer();
  private final RetryTimer retry = new RetryTimer();

  private final ServiceGate services;
  private boolean isInSync;
  private boolean isServiceProblemTold;
  private boolean hasNews;
  private boolean isProgrammed;
  private Optional<Instant> lastApply = Optional.empty();
  private List<String> warnings = List.of();
  private List<String> problems = List.of();
  private Counters counters = Counters.NONE;

  AgentLoop(
      Mailbox<Object, AgentEvent> mailbox,
      Round round,
      SecondSource endpoints,
      InstantSource clock,
      Consumer<AgentReport> publish) {
    this(mailbox, round, endpoints, ServiceGate.News.KNOWN, clock, publish, LOG);
  }

  /// @param services what is known of them at first
  /// @param log where what goes wrong is said
  AgentLoop(
      Mailbox<Object, AgentEvent> mailbox,
      Round round,
      SecondSource endpoints,
      ServiceGate.News services,
      InstantSource clock,
      Consumer<AgentReport> publish,
      Logger log) {
    this.services = new ServiceGate(services);
    this.mailbox = mailbox;
    this.round = round;
    this.endpoints = endpoints;
    this.clock = clock;
    this.publish = publish;
    this.log = log;
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        step(mailbox.take(untilNext(clock.instant())));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// One round.
  void step(List<AgentEvent> events) {
    hasNews |= take(events);
    Instant now = clock.instant();
    if (!isInSync || !services.isOpen(now)) {
      return;
    }
    tellOfServices();
    if (rules.isDue(now)) {
      round.refreshRules();
    }
    if (routes.isDue(now)) {
      round.refreshRoutes();
    }
    if (hasNews || rules.isDue(now) || routes.isDue(now) || retry.isDue(now)) {
      hasNews = false;
      apply(now);
    }
  }

  /// @return whether anything in it concerns this node
  private boolean take(List<AgentEvent> events) {
    List<Change> changes = new ArrayList<>();
    boolean concerns = false;
    for (AgentEvent event : events) {
      switch (event) {
        case AgentEvent.Changed(var change) -> changes.add(endpoints.tell(change));
        case AgentEvent.NotStored(var endpoint) -> changes.add(endpoints.put(endpoint));
        case AgentEvent.NotStoredGone(var endpoint, var containerId) ->
            changes.add(endpoints.remove(endpoint, containerId));
        case AgentEvent.StoredNow(var endpoint, var containerId, var revision) ->
            changes.add(endpoints.stored(endpoint, containerId, revision));
        case AgentEvent.InSync() -> {
          isInSync = true;
          concerns = true;
        }
        case AgentEvent.Services(var news) -> {
          concerns |= services.take(news);
          round.services(services.knowledge());
        }
        case AgentEvent.Interface(var news) -> concerns |= take(news);
      }
    }
    boolean isNews = round.take(changes);
    return isNews || concerns;
  }

  /// Once: the feed says for itself what goes on.
  private void tellOfServices() {
    if (!isServiceProblemTold && services.problem().isPresent()) {
      log.warn(services.problem().get());
    } else if (isServiceProblemTold && services.problem().isEmpty()) {
      log.info("who is behind services is known now");
    }
    isServiceProblemTold = services.problem().isPresent();
  }

  private boolean take(LinkNews news) {
    return switch (news) {
      case LinkNews.Changed(var link) -> round.linkChanged(link);
      case LinkNews.Gone(var index, var name) -> round.linkGone(index, name);
      case LinkNews.AddressesChanged(var index) -> round.addressesChanged(index);
      case LinkNews.Lost() -> {
        round.refreshRoutes();
        yield true;
      }
    };
  }

  private void apply(Instant now) {
    long start = System.nanoTime();
    List<String> before = problems;
    problems = attempt(now);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    Instant then = clock.instant();
    rules.restart(then, round.settings().get(Parameters.NFTABLES_REFRESH_INTERVAL));
    routes.restart(then, round.settings().get(Parameters.ROUTE_REFRESH_INTERVAL));
    if (problems.isEmpty()) {
      retry.succeeded();
      isProgrammed = true;
      lastApply = Optional.of(then);
    } else {
      retry.failed(then);
    }
    tell(before);
    report(took);
  }

  private List<String> attempt(Instant now) {
    try {
      return round.apply(now);
    } catch (KernelException e) {
      return List.of(e.getMessage());
    }
  }

  private void tell(List<String> before) {
    problems.stream()
        .filter(problem -> !before.contains(problem))
        .forEach(problem -> log.warn("not in force, will try again: {}", problem));
    if (problems.isEmpty() && !before.isEmpty()) {
      log.info("the kernel matches again");
    }
  }

  /// What does not count of what people asked for, once; settings are told of at the start.
  private List<String> warn() {
    List<String> found = round.warnings();
    List<String> settings = round.settingWarnings();
    found.stream()
        .filter(warning -> !settings.contains(warning) && !warnings.contains(warning))
        .forEach(warning -> log.warn("{}", warning));
    warnings = found;
    return found;
  }

  private void report(Duration took) {
    var statuses = round.statuses();
    counters =
        new Counters(
            statuses.size(),
            round.policyCount(),
            counters.applies() + 1,
            counters.failures() + (problems.isEmpty() ? 0 : 1),
            took,
            counters.applyTime().plus(took),
            round.lastTransactionSize());
    publish.accept(
        new AgentReport(
            isInSync,
            isProgrammed,
            lastApply,
            problems,
            warn(),
            services.problem(),
            statuses,
            counters,
            round.settings(),
            round.podMtu()));
  }

  private Duration untilNext(Instant now) {
    return Stream.of(rules.left(now), routes.left(now), retry.left(now), services.left(now))
        .min(Duration::compareTo)
        .orElseThrow();
  }
}

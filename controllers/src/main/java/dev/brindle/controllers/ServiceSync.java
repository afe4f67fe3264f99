// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.controllers.ServiceAddresses.Outcome;
import dev.brindle.controllers.balancer.ServiceHandle;
import dev.brindle.controllers.balancer.ServiceHolding;
import dev.brindle.controllers.balancer.ServiceOrder;
import dev.brindle.controllers.balancer.ServicePlan;
import dev.brindle.controllers.balancer.Standing;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.KubernetesServices;
import dev.brindle.datastore.KubernetesServices.Remark;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.Holding;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Has services of type LoadBalancer have addresses out of the pools that are for them, and takes
/// back those of services that are gone. By a feed of its own, which is open only while it is
/// wanted.
final class ServiceSync implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceSync.class);

  /// What one service could not is tried again so soon.
  private static final Duration RETRY = Duration.ofSeconds(30);

  /// Kubernetes forgets events after an hour.
  private static final Duration REMINDER = Duration.ofMinutes(30);

  private static final List<ResourceKind> SERVICES = List.of(ResourceKind.KUBERNETES_SERVICE);

  private record Told(Remark remark, long at) {}

  private final Cluster cluster;
  private final Datastore kubernetes;
  private final Optional<KubernetesServices> statuses;
  private final Allocator allocator;
  private final InstantSource clock;
  private final LongSupplier ticks;
  private final Runnable news;
  private final Map<ResourceKey, Told> told = new HashMap<>();

  /// Of which the store or Kubernetes took something badly, the last time.
  private final Set<ResourceKey> stumbled = new HashSet<>();

  private Optional<Watched> watched = Optional.empty();
  private volatile List<String> failures = List.of();
  private volatile Counts counts = new Counts(0, 0);

  /// @param kubernetes refuses writes when another leads
  /// @param ticks nanoseconds of a clock that goes on steadily
  /// @param news is told of each change, and must return at once
  ServiceSync(
      Cluster cluster,
      Datastore kubernetes,
      Allocator allocator,
      InstantSource clock,
      LongSupplier ticks,
      Runnable news) {
    this.cluster = cluster;
    this.kubernetes = kubernetes;
    this.statuses = kubernetes.kubernetesServices();
    this.allocator = allocator;
    this.clock = clock;
    this.ticks = ticks;
    this.news = news;
  }

  /// @param served of services, to which we give addresses
  /// @param waiting of these, that have not all of theirs
  record Counts(int served, int waiting) {}

  /// Nobody wants it: all stays as it is.
  synchronized void rest() {
    watched.ifPresent(Watched::close);
    watched = Optional.empty();
    failures = List.of();
    counts = new Counts(0, 0);
  }

  private synchronized Watched watch() {
    Watched open = watched.orElseGet(() -> new Watched(kubernetes, SERVICES, (_, _) -> news.run()));
    watched = Optional.of(open);
    return open;
  }

  /// @param isOnlyRequested whether services without a class have to ask for addresses
  /// @return why nothing could be done
  List<String> sync(boolean isOnlyRequested) {
    if (statuses.isEmpty() || !cluster.hasIpam()) {
      return List.of(); // addresses are not ours to give: each node has its own
    }
    Watched heard = watch();
    Optional<String> unknown = heard.obstacle();
    if (unknown.isPresent()) {
      return List.of("services get no addresses: " + unknown.get());
    }
    List<KubernetesService> services =
        heard.all(ResourceKind.KUBERNETES_SERVICE, KubernetesService.class).stream()
            .sorted(
                // last those that failed, however many they are: the others do not wait for them
                Comparator.comparing((KubernetesService each) -> stumbled.contains(each.key()))
                    .thenComparing(ServiceOrder.FIRST))
            .toList();
    var steps = new Steps(LOG, Level.INFO);
    Map<String, List<ServiceHolding>> held = ServiceHolding.byHandle(cluster.blocks());
    if (services.isEmpty() && !held.isEmpty()) {
      // every cluster has one, by which pods reach its API
      return List.of("Kubernetes has no services at all: nothing is concluded from that");
    }
    // first what is gone: others may wait for it
    ServiceHolding.orphans(held, services).stream()
        .collect(Collectors.groupingBy(it -> it.holding().handle()))
        .values()
        .forEach(orphans -> steps.attempt(() -> collect(orphans)));
    new Round(isOnlyRequested, held, cluster.pools(), steps).over(services);
    failures = steps.failures();
    return steps.isInVain() ? failures : List.of();
  }

  /// Asked anew: what was heard may be late, and a service be there that was not.
  private Optional<String> collect(List<ServiceHolding> orphans) {
    ServiceHolding one = orphans.getFirst();
    var key = new ResourceKey(ResourceKind.KUBERNETES_SERVICE, one.namespace(), one.service());
    boolean isThere =
        kubernetes
            .get(key)
            .filter(it -> ServiceHandle.of(it.metadata()).equals(one.holding().handle()))
            .isPresent();
    if (isThere) {
      return Optional.empty();
    }
    List<IpAddress> released =
        allocator.releaseHoldings(orphans.stream().map(ServiceHolding::holding).toList());
    // nobody will ever have this handle again: what a crash left of it goes too
    allocator.releaseByHandle(one.holding().handle());
    if (!released.isEmpty()) {
      LOG.info("{} is gone: {} free", key, released);
    }
    return Optional.empty();
  }

  /// All services, one after the other.
  private final class Round {

    private final boolean isOnlyRequested;
    private final Map<String, List<ServiceHolding>> held;
    private final Collection<IpPool> pools;
    private final Steps steps;
    private final ServiceAddresses addresses =
        new ServiceAddresses(allocator, statuses.orElseThrow(), clock);
    private int served;
    private int waiting;

    Round(
        boolean isOnlyRequested,
        Map<String, List<ServiceHolding>> held,
        Collection<IpPool> pools,
        Steps steps) {
      this.isOnlyRequested = isOnlyRequested;
      this.held = held;
      this.pools = pools;
      this.steps = steps;
    }

    void over(List<KubernetesService> services) {
      services.forEach(service -> steps.attempt(() -> attempt(service)));
      Set<ResourceKey> present =
          services.stream().map(KubernetesService::key).collect(Collectors.toUnmodifiableSet());
      told.keySet().retainAll(present);
      stumbled.retainAll(present);
      counts = new Counts(served, waiting);
    }

    private Optional<String> attempt(KubernetesService service) {
      stumbled.add(service.key()); // until it has gone well
      try {
        Optional<String> failure = settle(service);
        stumbled.remove(service.key());
        return failure;
      } catch (DatastoreException e) {
        if (!e.isRefusal()) {
          throw e;
        }
        // somebody may have forbidden it for this one's namespace only
        return Optional.of("service %s: %s".formatted(name(service), e.getMessage()));
      }
    }

    private Optional<String> settle(KubernetesService service) {
      List<Holding> its =
          held.getOrDefault(ServiceHandle.of(service.metadata()), List.of()).stream()
              .map(ServiceHolding::holding)
              .toList();
      ServicePlan plan = ServicePlan.of(service, isOnlyRequested, its, pools);
      boolean isOurs = plan.standing() == Standing.OURS;
      served += isOurs ? 1 : 0;
      waiting += isOurs ? 1 : 0; // until it has been served
      Outcome outcome =
          plan.isDone(service)
              ? new Outcome(plan.isClear(), plan.remark())
              : addresses.settle(service, isOnlyRequested, pools);
      waiting -= isOurs && outcome.isComplete() ? 1 : 0;
      if (outcome.remark().isEmpty()) {
        told.remove(service.key());
        return Optional.empty();
      }
      Remark remark = outcome.remark().get();
      String untold = remind(service, remark).map(why -> "; " + why).orElse("");
      return Optional.of("service %s: %s%s".formatted(name(service), remark.message(), untold));
    }

    /// @return why it could not be told: where events are refused, services are served all the same
    private Optional<String> remind(KubernetesService service, Remark remark) {
      Told last = told.get(service.key());
      long now = ticks.getAsLong();
      boolean isNews =
          last == null || !last.remark().equals(remark) || now - last.at() >= REMINDER.toNanos();
      if (!isNews) {
        return Optional.empty();
      }
      try {
        statuses.orElseThrow().warn(service, remark, clock.instant());
      } catch (DatastoreException e) {
        if (!e.isRefusal()) {
          throw e;
        }
        return Optional.of(String.valueOf(e.getMessage()));
      }
      told.put(service.key(), new Told(remark, now));
      return Optional.empty();
    }

    private static String name(KubernetesService service) {
      return service.metadata().namespace() + "/" + service.metadata().name();
    }
  }

  /// What concerns some services only.
  List<String> notes() {
    return failures;
  }

  /// After how long all is compared without news.
  Duration period(Duration usual) {
    return failures.isEmpty() || usual.compareTo(RETRY) < 0 ? usual : RETRY;
  }

  Counts counts() {
    return counts;
  }

  @Override
  public void close() {
    rest();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.KubernetesService.Ingress;
import dev.brindle.controllers.balancer.ServiceHandle;
import dev.brindle.controllers.balancer.ServiceHolding;
import dev.brindle.controllers.balancer.ServicePlan;
import dev.brindle.controllers.balancer.ServicePlan.Place;
import dev.brindle.datastore.KubernetesServices;
import dev.brindle.datastore.KubernetesServices.Remark;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.AssignRequest;
import dev.brindle.ipam.AssignResult;
import dev.brindle.ipam.Holding;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out what is planned for one service: takes, says, gives back, in this order. Who is
/// ended in between leaves addresses that the service has, and no status that names any other.
final class ServiceAddresses {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceAddresses.class);

  /// Of an address that a service is to have and that could not be given.
  private static final String FAILED = "AddressNotAssigned";

  private static final IpPool.AllowedUse USE = IpPool.AllowedUse.LOAD_BALANCER;
  private static final String NODE = "load-balancer";

  /// As Calico's controllers write it.
  private static final DateTimeFormatter GO_TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("yyyy-MM-dd HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendLiteral(" +0000 UTC")
          .toFormatter(Locale.ROOT);

  private final Allocator allocator;
  private final KubernetesServices services;
  private final InstantSource clock;

  ServiceAddresses(Allocator allocator, KubernetesServices services, InstantSource clock) {
    this.allocator = allocator;
    this.services = services;
    this.clock = clock;
  }

  /// What became of it.
  ///
  /// @param isComplete whether it has all that it is to have
  /// @param remark what those who look at the service should know
  record Outcome(boolean isComplete, Optional<Remark> remark) {}

  /// @param pools all there are
  Outcome settle(KubernetesService service, boolean isOnlyRequested, Collection<IpPool> pools) {
    String handle = ServiceHandle.of(service.metadata());
    // what was heard of blocks may be older than what we did a moment ago
    List<Holding> held =
        allocator.heldBy(handle).values().stream().flatMap(List::stream).map(Holding::of).toList();
    ServicePlan plan = ServicePlan.of(service, isOnlyRequested, held, pools);
    List<Holding> spare = new ArrayList<>(plan.spare());
    List<IpAddress> addresses = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (Place place : plan.places()) {
      Optional<IpAddress> address =
          place.kept().map(Holding::address).or(() -> taken(place, service, handle, failures));
      // what it had until now is better than nothing
      address.or(() -> oneOf(place, spare)).ifPresent(addresses::add);
    }
    boolean isSaid = plan.ways().map(ways -> offer(service, ways, addresses)).orElse(true);
    if (isSaid) {
      release(service, spare);
    }
    Optional<Remark> remark =
        failures.isEmpty()
            ? plan.remark()
            : Optional.of(new Remark(FAILED, String.join("; ", failures)));
    return new Outcome(failures.isEmpty() && plan.isClear(), remark);
  }

  private static Optional<IpAddress> oneOf(Place place, List<Holding> spare) {
    Optional<Holding> old =
        spare.stream().filter(it -> it.address().family() == place.family()).findFirst();
    old.ifPresent(spare::remove);
    return old.map(Holding::address);
  }

  private Optional<IpAddress> taken(
      Place place, KubernetesService service, String handle, List<String> failures) {
    Map<String, String> notes =
        Map.of(
            ServiceHolding.SERVICE,
            service.metadata().name(),
            ServiceHolding.NAMESPACE,
            service.metadata().namespace(),
            "type",
            service.spec().type().toString(),
            "timestamp",
            GO_TIME.format(clock.instant().atOffset(ZoneOffset.UTC)));
    AssignResult result =
        place
            .first()
            .map(it -> allocator.assignIp(it, handle, notes, NODE, Optional.of(USE)))
            .filter(it -> place.isExact() || !it.addresses().isEmpty())
            .orElseGet(() -> allocator.autoAssign(request(place, handle, notes)));
    switch (result) {
      case AssignResult.Full _ -> {
        // nothing to complain about
      }
      case AssignResult.Partial(_, String reason) -> failures.add(reason);
      case AssignResult.None(String reason) -> failures.add(reason);
    }
    Optional<IpAddress> address = result.addresses().stream().findFirst();
    address.ifPresent(it -> LOG.info("{} is given {}", service.key(), it));
    return address;
  }

  private static AssignRequest request(Place place, String handle, Map<String, String> notes) {
    int v4 = place.family().version() == 4 ? 1 : 0;
    return new AssignRequest(v4, 1 - v4, handle, notes, NODE, place.pools(), USE, Map.of(), 0);
  }

  /// @param others that its status holds and that are nobody's concern here
  private boolean offer(
      KubernetesService service, List<Ingress> others, List<IpAddress> addresses) {
    List<Ingress> ways = new ArrayList<>(addresses.stream().map(ServicePlan::way).toList());
    others.stream().filter(way -> !ways.contains(way)).forEach(ways::add);
    if (ServicePlan.isSame(ways, service.balancing().ingress())) {
      return true;
    }
    boolean isSaid = services.offer(service, ways);
    if (isSaid) {
      LOG.info("{}: its status names {}", service.key(), ways);
    }
    return isSaid; // else it has changed, which is news
  }

  private void release(KubernetesService service, List<Holding> spare) {
    if (!spare.isEmpty()) {
      List<IpAddress> released = allocator.releaseHoldings(spare);
      LOG.info("{} has no more use for {}: free", service.key(), released);
    }
  }
}

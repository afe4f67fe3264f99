// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.balancer;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.KubernetesService.Ingress;
import dev.brindle.datastore.KubernetesServices.Remark;
import dev.brindle.ipam.Holding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What is to become of one service's addresses. What it has and is to have stays; what it is to
/// have and lacks is taken; and only when its status says so is what is spare given back.
///
/// @param places one for each address that it is to have, in the service's order
/// @param spare what it has and is not to have
/// @param ways what its status holds when all is done, without what is taken; empty where it is not
///     ours to write
/// @param remark what those who look at the service should know
public record ServicePlan(
    Standing standing,
    List<Place> places,
    List<Holding> spare,
    Optional<List<Ingress>> ways,
    Optional<Remark> remark) {

  /// Of a wish that nobody can read.
  public static final String BAD_REQUEST = "BadAddressRequest";

  /// Of an address that no pool has any more.
  public static final String NO_POOL = "AddressWithoutPool";

  /// An address that a service is to have.
  ///
  /// @param kept that it has
  /// @param first to be tried before all others; nothing else will do where `isExact`
  /// @param pools out of which any will do; none for any pool
  public record Place(
      IpFamily family,
      Optional<Holding> kept,
      Optional<IpAddress> first,
      boolean isExact,
      List<Cidr> pools) {

    public Place {
      pools = List.copyOf(pools);
    }
  }

  public ServicePlan {
    places = List.copyOf(places);
    spare = List.copyOf(spare);
    ways = ways.map(List::copyOf);
  }

  /// @param isOnlyRequested whether a service without a class has to ask for addresses
  /// @param held what IPAM has for its handle
  /// @param all pools, for whatever use
  public static ServicePlan of(
      KubernetesService service,
      boolean isOnlyRequested,
      Collection<Holding> held,
      Collection<IpPool> all) {
    List<IpPool> pools =
        all.stream()
            .filter(pool -> pool.spec().allowedUses().contains(IpPool.AllowedUse.LOAD_BALANCER))
            .toList();
    Set<IpAddress> addresses =
        held.stream().map(Holding::address).collect(Collectors.toUnmodifiableSet());
    Standing standing = Standing.of(service, isOnlyRequested, addresses, pools);
    return switch (standing) {
      case OURS -> new Making(service, held, pools).plan();
      case NOT_OURS -> withdrawn(standing, service, held, addresses);
      case ANOTHERS -> yielded(standing, service, held, addresses);
    };
  }

  /// What the status holds of others stays.
  private static ServicePlan withdrawn(
      Standing standing,
      KubernetesService service,
      Collection<Holding> held,
      Set<IpAddress> addresses) {
    List<Ingress> others =
        service.balancing().ingress().stream().filter(way -> !isOf(way, addresses)).toList();
    return new ServicePlan(
        standing, List.of(), List.copyOf(held), Optional.of(others), Optional.empty());
  }

  /// Nothing of the status is touched, and what is in it stays the service's.
  private static ServicePlan yielded(
      Standing standing,
      KubernetesService service,
      Collection<Holding> held,
      Set<IpAddress> addresses) {
    boolean isUsed = service.balancing().ingress().stream().anyMatch(way -> isOf(way, addresses));
    List<Holding> spare = isUsed ? List.of() : List.copyOf(held);
    return new ServicePlan(standing, List.of(), spare, Optional.empty(), Optional.empty());
  }

  private static boolean isOf(Ingress way, Set<IpAddress> addresses) {
    return IpAddress.tryParse(way.ip()).filter(addresses::contains).isPresent();
  }

  /// Whether anybody can tell what it asks for.
  public boolean isClear() {
    return remark.filter(each -> each.reason().equals(BAD_REQUEST)).isEmpty();
  }

  /// Whether all is as it is to be.
  public boolean isDone(KubernetesService service) {
    return spare.isEmpty()
        && places.stream().allMatch(place -> place.kept().isPresent())
        && ways.map(it -> isSame(it, service.balancing().ingress())).orElse(true);
  }

  /// Whether two say the same, in whatever order.
  public static boolean isSame(Collection<Ingress> some, Collection<Ingress> others) {
    return some.size() == others.size() && Set.copyOf(some).equals(Set.copyOf(others));
  }

  /// Of one that is ours.
  private static final class Making {

    private final KubernetesService service;
    private final List<Holding> held;
    private final List<IpPool> pools;

    Making(KubernetesService service, Collection<Holding> held, List<IpPool> pools) {
      this.service = service;
      Set<IpAddress> shown =
          service.spec().ingressIPs().stream().collect(Collectors.toUnmodifiableSet());
      this.held =
          held.stream()
              .sorted(
                  Comparator.comparing((Holding each) -> !shown.contains(each.address()))
                      .thenComparing(Holding::address))
              .toList();
      this.pools = pools;
    }

    ServicePlan plan() {
      return switch (WishReader.read(service, pools)) {
        case Wish.Unclear(String why) -> asItIs(new Remark(BAD_REQUEST, why));
        case Wish.Clear wish -> plan(wish);
      };
    }

    /// Nothing is taken away for a word that cannot be read.
    private ServicePlan asItIs(Remark remark) {
      return plan(held.stream().map(Making::kept).toList(), List.of(), Optional.of(remark));
    }

    private ServicePlan plan(Wish.Clear wish) {
      List<Holding> spare = new ArrayList<>(held);
      List<Place> places = new ArrayList<>();
      for (IpFamily family : wish.families()) {
        Optional<Holding> kept =
            held.stream()
                .filter(each -> each.address().family() == family)
                .filter(each -> wish.isFulfilledBy(each.address(), pools))
                .findFirst();
        kept.ifPresent(spare::remove);
        places.add(kept.map(Making::kept).orElseGet(() -> wanted(family, wish)));
      }
      return plan(
          places, spare, places.stream().flatMap(it -> withoutPool(it).stream()).findFirst());
    }

    private ServicePlan plan(List<Place> places, List<Holding> spare, Optional<Remark> remark) {
      List<Ingress> ways =
          places.stream()
              .flatMap(place -> place.kept().stream())
              .map(kept -> way(kept.address()))
              .toList();
      return new ServicePlan(Standing.OURS, places, spare, Optional.of(ways), remark);
    }

    private static Place kept(Holding holding) {
      return new Place(
          holding.address().family(), Optional.of(holding), Optional.empty(), false, List.of());
    }

    /// What its status says already is the service's own, if nobody else has it by now.
    private Place wanted(IpFamily family, Wish.Clear wish) {
      Optional<IpAddress> named = Optional.ofNullable(wish.named().get(family));
      Optional<IpAddress> shown =
          service.spec().ingressIPs().stream()
              .filter(each -> wish.isFulfilledBy(each, pools) && each.family() == family)
              .filter(each -> pools.stream().anyMatch(it -> it.spec().cidr().contains(each)))
              .findFirst();
      return new Place(
          family,
          Optional.empty(),
          named.or(() -> shown),
          named.isPresent(),
          wish.pools().getOrDefault(family, List.of()));
    }

    private Optional<Remark> withoutPool(Place place) {
      return place
          .kept()
          .map(Holding::address)
          .filter(each -> pools.stream().noneMatch(it -> it.spec().cidr().contains(each)))
          .map(
              each ->
                  new Remark(
                      NO_POOL,
                      ("%s is in no IPPool for LoadBalancer any more; the service keeps it until it is"
                              + " removed or asks for another")
                          .formatted(each)));
    }
  }

  /// As a status names an address.
  public static Ingress way(IpAddress address) {
    return new Ingress(address.toString(), "");
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.balancer;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.KubernetesService.Ingress;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/// Who gives a service its addresses.
public enum Standing {
  /// We do.
  OURS,
  /// It is no load balancer's, or of a class that is not ours, or has not asked.
  NOT_OURS,
  /// Somebody else does: its status holds what is not ours.
  ANOTHERS;

  /// The class that is ours, and Calico's.
  public static final String CLASS = "calico";

  /// @param isOnlyRequested whether a service without a class has to ask for addresses
  /// @param held what the service has of us
  /// @param pools for services
  static Standing of(
      KubernetesService service,
      boolean isOnlyRequested,
      Set<IpAddress> held,
      Collection<IpPool> pools) {
    String named = service.balancing().loadBalancerClass();
    boolean isOfClass = named.equals(CLASS);
    boolean isAnyones = named.isEmpty();
    boolean isBalanced = service.spec().type() == KubernetesService.Type.LOAD_BALANCER;
    if (!isBalanced || !(isOfClass || isAnyones)) {
      return NOT_OURS;
    }
    if (isOfClass) {
      return OURS;
    }
    boolean isAsked = WishReader.asks(service);
    if (isOnlyRequested && !isAsked) {
      return NOT_OURS;
    }
    if (service.balancing().ingress().stream().anyMatch(way -> !isOurs(way, held, pools))) {
      return ANOTHERS;
    }
    boolean isIdle = pools.isEmpty() && held.isEmpty() && !isAsked;
    return isIdle ? NOT_OURS : OURS; // without pools nobody counts on us
  }

  /// An address of our pools that IPAM does not know is one that IPAM has lost: another one's it
  /// can only be if two were told to give out the same.
  private static boolean isOurs(Ingress way, Set<IpAddress> held, Collection<IpPool> pools) {
    Optional<IpAddress> address = IpAddress.tryParse(way.ip());
    return way.hostname().isEmpty()
        && address
            .filter(
                it ->
                    held.contains(it)
                        || pools.stream().anyMatch(pool -> pool.spec().cidr().contains(it)))
            .isPresent();
  }
}

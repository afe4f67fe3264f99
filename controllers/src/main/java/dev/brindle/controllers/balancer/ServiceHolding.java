// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.balancer;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.ipam.Holding;
import dev.brindle.ipam.block.Assignment;
import dev.brindle.ipam.block.Block;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// An address that a service has, as IPAM has noted it.
public record ServiceHolding(String namespace, String service, Holding holding) {

  /// Of an address: the name and the namespace of the service that has it.
  public static final String SERVICE = "service";

  public static final String NAMESPACE = "namespace";

  /// Empty for an address that is no service's.
  static Optional<ServiceHolding> of(Assignment held) {
    Map<String, String> notes = held.holder().activeOwner();
    boolean isServices =
        held.handle().startsWith(ServiceHandle.PREFIX)
            && notes.containsKey(SERVICE)
            && notes.containsKey(NAMESPACE);
    return isServices
        ? Optional.of(
            new ServiceHolding(
                notes.getOrDefault(NAMESPACE, ""),
                notes.getOrDefault(SERVICE, ""),
                Holding.of(held)))
        : Optional.empty();
  }

  /// All there are, by handle.
  public static Map<String, List<ServiceHolding>> byHandle(Collection<Block> blocks) {
    return blocks.stream()
        .filter(ServiceHolding::mayBeOfServices) // most are of nodes
        .flatMap(block -> block.assignments().stream())
        .flatMap(held -> of(held).stream())
        .sorted(Comparator.comparing((ServiceHolding each) -> each.holding().address()))
        .collect(Collectors.groupingBy(each -> each.holding().handle()));
  }

  private static boolean mayBeOfServices(Block block) {
    return block.spec().attributes().stream()
        .anyMatch(holder -> holder.handleId().startsWith(ServiceHandle.PREFIX));
  }

  /// Those of services that are gone, or were made anew since.
  public static List<ServiceHolding> orphans(
      Map<String, List<ServiceHolding>> held, Collection<KubernetesService> services) {
    var handles =
        services.stream()
            .map(service -> ServiceHandle.of(service.metadata()))
            .collect(Collectors.toUnmodifiableSet());
    return held.entrySet().stream()
        .filter(each -> !handles.contains(each.getKey()))
        .sorted(Map.Entry.comparingByKey())
        .flatMap(each -> each.getValue().stream())
        .toList();
  }

  IpAddress address() {
    return holding.address();
  }
}

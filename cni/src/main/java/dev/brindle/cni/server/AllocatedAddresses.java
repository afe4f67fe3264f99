// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniError;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.datastore.Datastore;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.AssignRequest;
import dev.brindle.ipam.AssignResult;
import dev.brindle.ipam.Holding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Pods' addresses out of IPAM.
public final class AllocatedAddresses implements PodAddresses {

  private final String node;
  private final Datastore datastore;
  private final Allocator allocator;

  public AllocatedAddresses(String node, Datastore datastore, Allocator allocator) {
    this.node = node;
    this.datastore = datastore;
    this.allocator = allocator;
  }

  @Override
  public List<IpAddress> assign(Wish wish) {
    if (!datastore.hasIpam()) {
      throw new CniException(
          CniError.Code.INVALID_NETWORK_CONFIG,
          "network configuration: ipam.type is 'calico-ipam', but the daemon runs with"
              + " USE_POD_CIDR=true: expected host-local with \"subnet\": \"usePodCidr\"");
    }
    AssignResult result = wish.exact().isEmpty() ? any(wish) : exactly(wish);
    return switch (result) {
      case AssignResult.Full(var addresses) -> addresses;
      case AssignResult.Partial(_, var reason) -> throw refused(wish, reason);
      case AssignResult.None(var reason) -> throw refused(wish, reason);
    };
  }

  private CniException refused(Wish wish, String reason) {
    allocator.releaseByHandle(wish.handle());
    List<String> asked =
        Stream.of(IpFamily.values())
            .filter(
                family ->
                    !(family == IpFamily.IPV4 ? wish.ipv4Pools() : wish.ipv6Pools()).isEmpty())
            .map(family -> wish.poolsFrom().getOrDefault(family, ""))
            .toList();
    String named = asked.isEmpty() ? "" : "; pools are named by " + String.join(", ", asked);
    String exact =
        wish.exact().isEmpty()
            ? ""
            : "; the address is named by annotation cni.projectcalico.org/ipAddrs of the pod, or IP"
                + " in CNI_ARGS";
    return new CniException(CniError.Code.GENERAL, "no address: " + reason + exact + named);
  }

  private AssignResult exactly(Wish wish) {
    List<IpAddress> assigned = new ArrayList<>();
    for (IpAddress address : wish.exact()) {
      AssignResult result =
          allocator.assignIp(
              address, wish.handle(), wish.owner(), node, Optional.of(IpPool.AllowedUse.WORKLOAD));
      if (!(result instanceof AssignResult.Full(var one))) {
        return result;
      }
      assigned.addAll(one);
    }
    return new AssignResult.Full(assigned);
  }

  private AssignResult any(Wish wish) {
    List<Cidr> pools = new ArrayList<>();
    pools.addAll(pools(wish.ipv4Pools(), IpFamily.IPV4, wish));
    pools.addAll(pools(wish.ipv6Pools(), IpFamily.IPV6, wish));
    return allocator.autoAssign(
        AssignRequest.forWorkload(
                wish.ipv4() ? 1 : 0, wish.ipv6() ? 1 : 0, wish.handle(), wish.owner(), node)
            .withPools(pools)
            .withNamespaceLabels(namespaceLabels(wish)));
  }

  @Override
  public Optional<String> shortage(CniConfig.Ipam ipam) {
    return Stream.of(IpFamily.values())
        .flatMap(family -> shortage(ipam, family).stream())
        .findFirst();
  }

  private Optional<String> shortage(CniConfig.Ipam ipam, IpFamily family) {
    boolean isIpv4 = family == IpFamily.IPV4;
    if (!(isIpv4 ? ipam.assignIpv4() : ipam.assignIpv6())) {
      return Optional.empty();
    }
    List<String> named = isIpv4 ? ipam.ipv4Pools() : ipam.ipv6Pools();
    return allocator.shortage(
        node,
        family,
        named.stream().map(text -> pool(text, family, "the network configuration")).toList());
  }

  private static Map<String, String> namespaceLabels(Wish wish) {
    Map<String, String> labels = new HashMap<>(wish.namespaceLabels());
    labels.put("projectcalico.org/name", wish.namespace());
    return labels;
  }

  private List<Cidr> pools(List<String> namesOrCidrs, IpFamily family, Wish wish) {
    String from = wish.poolsFrom().getOrDefault(family, "");
    return namesOrCidrs.stream().map(text -> pool(text, family, from)).toList();
  }

  private Cidr pool(String text, IpFamily family, String from) {
    return Stream.concat(Cidr.tryParse(text).stream(), named(text).stream())
        .filter(cidr -> cidr.family() == family)
        .findFirst()
        .orElseThrow(
            () ->
                new CniException(
                    CniError.Code.INVALID_NETWORK_CONFIG,
                    "%s names '%s': expected the name or CIDR of an %s pool, one of %s"
                        .formatted(from, text, family, names(family))));
  }

  private List<String> names(IpFamily family) {
    return datastore.list(ResourceKind.IP_POOL).stream()
        .map(IpPool.class::cast)
        .filter(pool -> pool.spec().cidr().family() == family)
        .map(pool -> "%s (%s)".formatted(pool.metadata().name(), pool.spec().cidr()))
        .toList();
  }

  private Optional<Cidr> named(String name) {
    return datastore
        .get(ResourceKey.of(ResourceKind.IP_POOL, name))
        .map(pool -> ((IpPool) pool).spec().cidr());
  }

  @Override
  public boolean release(String handle) {
    return !allocator.releaseByHandle(handle).isEmpty();
  }

  @Override
  public List<Held> held(String handle) {
    return allocator.heldBy(handle).entrySet().stream()
        .flatMap(
            block ->
                block.getValue().stream()
                    .map(
                        each ->
                            new Held(each.address(), block.getKey(), each.holder().activeOwner())))
        .toList();
  }

  @Override
  public void release(String handle, Set<IpAddress> some) {
    allocator.releaseHoldings(
        allocator.heldBy(handle).values().stream()
            .flatMap(List::stream)
            .filter(each -> some.contains(each.address()))
            .map(Holding::of)
            .toList());
  }

  @Override
  public Set<Booking> bookings() {
    return allocator.assignmentsOf(node).stream()
        .map(held -> new Booking(held.handle(), held.holder().activeOwner()))
        .collect(Collectors.toUnmodifiableSet());
  }
}

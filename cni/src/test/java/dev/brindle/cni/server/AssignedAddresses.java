// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.GENERAL;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.ipam.Allocator;
import dev.brindle.ipam.AssignRequest;
import dev.brindle.ipam.AssignResult;
import dev.brindle.ipam.Holding;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The real IPAM behind the port, from any pool.
record AssignedAddresses(String node, Allocator allocator) implements PodAddresses {

  @Override
  public List<IpAddress> assign(Wish wish) {
    if (!wish.exact().isEmpty()) {
      return wish.exact().stream().flatMap(address -> exactly(address, wish)).toList();
    }
    AssignRequest request =
        AssignRequest.forWorkload(
                wish.ipv4() ? 1 : 0, wish.ipv6() ? 1 : 0, wish.handle(), wish.owner(), node)
            .withNamespaceLabels(wish.namespaceLabels());
    return assigned(allocator.autoAssign(request));
  }

  private Stream<IpAddress> exactly(IpAddress address, Wish wish) {
    return assigned(
        allocator.assignIp(address, wish.handle(), wish.owner(), node, Optional.empty()))
        .stream();
  }

  private static List<IpAddress> assigned(AssignResult result) {
    return switch (result) {
      case AssignResult.Full(var addresses) -> addresses;
      case AssignResult.Partial(_, var reason) -> throw new CniException(GENERAL, reason);
      case AssignResult.None(var reason) -> throw new CniException(GENERAL, reason);
    };
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
  public Optional<String> shortage(CniConfig.Ipam ipam) {
    return allocator
        .shortage(node, IpFamily.IPV4, List.of())
        .filter(_ -> ipam.assignIpv4())
        .or(
            () ->
                allocator.shortage(node, IpFamily.IPV6, List.of()).filter(_ -> ipam.assignIpv6()));
  }

  @Override
  public Set<Booking> bookings() {
    return allocator.assignmentsOf(node).stream()
        .map(held -> new Booking(held.handle(), held.holder().activeOwner()))
        .collect(Collectors.toUnmodifiableSet());
  }
}

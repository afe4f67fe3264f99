// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.GENERAL;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.cni.pod.PodIdentity;
import dev.brindle.cni.pod.PodPlan;
import dev.brindle.cni.protocol.CniConfig;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniRequest;
import dev.brindle.cni.protocol.IpamResult;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.Route;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Compares what is in the kernels with a `PodPlan`.
final class PodDamage {

  private final PodPlan plan;
  private final Kernel host;
  private final Kernel pod;
  private final MacAddress mac;

  private PodDamage(PodPlan plan, MacAddress mac, Kernel host, Kernel pod) {
    this.plan = plan;
    this.mac = mac;
    this.host = host;
    this.pod = pod;
  }

  /// @param mac that the pod's side was given
  /// @throws CniException naming the first thing that the pod misses
  static void refuse(
      PodKernels kernels,
      PodPlan plan,
      MacAddress mac,
      PodIdentity pod,
      CniRequest request,
      CniConfig config) {
    find(kernels, plan, mac, request.namespacePath())
        .ifPresent(
            missing -> {
              throw new CniException(GENERAL, "pod %s misses %s".formatted(pod, missing));
            });
    config
        .previous()
        .map(IpamResult::addressesIn)
        .ifPresent(told -> checkTold(pod, plan.addresses(), told));
  }

  /// What the runtime was told, and plugins behind us go by, must be what the pod has.
  private static void checkTold(PodIdentity pod, List<Cidr> given, List<IpAddress> told) {
    for (Cidr address : given) {
      if (!told.contains(address.address())) {
        throw new CniException(
            GENERAL,
            "pod %s has %s, which is not in prevResult: that has %s"
                .formatted(pod, address.address(), told));
      }
    }
  }

  /// @param mac that the pod's side was given
  /// @return what is missing, for people; empty if nothing is
  /// @throws dev.brindle.linux.kernel.KernelException if there is no such namespace
  static Optional<String> find(
      PodKernels kernels, PodPlan plan, MacAddress mac, String namespacePath) {
    try (Kernel host = kernels.ofHost();
        Kernel pod = kernels.ofPod(namespacePath)) {
      return new PodDamage(plan, mac, host, pod).first();
    }
  }

  private Optional<String> first() {
    Optional<Link> hostLink = host.links().find(plan.hostInterface());
    Optional<Link> podLink = pod.links().find(plan.podInterface());
    if (hostLink.isEmpty() || podLink.isEmpty()) {
      return Optional.of(
          "the pair %s (host), %s (pod)".formatted(plan.hostInterface(), plan.podInterface()));
    }
    return Stream.of(
            down(hostLink.get()),
            down(podLink.get()),
            addresses(podLink.get()),
            neighbour(podLink.get()),
            routes(pod, plan.podRoutes()),
            routes(host, plan.hostRoutes()))
        .flatMap(List::stream)
        .findFirst();
  }

  private static List<String> down(Link link) {
    return link.isUp() ? List.of() : List.of(link.name() + " being up");
  }

  private List<String> addresses(Link podLink) {
    Set<Cidr> present =
        pod.links().addresses().stream()
            .filter(address -> address.link() == podLink.index())
            .map(address -> Cidr.host(address.address().address()))
            .collect(Collectors.toSet());
    return plan.addresses().stream()
        .filter(address -> !present.contains(address))
        .map(address -> "address %s on %s".formatted(address, podLink.name()))
        .toList();
  }

  /// Whoever changes the interface's address, as plugins behind us may (CNI 1.1.0, CHECK), makes
  /// the kernel forget its neighbours. Then the host's proxy ARP has to do.
  private List<String> neighbour(Link podLink) {
    if (!podLink.mac().equals(Optional.of(mac))) {
      return List.of();
    }
    return plan.gatewayNeighbour().stream()
        .filter(gateway -> !pod.neighbours().neighbours(gateway.device()).contains(gateway))
        .map(gateway -> "neighbour %s on %s".formatted(gateway.address(), gateway.device()))
        .toList();
  }

  /// Whoever wrote them: felix makes the host's routes its own.
  private static List<String> routes(Kernel kernel, List<Route> wanted) {
    Set<String> present =
        wanted.stream()
            .map(route -> route.destination().family())
            .distinct()
            .flatMap(family -> kernel.routes().list(family).stream())
            .map(PodDamage::text)
            .collect(Collectors.toSet());
    return wanted.stream().map(PodDamage::text).filter(text -> !present.contains(text)).toList();
  }

  private static String text(Route route) {
    return "route %s on %s"
        .formatted(
            route.destination(),
            route.hops().stream().map(Route.Hop::device).collect(Collectors.joining(", ")));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.dataplane;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.felix.route.TunnelPlan;
import dev.brindle.felix.route.TunnelPlan.IpipTunnel;
import dev.brindle.felix.route.TunnelPlan.VxlanTunnel;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.model.ForwardingEntry;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.LinkAddress;
import dev.brindle.linux.model.Neighbour;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Tunnel devices, their addresses, and where each tunnel address of another node is. Compares with
/// the kernel each time; the agent asks only when something about tunnels may be different.
final class TunnelStep {

  private final Kernel kernel;

  TunnelStep(Kernel kernel) {
    this.kernel = kernel;
  }

  /// Before routes: they need the devices.
  List<String> setUp(TunnelPlan plan) {
    List<String> problems = new ArrayList<>(plan.problems());
    plan.vxlans().forEach(tunnel -> attempt(tunnel.device(), () -> vxlan(tunnel), problems));
    plan.ipip().ifPresent(t -> attempt(TunnelPlan.IPIP_DEVICE, () -> ipip(t), problems));
    return problems;
  }

  /// After routes: what is not needed any more goes.
  List<String> tearDown(TunnelPlan plan) {
    List<String> problems = new ArrayList<>();
    List<String> needed = plan.vxlans().stream().map(VxlanTunnel::device).toList();
    if (plan.problems().isEmpty()) {
      TunnelPlan.vxlanDevices().stream()
          .filter(device -> !needed.contains(device))
          .forEach(device -> attempt(device, () -> delete(device), problems));
    }
    if (plan.ipip().isEmpty()) {
      attempt(
          TunnelPlan.IPIP_DEVICE,
          () ->
              kernel
                  .links()
                  .find(TunnelPlan.IPIP_DEVICE)
                  .ifPresent(link -> addresses(link, List.of())),
          problems);
    }
    return problems;
  }

  private static void attempt(String device, Runnable action, List<String> problems) {
    try {
      action.run();
    } catch (KernelException e) {
      problems.add("tunnel %s: %s".formatted(device, e.getMessage()));
    }
  }

  private void delete(String device) {
    if (kernel.links().find(device).isPresent()) {
      kernel.links().delete(device);
    }
  }

  private void vxlan(VxlanTunnel tunnel) {
    Optional<Link> found = kernel.links().find(tunnel.device());
    if (found.isPresent() && !isUsable(found.get(), tunnel)) {
      kernel.links().delete(tunnel.device());
      found = Optional.empty();
    }
    if (found.isEmpty()) {
      kernel
          .links()
          .createVxlan(tunnel.device(), Optional.of(tunnel.mac()), tunnel.mtu(), tunnel.kind());
      found = kernel.links().find(tunnel.device());
    }
    Link link = found.orElseThrow(() -> gone(tunnel.device()));
    settle(link, tunnel.mtu(), List.of(host(tunnel.address())));
    neighbours(tunnel);
    forwarding(tunnel);
  }

  private static boolean isUsable(Link link, VxlanTunnel tunnel) {
    return link.kind().equals(tunnel.kind()) && link.mac().filter(tunnel.mac()::equals).isPresent();
  }

  private static KernelException gone(String device) {
    return new KernelException("find " + device, Errno.ENODEV);
  }

  /// The kernel makes `tunl0` itself when it has ipip; asking for it loads the module.
  private void ipip(IpipTunnel tunnel) {
    if (kernel.links().find(TunnelPlan.IPIP_DEVICE).isEmpty()) {
      try {
        kernel
            .links()
            .createIpip(
                TunnelPlan.IPIP_DEVICE, new Link.Kind.Ipip(Optional.empty(), Optional.empty()));
      } catch (KernelException e) {
        if (!e.errno().equals(Errno.EEXIST)) {
          throw e;
        }
      }
    }
    Link link =
        kernel.links().find(TunnelPlan.IPIP_DEVICE).orElseThrow(() -> gone(TunnelPlan.IPIP_DEVICE));
    settle(link, tunnel.mtu(), tunnel.address().stream().map(TunnelStep::host).toList());
  }

  private void settle(Link link, int mtu, List<InterfaceAddress> addresses) {
    if (link.mtu() != mtu) {
      kernel.links().setMtu(link.index(), mtu);
    }
    addresses(link, addresses);
    if (!link.isUp()) {
      kernel.links().setUp(link.index(), true);
    }
  }

  private static InterfaceAddress host(IpAddress address) {
    return new InterfaceAddress(address, address.family().bits());
  }

  private void addresses(Link link, List<InterfaceAddress> wanted) {
    List<InterfaceAddress> present =
        kernel.links().addresses().stream()
            .filter(found -> found.link() == link.index())
            .map(LinkAddress::address)
            .filter(found -> !found.address().isLinkLocal())
            .toList();
    wanted.stream()
        .filter(address -> !present.contains(address))
        .forEach(address -> kernel.links().addAddress(link.index(), address));
    present.stream()
        .filter(address -> !wanted.contains(address))
        .forEach(address -> kernel.links().removeAddress(link.index(), address));
  }

  private void neighbours(VxlanTunnel tunnel) {
    List<Neighbour> present = kernel.neighbours().neighbours(tunnel.device());
    List<IpAddress> wanted = tunnel.neighbours().stream().map(Neighbour::address).toList();
    tunnel.neighbours().stream()
        .filter(entry -> !present.contains(entry))
        .forEach(kernel.neighbours()::put);
    present.stream()
        .filter(entry -> !wanted.contains(entry.address()))
        .forEach(kernel.neighbours()::remove);
  }

  private void forwarding(VxlanTunnel tunnel) {
    List<ForwardingEntry> present = kernel.neighbours().forwarding(tunnel.device());
    var wanted = tunnel.forwarding().stream().map(ForwardingEntry::mac).toList();
    tunnel.forwarding().stream()
        .filter(entry -> !present.contains(entry))
        .forEach(kernel.neighbours()::put);
    present.stream()
        .filter(entry -> !wanted.contains(entry.mac()))
        .forEach(kernel.neighbours()::remove);
  }
}

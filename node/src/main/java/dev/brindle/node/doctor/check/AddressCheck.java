// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.node.address.Autodetection;
import dev.brindle.node.address.HostInterface;
import dev.brindle.node.address.NodeAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Whether the node's addresses are ones that it can be reached at.
public final class AddressCheck {

  private AddressCheck() {}

  /// @param name of the node
  /// @param chosen what the daemon chooses, or would
  /// @param interfaces that are up
  /// @param nodes all there are
  public record Facts(
      String name,
      Map<IpFamily, NodeAddress> chosen,
      List<HostInterface> interfaces,
      List<CalicoNode> nodes,
      List<IpPool> pools) {

    public Facts {
      chosen = Map.copyOf(chosen);
      interfaces = List.copyOf(interfaces);
      nodes = List.copyOf(nodes);
      pools = List.copyOf(pools);
    }
  }

  public static List<Finding> of(Facts facts) {
    List<Finding> found = new ArrayList<>();
    List<String> well = new ArrayList<>();
    new TreeMap<>(facts.chosen())
        .forEach(
            (family, chosen) -> {
              if (!chosen.isFound()) {
                found.add(Symptom.ADDRESS_NONE.at(chosen.reason()));
              }
              chosen
                  .address()
                  .ifPresent(
                      address -> {
                        well.add("%s %s (%s)".formatted(family, address, chosen.reason()));
                        ofOne(address, facts, found);
                      });
            });
    return Finding.orOk(
        found, Check.ADDRESS, well.isEmpty() ? "none is wanted" : String.join(", ", well));
  }

  private static void ofOne(InterfaceAddress address, Facts facts, List<Finding> found) {
    IpAddress plain = address.address();
    Optional<HostInterface> device =
        facts.interfaces().stream()
            .filter(each -> each.addresses().stream().anyMatch(own -> own.address().equals(plain)))
            .findFirst();
    if (device.isEmpty()) {
      found.add(Symptom.ADDRESS_NOT_HERE.at("%s is on no interface that is up".formatted(plain)));
    } else if (Autodetection.isForeign(device.get().name())) {
      found.add(
          Symptom.ADDRESS_OF_CONTAINERS.at("%s is on %s".formatted(plain, device.get().name())));
    } else if (Autodetection.isVirtual(device.get(), plain)) {
      found.add(
          Symptom.ADDRESS_VIRTUAL.at(
              "%s on %s has no subnet, and no route leads out by it"
                  .formatted(plain, device.get().name())));
    }
    facts.pools().stream()
        .filter(pool -> pool.spec().cidr().contains(plain))
        .forEach(
            pool ->
                found.add(
                    Symptom.ADDRESS_IN_POOL.at(
                        "%s is inside of pool %s %s"
                            .formatted(plain, pool.metadata().name(), pool.spec().cidr()))));
    facts.nodes().stream()
        .filter(node -> !node.metadata().name().equals(facts.name()))
        .filter(node -> addresses(node).contains(plain))
        .forEach(
            node ->
                found.add(
                    Symptom.ADDRESS_TWICE.at(
                        "%s is also that of node %s".formatted(plain, node.metadata().name()))));
  }

  /// What others reach a node at.
  public static List<IpAddress> addresses(CalicoNode node) {
    return node.spec().bgp().stream()
        .flatMap(bgp -> Stream.of(bgp.ipv4Address(), bgp.ipv6Address()))
        .flatMap(Optional::stream)
        .map(InterfaceAddress::address)
        .toList();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.cni.protocol.CniConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where pods get their addresses from.
public interface PodAddresses {

  /// Books one address of each wanted family, or the very ones that are wanted; all or none.
  ///
  /// @throws dev.brindle.cni.protocol.CniException if there is no address to be had; says why
  List<IpAddress> assign(Wish wish);

  /// Gives back all that was booked under the handle. It is no error if there is nothing.
  ///
  /// @return whether there was something
  boolean release(String handle);

  /// What is booked under a handle.
  List<Held> held(String handle);

  /// Gives back some of what is booked under a handle, and leaves the rest.
  void release(String handle, Set<IpAddress> some);

  /// What anything on this node has booked.
  Set<Booking> bookings();

  /// Why no pod of this node could get an address of a network now, whatever it asks for; empty if
  /// one could, or if that is not known without effort.
  Optional<String> shortage(CniConfig.Ipam ipam);

  /// @param block that the address is from
  /// @param owner the notes that were given with the wish
  record Held(IpAddress address, Cidr block, Map<String, String> owner) {

    public Held {
      owner = Map.copyOf(owner);
    }
  }

  /// @param owner the notes that were given with the wish
  record Booking(String handle, Map<String, String> owner) {

    public Booking {
      owner = Map.copyOf(owner);
    }
  }

  /// What a pod wants.
  ///
  /// @param handle what the addresses are booked under
  /// @param owner notes for people: pod, namespace, node, timestamp
  /// @param namespace of the pod
  /// @param ipv4Pools names or CIDRs; empty for any
  /// @param poolsFrom for people: who names the pools, of each family
  /// @param namespaceLabels of the pod's namespace
  /// @param exact these very addresses and no others
  record Wish(
      String handle,
      Map<String, String> owner,
      String namespace,
      boolean ipv4,
      boolean ipv6,
      List<String> ipv4Pools,
      List<String> ipv6Pools,
      Map<IpFamily, String> poolsFrom,
      Map<String, String> namespaceLabels,
      List<IpAddress> exact) {

    public Wish {
      owner = Map.copyOf(owner);
      ipv4Pools = List.copyOf(ipv4Pools);
      ipv6Pools = List.copyOf(ipv6Pools);
      poolsFrom = Map.copyOf(poolsFrom);
      namespaceLabels = Map.copyOf(namespaceLabels);
      exact = List.copyOf(exact);
    }
  }
}

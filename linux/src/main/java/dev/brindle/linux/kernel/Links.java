// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.LinkAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Network interfaces and their addresses.
public interface Links {

  List<Link> list();

  Optional<Link> find(String name);

  /// All addresses of all interfaces, in the kernel's order.
  List<LinkAddress> addresses();

  /// Makes a pair whose other end is born inside another namespace under its last name, at once.
  ///
  /// @param peerNamespace path such as `/run/netns/pod1` or `/proc/123/ns/net`
  /// @param group device group (IFLA_GROUP), by which many can be deleted at once
  /// @throws KernelException EEXIST if either name is taken
  void createVeth(
      String name,
      Optional<MacAddress> mac,
      int mtu,
      int group,
      String peerName,
      Optional<MacAddress> peerMac,
      String peerNamespace);

  /// Makes a VXLAN interface, down.
  void createVxlan(String name, Optional<MacAddress> mac, int mtu, Link.Kind.Vxlan vxlan);

  /// Makes an IPIP interface, down. `tunl0` cannot be made: it appears in a namespace of a kernel
  /// that
  /// has ipip.
  ///
  /// @throws KernelException EOPNOTSUPP if the kernel has no ipip
  void createIpip(String name, Link.Kind.Ipip ipip);

  /// Makes an interface that what comes in elsewhere can be sent through, down.
  ///
  /// @throws KernelException EOPNOTSUPP if the kernel has no ifb
  void createIfb(String name, int mtu);

  void setUp(int index, boolean up);

  void setMtu(int index, int mtu);

  void setMac(int index, MacAddress mac);

  /// It is no error if the address is there already. IPv6 addresses skip duplicate address
  /// detection.
  void addAddress(int index, InterfaceAddress address);

  /// It is no error if the address is gone.
  void removeAddress(int index, InterfaceAddress address);

  /// It is no error if the interface is gone. Takes some 20 ms (the kernel waits for readers).
  void delete(String name);

  /// Deletes all in little more time than one takes. Those that are gone are no error.
  void deleteAll(Collection<String> names);

  /// Tells of every interface that appears, changes or goes from now on. A listener must return
  /// soon.
  /// If the kernel had to drop news, `LinkNews.Lost` says so and the listener lists anew.
  AutoCloseable watch(Consumer<LinkNews> listener);

  /// What happens to interfaces.
  sealed interface LinkNews {

    record Changed(Link link) implements LinkNews {}

    record Gone(int index, String name) implements LinkNews {}

    record AddressesChanged(int index) implements LinkNews {}

    record Lost() implements LinkNews {}
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.model;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import java.util.Optional;

/// A network interface.
///
/// @param index given by the kernel, from 1; 0 in a wish
/// @param mac absent for interfaces that have none, such as tunnels
/// @param isUp administratively (IFF_UP)
/// @param hasCarrier operationally (IFF_LOWER_UP)
/// @param kind what it is
public record Link(
    int index,
    String name,
    Optional<MacAddress> mac,
    int mtu,
    boolean isUp,
    boolean hasCarrier,
    Kind kind) {

  /// What an interface is, and what belongs to that.
  public sealed interface Kind {

    /// One end of a pair.
    record Veth() implements Kind {}

    /// @param vni network identifier, 0 to 16,777,215
    /// @param local source address of the outer packets
    /// @param underlay index of the interface that the outer packets leave by; 0 for any
    /// @param port UDP port, both sides
    /// @param learning whether it learns forwarding entries from traffic
    record Vxlan(int vni, Optional<IpAddress> local, int underlay, int port, boolean learning)
        implements Kind {}

    /// `tunl0` and its like.
    record Ipip(Optional<IpAddress> local, Optional<IpAddress> remote) implements Kind {}

    /// What is sent out by it comes in again where it came from, later if it had to wait.
    record Ifb() implements Kind {}

    /// @param name `IFLA_INFO_KIND`, empty for hardware and for `lo`
    record Other(String name) implements Kind {}
  }
}

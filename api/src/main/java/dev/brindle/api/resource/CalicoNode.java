// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A node of the cluster, Calico's view of it.
///
/// @param status public keys of its Wireguard and networks of its pods, kept as they are
public record CalicoNode(Metadata metadata, Spec spec, Map<String, Object> status)
    implements Resource {

  public CalicoNode {
    spec = Absent.or(spec, Spec.EMPTY);
    status = Absent.asEmpty(status);
  }

  /// One that has no status.
  public CalicoNode(Metadata metadata, Spec spec) {
    this(metadata, spec, Map.of());
  }

  /// The networks that Kubernetes gave the node for its pods. What is no network is passed over.
  public List<Cidr> podCidrs() {
    return status.getOrDefault("podCIDRs", List.of()) instanceof List<?> list
        ? list.stream().flatMap(each -> Cidr.tryParse(String.valueOf(each)).stream()).toList()
        : List.of();
  }

  @Override
  public CalicoNode withMetadata(Metadata changed) {
    return new CalicoNode(changed, spec, status);
  }

  /// @param ipv4VXLANTunnelAddr address of `vxlan.calico`
  /// @param vxlanTunnelMACAddr empty for the one made from the node's name
  public record Spec(
      Optional<Bgp> bgp,
      Optional<IpAddress> ipv4VXLANTunnelAddr,
      String vxlanTunnelMACAddr,
      Optional<IpAddress> ipv6VXLANTunnelAddr,
      String vxlanTunnelMACAddrV6,
      List<OrchRef> orchRefs,
      Optional<Wireguard> wireguard,
      List<Address> addresses,
      List<Interface> interfaces) {

    public static final Spec EMPTY =
        new Spec(
            Optional.empty(),
            Optional.empty(),
            "",
            Optional.empty(),
            "",
            List.of(),
            Optional.empty(),
            List.of(),
            List.of());

    /// One without Wireguard.
    public Spec(
        Optional<Bgp> bgp,
        Optional<IpAddress> ipv4VXLANTunnelAddr,
        String vxlanTunnelMACAddr,
        Optional<IpAddress> ipv6VXLANTunnelAddr,
        String vxlanTunnelMACAddrV6,
        List<OrchRef> orchRefs,
        List<Address> addresses,
        List<Interface> interfaces) {
      this(
          bgp,
          ipv4VXLANTunnelAddr,
          vxlanTunnelMACAddr,
          ipv6VXLANTunnelAddr,
          vxlanTunnelMACAddrV6,
          orchRefs,
          Optional.empty(),
          addresses,
          interfaces);
    }

    public Spec {
      bgp = Absent.asEmpty(bgp);
      ipv4VXLANTunnelAddr = Absent.asEmpty(ipv4VXLANTunnelAddr);
      vxlanTunnelMACAddr = Absent.asEmpty(vxlanTunnelMACAddr);
      ipv6VXLANTunnelAddr = Absent.asEmpty(ipv6VXLANTunnelAddr);
      vxlanTunnelMACAddrV6 = Absent.asEmpty(vxlanTunnelMACAddrV6);
      orchRefs = Absent.asEmpty(orchRefs);
      wireguard = Absent.asEmpty(wireguard);
      addresses = Absent.asEmpty(addresses);
      interfaces = Absent.asEmpty(interfaces);
    }
  }

  /// How the node takes part in BGP.
  ///
  /// @param asNumber empty for the cluster's
  /// @param ipv4Address the node's address with the length of its subnet
  public record Bgp(
      Optional<AsNumber> asNumber,
      Optional<InterfaceAddress> ipv4Address,
      Optional<InterfaceAddress> ipv6Address,
      Optional<IpAddress> ipv4IPIPTunnelAddr,
      String routeReflectorClusterID) {

    public Bgp {
      asNumber = Absent.asEmpty(asNumber);
      ipv4Address = Absent.asEmpty(ipv4Address);
      ipv6Address = Absent.asEmpty(ipv6Address);
      ipv4IPIPTunnelAddr = Absent.asEmpty(ipv4IPIPTunnelAddr);
      routeReflectorClusterID = Absent.asEmpty(routeReflectorClusterID);
    }

    public boolean isEmpty() {
      return asNumber.isEmpty()
          && ipv4Address.isEmpty()
          && ipv6Address.isEmpty()
          && ipv4IPIPTunnelAddr.isEmpty()
          && routeReflectorClusterID.isEmpty();
    }
  }

  /// Addresses of the node's Wireguard interfaces.
  public record Wireguard(
      Optional<IpAddress> interfaceIPv4Address, Optional<IpAddress> interfaceIPv6Address) {

    public Wireguard {
      interfaceIPv4Address = Absent.asEmpty(interfaceIPv4Address);
      interfaceIPv6Address = Absent.asEmpty(interfaceIPv6Address);
    }

    public boolean isEmpty() {
      return interfaceIPv4Address.isEmpty() && interfaceIPv6Address.isEmpty();
    }
  }

  /// What another system calls the node.
  public record OrchRef(String nodeName, String orchestrator) {

    public OrchRef {
      nodeName = Absent.asEmpty(nodeName);
      orchestrator = Absent.asEmpty(orchestrator);
    }
  }

  /// @param type CalicoNodeIP, InternalIP or ExternalIP; may be empty
  public record Address(String address, String type) {

    public Address {
      address = Absent.asEmpty(address);
      type = Absent.asEmpty(type);
    }
  }

  /// A network interface of the node and its plain addresses.
  public record Interface(String name, List<String> addresses) {

    public Interface {
      name = Absent.asEmpty(name);
      addresses = Absent.asEmpty(addresses);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.MacAddress;
import dev.brindle.api.resource.CalicoNode;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Nodes.
final class NodeCheck {

  private static final int KEY_LENGTH = 32;

  private static final List<String> ADDRESS_TYPES =
      List.of("CalicoNodeIP", "InternalIP", "ExternalIP");

  private NodeCheck() {}

  static void check(CalicoNode node, Findings findings) {
    CalicoNode.Spec spec = node.spec();
    spec.bgp().ifPresent(bgp -> checkBgp(bgp, findings));
    spec.wireguard().ifPresent(wireguard -> checkWireguard(wireguard, findings));
    family("spec.ipv4VXLANTunnelAddr", spec.ipv4VXLANTunnelAddr(), IpFamily.IPV4, findings);
    family("spec.ipv6VXLANTunnelAddr", spec.ipv6VXLANTunnelAddr(), IpFamily.IPV6, findings);
    mac("spec.vxlanTunnelMACAddr", spec.vxlanTunnelMACAddr(), findings);
    mac("spec.vxlanTunnelMACAddrV6", spec.vxlanTunnelMACAddrV6(), findings);
    checkAddresses(spec.addresses(), findings);
    checkInterfaces(spec.interfaces(), findings);
    for (String key : List.of("wireguardPublicKey", "wireguardPublicKeyV6")) {
      findings.require(
          isPublicKey(node.status().getOrDefault(key, "")),
          "status." + key,
          node.status().getOrDefault(key, ""),
          "must be 32 bytes in base64");
    }
  }

  private static boolean isPublicKey(Object value) {
    if (!(value instanceof String text)) {
      return false;
    }
    try {
      return text.isEmpty() || Base64.getDecoder().decode(text).length == KEY_LENGTH;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static void checkBgp(CalicoNode.Bgp bgp, Findings findings) {
    findings.require(
        !bgp.isEmpty(), "spec.bgp", "{}", "must have at least one field, or be absent");
    family(
        "spec.bgp.ipv4Address",
        bgp.ipv4Address().map(InterfaceAddress::address),
        IpFamily.IPV4,
        findings);
    family(
        "spec.bgp.ipv6Address",
        bgp.ipv6Address().map(InterfaceAddress::address),
        IpFamily.IPV6,
        findings);
    family("spec.bgp.ipv4IPIPTunnelAddr", bgp.ipv4IPIPTunnelAddr(), IpFamily.IPV4, findings);
    String cluster = bgp.routeReflectorClusterID();
    findings.require(
        cluster.isEmpty() || IpAddress.tryParse(cluster).filter(IpAddress::isIpv4).isPresent(),
        "spec.bgp.routeReflectorClusterID",
        cluster,
        "must be written like an IPv4 address");
  }

  private static void checkWireguard(CalicoNode.Wireguard wireguard, Findings findings) {
    findings.require(
        !wireguard.isEmpty(), "spec.wireguard", "{}", "must have at least one field, or be absent");
    family(
        "spec.wireguard.interfaceIPv4Address",
        wireguard.interfaceIPv4Address(),
        IpFamily.IPV4,
        findings);
    family(
        "spec.wireguard.interfaceIPv6Address",
        wireguard.interfaceIPv6Address(),
        IpFamily.IPV6,
        findings);
  }

  private static void family(
      String field, Optional<IpAddress> address, IpFamily family, Findings findings) {
    address.ifPresent(
        found ->
            findings.require(
                found.family() == family, field, found, "must be an " + family + " address"));
  }

  private static void mac(String field, String text, Findings findings) {
    if (text.isEmpty()) {
      return;
    }
    try {
      MacAddress.parse(text);
    } catch (IllegalArgumentException e) {
      findings.reject(field, text, "must be a MAC address");
    }
  }

  private static void checkAddresses(List<CalicoNode.Address> addresses, Findings findings) {
    for (int i = 0; i < addresses.size(); i++) {
      CalicoNode.Address address = addresses.get(i);
      String field = "spec.addresses[" + i + "]";
      findings.require(
          InterfaceAddress.tryParse(address.address()).isPresent(),
          field + ".address",
          address.address(),
          "must be an IP address or CIDR");
      findings.oneOf(field + ".type", address.type(), ADDRESS_TYPES);
    }
  }

  private static void checkInterfaces(List<CalicoNode.Interface> interfaces, Findings findings) {
    for (int i = 0; i < interfaces.size(); i++) {
      CalicoNode.Interface found = interfaces.get(i);
      String field = "spec.interfaces[" + i + "]";
      findings.require(
          Names.isInterface(found.name()),
          field + ".name",
          found.name(),
          "must be the name of an interface");
      for (String address : found.addresses()) {
        findings.require(
            InterfaceAddress.tryParse(address).isPresent(),
            field + ".addresses",
            address,
            "must be an IP address or CIDR");
      }
    }
  }
}

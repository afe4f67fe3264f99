// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.setup;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Metadata;
import dev.brindle.node.address.Autodetection;
import dev.brindle.node.address.HostInterface;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What the Node resource of this node should say.
///
/// @param as empty to leave what is there
/// @param ipv4 empty to leave none
/// @param kubernetesName what Kubernetes calls the node; empty to leave what is there
public record NodePlan(
    String name,
    Optional<AsNumber> as,
    Optional<InterfaceAddress> ipv4,
    Optional<InterfaceAddress> ipv6,
    List<CalicoNode.Interface> interfaces,
    String kubernetesName) {

  private static final String OWN_TYPE = "CalicoNodeIP";

  public NodePlan {
    interfaces = List.copyOf(interfaces);
  }

  /// The resource as it should be; all that is not ours to say stays as it is.
  ///
  /// @param stored what is there now
  public CalicoNode applyTo(Optional<CalicoNode> stored) {
    CalicoNode base = stored.orElseGet(() -> new CalicoNode(Metadata.named(name), emptySpec()));
    CalicoNode.Spec old = base.spec();
    Optional<CalicoNode.Bgp> oldBgp = old.bgp();
    var bgp =
        new CalicoNode.Bgp(
            as.or(() -> oldBgp.flatMap(CalicoNode.Bgp::asNumber)),
            ipv4,
            ipv6,
            oldBgp.flatMap(CalicoNode.Bgp::ipv4IPIPTunnelAddr),
            oldBgp.map(CalicoNode.Bgp::routeReflectorClusterID).orElse(""));
    return new CalicoNode(
        base.metadata(),
        new CalicoNode.Spec(
            bgp.isEmpty() ? Optional.empty() : Optional.of(bgp),
            old.ipv4VXLANTunnelAddr(),
            old.vxlanTunnelMACAddr(),
            old.ipv6VXLANTunnelAddr(),
            old.vxlanTunnelMACAddrV6(),
            orchRefs(old),
            old.wireguard(),
            addresses(old),
            interfaces),
        base.status());
  }

  private static CalicoNode.Spec emptySpec() {
    return new CalicoNode.Spec(
        Optional.empty(),
        Optional.empty(),
        "",
        Optional.empty(),
        "",
        List.of(),
        List.of(),
        List.of());
  }

  private List<CalicoNode.OrchRef> orchRefs(CalicoNode.Spec old) {
    return kubernetesName.isEmpty()
        ? old.orchRefs()
        : List.of(new CalicoNode.OrchRef(kubernetesName, "k8s"));
  }

  /// Kubernetes' own, such as an InternalIP, stay.
  private List<CalicoNode.Address> addresses(CalicoNode.Spec old) {
    return Stream.concat(
            Stream.of(ipv4, ipv6)
                .flatMap(Optional::stream)
                .map(address -> new CalicoNode.Address(address.toString(), OWN_TYPE)),
            old.addresses().stream().filter(address -> !address.type().equals(OWN_TYPE)))
        .toList();
  }

  /// Another node that says it has one of our addresses.
  public Optional<String> conflict(Collection<CalicoNode> nodes) {
    return nodes.stream()
        .filter(node -> !node.metadata().name().equals(name))
        .flatMap(
            node ->
                Stream.of(ipv4, ipv6)
                    .flatMap(Optional::stream)
                    .filter(ours -> hasAddress(node, ours.address()))
                    .map(
                        ours ->
                            "node '%s' has address %s already: give one of the two another"
                                .formatted(node.metadata().name(), ours.address())))
        .findFirst();
  }

  private static boolean hasAddress(CalicoNode node, IpAddress address) {
    return node.spec().bgp().stream()
        .flatMap(bgp -> Stream.of(bgp.ipv4Address(), bgp.ipv6Address()))
        .flatMap(Optional::stream)
        .anyMatch(theirs -> theirs.address().equals(address));
  }

  /// The node's own interfaces and their plain addresses, by name.
  ///
  /// @param families only addresses of these
  public static List<CalicoNode.Interface> interfaces(
      List<HostInterface> all, Collection<IpFamily> families) {
    return all.stream()
        .filter(each -> !Autodetection.isForeign(each.name()))
        .map(each -> new CalicoNode.Interface(each.name(), texts(each, families)))
        .filter(each -> !each.addresses().isEmpty())
        .sorted(Comparator.comparing(CalicoNode.Interface::name))
        .toList();
  }

  private static List<String> texts(HostInterface each, Collection<IpFamily> families) {
    return each.addresses().stream()
        .map(InterfaceAddress::address)
        .filter(address -> families.contains(address.family()))
        .filter(IpAddress::isGlobalUnicast)
        .map(IpAddress::toString)
        .toList();
  }
}

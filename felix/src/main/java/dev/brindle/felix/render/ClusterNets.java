// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftSet;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// The sets that come from the cluster's pools and nodes rather than from policy; both families
/// mixed.
///
/// @param pools all but those for load balancers only
/// @param masqueraded pools with natOutgoing
/// @param hosts addresses of nodes, and external hosts that may send tunnel packets
/// @param vxlanHosts the same for VXLAN
public record ClusterNets(
    List<Cidr> pools, List<Cidr> masqueraded, List<Cidr> hosts, List<Cidr> vxlanHosts) {

  public static final ClusterNets NONE =
      new ClusterNets(List.of(), List.of(), List.of(), List.of());

  public ClusterNets {
    pools = List.copyOf(pools);
    masqueraded = List.copyOf(masqueraded);
    hosts = List.copyOf(hosts);
    vxlanHosts = List.copyOf(vxlanHosts);
  }

  List<NftSet> sets(IpFamily family) {
    return List.of(
        set(SetName.pools(family), family, pools),
        set(SetName.masqueradedPools(family), family, masqueraded),
        set(SetName.hosts(family), family, hosts),
        set(SetName.vxlanHosts(family), family, vxlanHosts));
  }

  private static NftSet set(String name, IpFamily family, Collection<Cidr> nets) {
    List<Cidr> ours = PrefixCover.of(nets.stream().filter(net -> net.family() == family).toList());
    return new NftSet(
        name,
        NftSet.Key.PREFIX,
        false,
        ours.stream().map(NftElement.Net::new).collect(Collectors.toUnmodifiableSet()));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.BgpFilter;
import dev.brindle.api.resource.BgpPeer;
import dev.brindle.api.resource.GlobalNetworkPolicy;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.Rule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The order in which Calico writes fields, where it is not the one of our records: what we store
/// is what Calico would have stored, byte for byte.
final class FieldOrder {

  private static final Map<Class<?>, String> ORDERS =
      Map.of(
          Metadata.class,
          "name generateName namespace uid resourceVersion creationTimestamp deletionTimestamp labels"
              + " annotations",
          Rule.class,
          "action ipVersion protocol icmp notProtocol notICMP source destination http metadata",
          NetworkPolicy.Spec.class,
          "tier order ingress egress selector types serviceAccountSelector performanceHints",
          GlobalNetworkPolicy.Spec.class,
          "tier order ingress egress selector types doNotTrack preDNAT applyOnForward"
              + " serviceAccountSelector namespaceSelector performanceHints",
          BgpConfiguration.Spec.class,
          "logSeverityScreen nodeToNodeMeshEnabled asNumber serviceLoadBalancerIPs"
              + " serviceExternalIPs serviceClusterIPs",
          BgpFilter.Rule.class,
          "cidr prefixLength source interface matchOperator",
          BgpPeer.Spec.class,
          "node nodeSelector peerIP asNumber localASNumber peerSelector keepOriginalNextHop"
              + " nextHopMode password sourceAddress maxRestartTime keepaliveTime"
              + " numAllowedLocalASNumbers ttlSecurity reachableBy filters localWorkloadSelector",
          IpPool.Spec.class,
          "cidr vxlanMode ipipMode",
          IpamConfig.Spec.class,
          "strictAffinity maxBlocksPerHost autoAllocateBlocks");

  private FieldOrder() {}

  /// @return null for the order of the record
  static String @Nullable [] of(Class<?> type) {
    String order = ORDERS.get(type);
    return order == null ? null : order.split(" ");
  }
}

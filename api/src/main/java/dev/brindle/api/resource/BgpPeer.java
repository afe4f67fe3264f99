// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import dev.brindle.api.net.AsNumber;
import java.util.List;
import java.util.Optional;

/// Whom nodes peer with besides each other.
public record BgpPeer(Metadata metadata, Spec spec) implements Resource {

  @Override
  public BgpPeer withMetadata(Metadata changed) {
    return new BgpPeer(changed, spec);
  }

  /// @param node one node; with `nodeSelector` also empty: every node
  /// @param peerIP `192.0.2.1`, `192.0.2.1:1790` or `[2001:db8::1]:1790`
  /// @param peerSelector nodes as peers, in place of `peerIP`
  /// @param nextHopMode Auto, Self or Keep
  /// @param sourceAddress UseNodeIP or None
  /// @param maxRestartTime a duration such as `120s`
  /// @param ttlSecurity hops to the peer; absent or 0: off
  public record Spec(
      String node,
      String nodeSelector,
      String peerIP,
      Optional<AsNumber> asNumber,
      Optional<AsNumber> localASNumber,
      Optional<Integer> numAllowedLocalASNumbers,
      String peerSelector,
      String localWorkloadSelector,
      boolean keepOriginalNextHop,
      String nextHopMode,
      Optional<SecretPassword> password,
      String sourceAddress,
      String maxRestartTime,
      String keepaliveTime,
      Optional<Integer> ttlSecurity,
      String reachableBy,
      List<String> filters,
      String reversePeering) {

    public Spec {
      node = Absent.asEmpty(node);
      nodeSelector = Absent.asEmpty(nodeSelector);
      peerIP = Absent.asEmpty(peerIP);
      asNumber = Absent.asEmpty(asNumber);
      localASNumber = Absent.asEmpty(localASNumber);
      numAllowedLocalASNumbers = Absent.asEmpty(numAllowedLocalASNumbers);
      peerSelector = Absent.asEmpty(peerSelector);
      localWorkloadSelector = Absent.asEmpty(localWorkloadSelector);
      nextHopMode = Absent.asEmpty(nextHopMode);
      password = Absent.asEmpty(password);
      sourceAddress = Absent.asEmpty(sourceAddress);
      maxRestartTime = Absent.asEmpty(maxRestartTime);
      keepaliveTime = Absent.asEmpty(keepaliveTime);
      ttlSecurity = Absent.asEmpty(ttlSecurity);
      reachableBy = Absent.asEmpty(reachableBy);
      filters = Absent.asEmpty(filters);
      reversePeering = Absent.asEmpty(reversePeering);
    }
  }
}

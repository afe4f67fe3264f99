// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BgpPeer;
import java.util.List;
import java.util.Optional;

/// Peers outside the mesh.
final class BgpPeerCheck {

  private static final int MAX_TTL = 255;

  private BgpPeerCheck() {}

  static void check(BgpPeer peer, Findings findings) {
    BgpPeer.Spec spec = peer.spec();
    checkWho(spec, findings);
    checkWhom(spec, findings);
    findings.oneOf("spec.nextHopMode", spec.nextHopMode(), List.of("Auto", "Self", "Keep"));
    findings.require(
        !spec.keepOriginalNextHop() || spec.nextHopMode().isEmpty(),
        "spec.nextHopMode",
        spec.nextHopMode(),
        "cannot be combined with keepOriginalNextHop");
    findings.oneOf("spec.sourceAddress", spec.sourceAddress(), List.of("UseNodeIP", "None"));
    findings.oneOf("spec.reversePeering", spec.reversePeering(), List.of("Auto", "Manual"));
    Durations.check("spec.maxRestartTime", spec.maxRestartTime(), findings);
    Durations.check("spec.keepaliveTime", spec.keepaliveTime(), findings);
    findings.inRange("spec.ttlSecurity", spec.ttlSecurity(), 0, MAX_TTL);
    findings.inRange(
        "spec.numAllowedLocalASNumbers", spec.numAllowedLocalASNumbers(), 0, Integer.MAX_VALUE);
    checkReachableBy(spec, findings);
  }

  private static void checkWho(BgpPeer.Spec spec, Findings findings) {
    SelectorCheck.check("spec.nodeSelector", spec.nodeSelector(), findings);
    findings.require(
        spec.node().isEmpty() || Names.isSubdomain(spec.node()),
        "spec.node",
        spec.node(),
        "must be the name of a node");
    for (String filter : spec.filters()) {
      findings.require(
          Names.isSubdomain(filter), "spec.filters", filter, "must be the name of a BGPFilter");
    }
    exclusive("spec.nodeSelector", spec.nodeSelector(), "node", spec.node(), findings);
  }

  private static void checkWhom(BgpPeer.Spec spec, Findings findings) {
    SelectorCheck.check("spec.peerSelector", spec.peerSelector(), findings);
    SelectorCheck.check("spec.localWorkloadSelector", spec.localWorkloadSelector(), findings);
    exclusive("spec.peerSelector", spec.peerSelector(), "peerIP", spec.peerIP(), findings);
    String workloads = spec.localWorkloadSelector();
    exclusive("spec.localWorkloadSelector", workloads, "peerIP", spec.peerIP(), findings);
    exclusive(
        "spec.localWorkloadSelector", workloads, "peerSelector", spec.peerSelector(), findings);
    findings.require(
        spec.peerSelector().isEmpty() || spec.asNumber().isEmpty(),
        "spec.asNumber",
        spec.asNumber().map(Object::toString).orElse(""),
        "cannot be combined with peerSelector: each node has its own");
    findings.require(
        workloads.isEmpty() || spec.asNumber().isPresent(),
        "spec.asNumber",
        "",
        "localWorkloadSelector needs the AS number of the workloads");
    findings.require(
        spec.peerIP().isEmpty() || PeerAddress.tryParse(spec.peerIP()).isPresent(),
        "spec.peerIP",
        spec.peerIP(),
        "must be an address, v4:port or [v6]:port, with a port in 1..65535");
  }

  private static void exclusive(
      String field, String value, String other, String otherValue, Findings findings) {
    findings.require(
        value.isEmpty() || otherValue.isEmpty(), field, value, "cannot be combined with " + other);
  }

  private static void checkReachableBy(BgpPeer.Spec spec, Findings findings) {
    if (spec.reachableBy().isEmpty()) {
      return;
    }
    Optional<IpAddress> gateway = IpAddress.tryParse(spec.reachableBy());
    Optional<IpAddress> peer = PeerAddress.tryParse(spec.peerIP()).map(PeerAddress::address);
    findings.require(
        gateway.isPresent() && peer.map(IpAddress::family).equals(gateway.map(IpAddress::family)),
        "spec.reachableBy",
        spec.reachableBy(),
        "must be an address of the family of peerIP");
  }
}

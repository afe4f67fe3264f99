// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BgpPeer;
import dev.brindle.api.resource.ResourceKind;
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
    choice("nextHopMode", spec.nextHopMode(), findings);
    findings
        .ofSpec()
        .require(
            !spec.keepOriginalNextHop() || spec.nextHopMode().isEmpty(),
            "keepOriginalNextHop and nextHopMode cannot both be set; keepOriginalNextHop is deprecated,"
                + " use nextHopMode instead",
            "spec.nextHopMode",
            spec.nextHopMode(),
            "cannot be combined with keepOriginalNextHop");
    findings.oneOf("spec.sourceAddress", spec.sourceAddress(), List.of("UseNodeIP", "None"));
    choice("reversePeering", spec.reversePeering(), findings);
    Durations.check("spec.maxRestartTime", spec.maxRestartTime(), findings);
    Durations.check("spec.keepaliveTime", spec.keepaliveTime(), findings);
    findings.inRange("spec.ttlSecurity", spec.ttlSecurity(), 0, MAX_TTL);
    findings.inRange(
        "spec.numAllowedLocalASNumbers", spec.numAllowedLocalASNumbers(), 0, Integer.MAX_VALUE);
    checkReachableBy(spec, findings);
  }

  private static void choice(String field, String value, Findings findings) {
    findings.oneOf("spec." + field, value, TextChoices.words(ResourceKind.BGP_PEER, field));
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
    findings
        .ofSpec()
        .require(
            spec.nodeSelector().isEmpty() || spec.node().isEmpty(),
            "node and nodeSelector cannot both be set",
            "spec.nodeSelector",
            spec.nodeSelector(),
            "cannot be combined with node");
  }

  private static void checkWhom(BgpPeer.Spec spec, Findings findings) {
    SelectorCheck.check("spec.peerSelector", spec.peerSelector(), findings);
    SelectorCheck.check("spec.localWorkloadSelector", spec.localWorkloadSelector(), findings);
    boolean hasNumber = spec.asNumber().filter(number -> number.value() != 0).isPresent();
    Findings.Part ofSpec = findings.ofSpec();
    ofSpec.require(
        spec.peerSelector().isEmpty() || spec.peerIP().isEmpty(),
        "peerIP and peerSelector cannot both be set",
        "spec.peerSelector",
        spec.peerSelector(),
        "cannot be combined with peerIP");
    ofSpec.require(
        spec.peerSelector().isEmpty() || !hasNumber,
        "asNumber must be empty when peerSelector is set",
        "spec.asNumber",
        spec.asNumber().map(Object::toString).orElse(""),
        "cannot be combined with peerSelector: each node has its own");
    if (!spec.localWorkloadSelector().isEmpty()) {
      checkWorkloads(spec, hasNumber, ofSpec);
    }
    findings.require(
        spec.peerIP().isEmpty() || PeerAddress.tryParse(spec.peerIP()).isPresent(),
        "spec.peerIP",
        spec.peerIP(),
        "must be an address, v4:port or [v6]:port, with a port in 1..65535");
  }

  private static void checkWorkloads(BgpPeer.Spec spec, boolean hasNumber, Findings.Part ofSpec) {
    ofSpec.require(
        spec.peerIP().isEmpty(),
        "peerIP must be empty when localWorkloadSelector is set",
        "spec.localWorkloadSelector",
        spec.localWorkloadSelector(),
        "cannot be combined with peerIP");
    ofSpec.require(
        spec.peerSelector().isEmpty(),
        "peerSelector must be empty when localWorkloadSelector is set",
        "spec.localWorkloadSelector",
        spec.localWorkloadSelector(),
        "cannot be combined with peerSelector");
    ofSpec.require(
        hasNumber,
        "asNumber is required when localWorkloadSelector is set",
        "spec.asNumber",
        spec.asNumber().map(Object::toString).orElse(""),
        "localWorkloadSelector needs the AS number of the workloads");
  }

  private static void checkReachableBy(BgpPeer.Spec spec, Findings findings) {
    if (spec.reachableBy().isEmpty()) {
      return;
    }
    findings
        .ofSpec()
        .require(
            !spec.peerIP().isEmpty(),
            "reachableBy must be empty when peerIP is empty",
            "spec.reachableBy",
            spec.reachableBy(),
            "is the gateway to peerIP, and there is none");
    if (spec.peerIP().isEmpty()) {
      return;
    }
    Optional<IpAddress> gateway = IpAddress.tryParse(spec.reachableBy());
    Optional<IpAddress> peer = PeerAddress.tryParse(spec.peerIP()).map(PeerAddress::address);
    findings.require(
        gateway.isPresent(), "spec.reachableBy", spec.reachableBy(), "must be an address");
    findings.require(
        gateway.isEmpty() || peer.map(IpAddress::family).equals(gateway.map(IpAddress::family)),
        "spec.reachableBy",
        spec.reachableBy(),
        "ReachableBy and PeerIP address family mismatched");
  }
}

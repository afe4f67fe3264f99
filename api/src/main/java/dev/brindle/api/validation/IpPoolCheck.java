// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpPool.AllowedUse;
import java.util.List;

/// Pools on their own. What concerns other pools is in `PoolConflicts`.
final class IpPoolCheck {

  private static final List<Cidr> LINK_LOCAL =
      List.of(Cidr.parse("169.254.0.0/16"), Cidr.parse("fe80::/10"));
  private static final String TOO_SMALL =
      "IP pool size is too small for use with Calico IPAM. It must be equal to or greater than the"
          + " block size.";
  private static final String BLOCK_SIZES =
      "blockSize must be between 20 and 32 for IPv4 pools, and between 116 and 128 for IPv6 pools";
  private static final int MOST_USES = 10;

  private IpPoolCheck() {}

  static void check(IpPool pool, Findings findings) {
    IpPool.Spec spec = pool.spec();
    checkCidr(spec, findings);
    checkBlockSize(spec, findings);
    checkEncapsulation(spec, findings);
    checkSelector("nodeSelector", spec.nodeSelector(), findings);
    checkSelector("namespaceSelector", spec.namespaceSelector(), findings);
    findings.atMost("spec.allowedUses", spec.allowedUses(), MOST_USES);
    findings
        .ofSpec()
        .require(
            spec.namespaceSelector().isEmpty() || !spec.allowedUses().contains(AllowedUse.TUNNEL),
            "IP Pool with AllowedUse Tunnel cannot have namespaceSelector",
            "spec.namespaceSelector",
            spec.namespaceSelector(),
            "tunnel addresses have no namespace: allowedUses must not contain Tunnel");
    if (spec.allowedUses().contains(AllowedUse.LOAD_BALANCER)) {
      checkLoadBalancer(spec, findings);
    }
  }

  private static void checkSelector(String name, String selector, Findings findings) {
    String rule = "global() selector is not valid for IPPool " + name;
    SelectorCheck.checkWithoutGlobal("spec." + name, selector, findings.ofSpec(), rule);
  }

  private static void checkCidr(IpPool.Spec spec, Findings findings) {
    for (Cidr range : LINK_LOCAL) {
      findings
          .ofSpec()
          .require(
              !range.overlaps(spec.cidr()),
              "IPPool CIDR overlaps with %s link local range %s".formatted(range.family(), range),
              "spec.cidr",
              spec.cidr(),
              "overlaps with the link-local range " + range);
    }
    findings
        .ofSpec()
        .require(
            spec.disabled() || spec.cidr().length() <= spec.blockSize(),
            TOO_SMALL,
            "spec.cidr",
            spec.cidr(),
            "is smaller than one block of /" + spec.blockSize());
  }

  private static void checkBlockSize(IpPool.Spec spec, Findings findings) {
    int min = spec.cidr().family() == IpFamily.IPV4 ? 20 : 116;
    int max = spec.cidr().family() == IpFamily.IPV4 ? 32 : 128;
    findings
        .ofSpec()
        .require(
            min <= spec.blockSize() && spec.blockSize() <= max,
            BLOCK_SIZES,
            "spec.blockSize",
            spec.blockSize(),
            "an %s pool has blocks of /%d to /%d".formatted(spec.cidr().family(), min, max));
  }

  private static void checkEncapsulation(IpPool.Spec spec, Findings findings) {
    findings
        .ofSpec()
        .require(
            !(spec.ipipMode().isOn() && spec.vxlanMode().isOn()),
            "ipipMode and vxlanMode cannot both be enabled",
            "spec.vxlanMode",
            spec.vxlanMode(),
            "a pool has IPIP or VXLAN, not both: ipipMode is " + spec.ipipMode());
    findings
        .ofSpec()
        .require(
            !(spec.ipipMode().isOn() && spec.cidr().family() == IpFamily.IPV6),
            "IPIP is not supported on IPv6 pools",
            "spec.ipipMode",
            spec.ipipMode(),
            "IPIP carries IPv4 only; an IPv6 pool needs Never");
  }

  private static void checkLoadBalancer(IpPool.Spec spec, Findings findings) {
    Findings.Part ofSpec = findings.ofSpec();
    ofSpec.require(
        spec.allowedUses().stream().allMatch(use -> use == AllowedUse.LOAD_BALANCER),
        "LoadBalancer cannot be combined with Workload or Tunnel allowed uses",
        "spec.allowedUses",
        spec.allowedUses(),
        "LoadBalancer cannot be combined with another use");
    ofSpec.require(
        !spec.ipipMode().isOn() && !spec.vxlanMode().isOn(),
        "LoadBalancer IP pool cannot have IPIP or VXLAN enabled",
        "spec.allowedUses",
        spec.allowedUses(),
        "a LoadBalancer pool has no encapsulation");
    ofSpec.require(
        !spec.disableBGPExport(),
        "LoadBalancer IP pools cannot disable BGP export",
        "spec.disableBGPExport",
        true,
        "a LoadBalancer pool has to be exported");
    ofSpec.require(
        spec.nodeSelector().equals("all()"),
        "IP Pool with AllowedUse LoadBalancer must have nodeSelector set to all()",
        "spec.nodeSelector",
        spec.nodeSelector(),
        "a LoadBalancer pool belongs to no node: only all()");
  }
}

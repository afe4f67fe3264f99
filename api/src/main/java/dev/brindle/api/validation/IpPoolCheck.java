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
  private static final int MOST_USES = 10;

  private IpPoolCheck() {}

  static void check(IpPool pool, Findings findings) {
    IpPool.Spec spec = pool.spec();
    checkCidr(spec, findings);
    checkBlockSize(spec, findings);
    checkEncapsulation(spec, findings);
    SelectorCheck.checkWithoutGlobal("spec.nodeSelector", spec.nodeSelector(), findings);
    SelectorCheck.checkWithoutGlobal("spec.namespaceSelector", spec.namespaceSelector(), findings);
    findings.atMost("spec.allowedUses", spec.allowedUses(), MOST_USES);
    findings.require(
        spec.namespaceSelector().isEmpty() || !spec.allowedUses().contains(AllowedUse.TUNNEL),
        "spec.namespaceSelector",
        spec.namespaceSelector(),
        "tunnel addresses have no namespace: allowedUses must not contain Tunnel");
    if (spec.allowedUses().contains(AllowedUse.LOAD_BALANCER)) {
      checkLoadBalancer(spec, findings);
    }
  }

  private static void checkCidr(IpPool.Spec spec, Findings findings) {
    for (Cidr range : LINK_LOCAL) {
      findings.require(
          !range.overlaps(spec.cidr()),
          "spec.cidr",
          spec.cidr(),
          "overlaps with the link-local range " + range);
    }
    findings.requireOfSpec(
        spec.disabled() || spec.cidr().length() <= spec.blockSize(),
        TOO_SMALL,
        "spec.cidr",
        spec.cidr(),
        "is smaller than one block of /" + spec.blockSize());
  }

  private static void checkBlockSize(IpPool.Spec spec, Findings findings) {
    int min = spec.cidr().family() == IpFamily.IPV4 ? 20 : 116;
    int max = spec.cidr().family() == IpFamily.IPV4 ? 32 : 128;
    findings.require(
        min <= spec.blockSize() && spec.blockSize() <= max,
        "spec.blockSize",
        spec.blockSize(),
        "an %s pool has blocks of /%d to /%d".formatted(spec.cidr().family(), min, max));
  }

  private static void checkEncapsulation(IpPool.Spec spec, Findings findings) {
    findings.require(
        !(spec.ipipMode().isOn() && spec.vxlanMode().isOn()),
        "spec.vxlanMode",
        spec.vxlanMode(),
        "a pool has IPIP or VXLAN, not both: ipipMode is " + spec.ipipMode());
    findings.require(
        !(spec.ipipMode().isOn() && spec.cidr().family() == IpFamily.IPV6),
        "spec.ipipMode",
        spec.ipipMode(),
        "IPIP carries IPv4 only; an IPv6 pool needs Never");
  }

  private static void checkLoadBalancer(IpPool.Spec spec, Findings findings) {
    findings.require(
        spec.allowedUses().stream().allMatch(use -> use == AllowedUse.LOAD_BALANCER),
        "spec.allowedUses",
        spec.allowedUses(),
        "LoadBalancer cannot be combined with another use");
    findings.require(
        !spec.ipipMode().isOn() && !spec.vxlanMode().isOn(),
        "spec.allowedUses",
        spec.allowedUses(),
        "a LoadBalancer pool has no encapsulation");
    findings.require(
        !spec.disableBGPExport(),
        "spec.disableBGPExport",
        true,
        "a LoadBalancer pool has to be exported");
    findings.require(
        spec.nodeSelector().equals("all()"),
        "spec.nodeSelector",
        spec.nodeSelector(),
        "a LoadBalancer pool belongs to no node: only all()");
  }
}

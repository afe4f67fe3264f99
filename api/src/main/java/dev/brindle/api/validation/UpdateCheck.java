// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpPool.AllowedUse;
import dev.brindle.api.resource.Resource;
import java.util.List;

/// What may not change once it is stored.
public final class UpdateCheck {

  private UpdateCheck() {}

  /// @param before what is stored, of the same key as `after`
  public static List<Violation> of(Resource before, Resource after) {
    var findings = new Findings();
    if (before instanceof IpPool old && after instanceof IpPool changed) {
      checkPool(old.spec(), changed.spec(), findings);
    }
    return findings.all();
  }

  private static void checkPool(IpPool.Spec before, IpPool.Spec after, Findings findings) {
    findings.require(
        before.cidr().equals(after.cidr()),
        "spec.cidr",
        after.cidr(),
        "cannot be changed, it is " + before.cidr());
    findings.require(
        before.blockSize() == after.blockSize(),
        "spec.blockSize",
        after.blockSize(),
        "cannot be changed, it is " + before.blockSize());
    findings.require(
        !before.allowedUses().contains(AllowedUse.LOAD_BALANCER)
            || after.allowedUses().contains(AllowedUse.LOAD_BALANCER),
        "spec.allowedUses",
        after.allowedUses(),
        "a LoadBalancer pool cannot be put to another use");
  }
}

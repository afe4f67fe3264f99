// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.ResourceKind;

/// How addresses are given out.
final class IpamConfigCheck {

  private static final int MOST_BLOCKS = 1_000_000;
  private static final int LONGEST_COOLDOWN = 1200;

  private IpamConfigCheck() {}

  static void check(IpamConfig config, Findings findings) {
    IpamConfig.Spec spec = config.spec();
    findings.require(
        0 <= spec.maxBlocksPerHost() && spec.maxBlocksPerHost() <= MOST_BLOCKS,
        "spec.maxBlocksPerHost",
        spec.maxBlocksPerHost(),
        "is not in 0.." + MOST_BLOCKS);
    findings.require(
        0 <= spec.ipCooldownSeconds() && spec.ipCooldownSeconds() <= LONGEST_COOLDOWN,
        "spec.ipCooldownSeconds",
        spec.ipCooldownSeconds(),
        "is not in 0.." + LONGEST_COOLDOWN);
    findings.oneOf(
        "spec.kubeVirtVMAddressPersistence",
        spec.kubeVirtVMAddressPersistence(),
        TextChoices.words(ResourceKind.IPAM_CONFIG, "kubeVirtVMAddressPersistence"));
  }
}

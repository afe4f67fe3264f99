// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.Optional;

/// How addresses are given out in this cluster; there is one, `default`.
public record IpamConfig(Metadata metadata, Spec spec) implements Resource {

  public static final String DEFAULT = "default";

  public IpamConfig {
    spec = Absent.or(spec, Spec.DEFAULTS);
  }

  @Override
  public IpamConfig withMetadata(Metadata changed) {
    return new IpamConfig(changed, spec);
  }

  /// @param strictAffinity nodes take addresses from their own blocks only
  /// @param autoAllocateBlocks absent means true
  /// @param maxBlocksPerHost 0 for no limit of its own
  /// @param kubeVirtVMAddressPersistence Enabled or Disabled
  /// @param ipCooldownSeconds how long a released address rests
  public record Spec(
      boolean strictAffinity,
      Optional<Boolean> autoAllocateBlocks,
      int maxBlocksPerHost,
      String kubeVirtVMAddressPersistence,
      int ipCooldownSeconds) {

    public static final Spec DEFAULTS = new Spec(false, Optional.of(true), 0, "", 0);

    public Spec {
      autoAllocateBlocks = Absent.asEmpty(autoAllocateBlocks);
      kubeVirtVMAddressPersistence = Absent.asEmpty(kubeVirtVMAddressPersistence);
    }
  }
}

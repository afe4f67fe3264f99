// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.EncapsulationMode;

/// What the default pool of one family shall be (`CALICO_IPV4POOL_...`, `CALICO_IPV6POOL_...`).
///
/// @param blockSize prefix length of a block
/// @param nodeSelector empty for all nodes
public record PoolSettings(
    IpFamily family,
    Range range,
    EncapsulationMode ipip,
    EncapsulationMode vxlan,
    int blockSize,
    boolean natOutgoing,
    String nodeSelector,
    boolean disableBgpExport) {

  /// Where its addresses come from.
  public sealed interface Range {

    /// No pool.
    record None() implements Range {}

    /// Whatever is free.
    record Any() implements Range {}

    record Given(Cidr cidr) implements Range {}
  }
}

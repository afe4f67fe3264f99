// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// What a new pool must not collide with.
public final class PoolConflicts {

  private PoolConflicts() {}

  /// @param pools all that are stored; one of the same name does not count
  /// @param blocks all that are stored
  public static List<Violation> of(
      IpPool pool, Collection<IpPool> pools, Collection<IpamBlock> blocks) {
    List<Violation> violations = new ArrayList<>();
    for (IpPool other : pools) {
      if (!other.key().equals(pool.key()) && other.spec().cidr().overlaps(pool.spec().cidr())) {
        violations.add(
            new Violation(
                "spec.cidr",
                pool.spec().cidr().toString(),
                "overlaps with IP pool %s, %s"
                    .formatted(other.metadata().name(), other.spec().cidr())));
      }
    }
    blocks.stream()
        .map(block -> block.spec().cidr())
        .filter(block -> block.overlaps(pool.spec().cidr()))
        .filter(block -> block.length() != pool.spec().blockSize())
        .findFirst()
        .ifPresent(
            block ->
                violations.add(
                    new Violation(
                        "spec.blockSize",
                        Integer.toString(pool.spec().blockSize()),
                        "IPPool blocksSize conflicts with the existing block " + block)));
    return List.copyOf(violations);
  }
}

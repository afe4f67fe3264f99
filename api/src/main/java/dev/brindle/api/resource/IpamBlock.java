// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import dev.brindle.api.net.Cidr;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A block of addresses as it is stored: who owns it, which are taken, by whom. The rules are in
/// ipam.
///
/// The name is the CIDR with `.`, `:` and `/` as dashes.
public record IpamBlock(Metadata metadata, Spec spec) implements Resource {

  /// Stands for "nobody" in `allocations`, where Calico's JSON has null.
  public static final int FREE = -1;

  @Override
  public IpamBlock withMetadata(Metadata changed) {
    return new IpamBlock(changed, spec);
  }

  /// @param affinity `host:<node>`; absent when nobody owns the block
  /// @param affinityClaimTime RFC 3339; empty when unknown
  /// @param allocations one entry for each address: `FREE`, or an index into `attributes`
  /// @param unallocated ordinals of free addresses, first to be taken first
  /// @param sequenceNumber grows with every write of the block
  /// @param sequenceNumberForAllocation by ordinal: the block's sequence number when it was last
  ///     assigned or released; absent means 0
  public record Spec(
      Cidr cidr,
      Optional<String> affinity,
      String affinityClaimTime,
      List<Integer> allocations,
      List<Integer> unallocated,
      List<Attribute> attributes,
      long sequenceNumber,
      Map<String, Long> sequenceNumberForAllocation,
      boolean deleted) {

    public Spec {
      affinity = Absent.asEmpty(affinity);
      affinityClaimTime = Absent.asEmpty(affinityClaimTime);
      allocations = Absent.asEmpty(allocations);
      unallocated = Absent.asEmpty(unallocated);
      attributes = Absent.asEmpty(attributes);
      sequenceNumberForAllocation = Absent.asEmpty(sequenceNumberForAllocation);
    }
  }

  /// Who holds addresses. In JSON `handle_id` and `secondary`.
  ///
  /// @param handleId empty for none
  /// @param releasedAt RFC 3339; present while the address cools down
  public record Attribute(
      String handleId,
      Map<String, String> activeOwner,
      Map<String, String> alternateOwner,
      Optional<String> releasedAt) {

    public Attribute {
      handleId = Absent.asEmpty(handleId);
      activeOwner = Absent.asEmpty(activeOwner);
      alternateOwner = Absent.asEmpty(alternateOwner);
      releasedAt = Absent.asEmpty(releasedAt);
    }

    /// Written out because a block has one for each address, see `IpAddress`.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Attribute that
          && handleId.equals(that.handleId)
          && activeOwner.equals(that.activeOwner)
          && alternateOwner.equals(that.alternateOwner)
          && releasedAt.equals(that.releasedAt);
    }

    @Override
    public int hashCode() {
      return 31 * handleId.hashCode() + activeOwner.hashCode();
    }
  }
}

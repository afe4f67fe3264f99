// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.claim;

import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import java.util.Optional;

/// What to write next on the way to owning a block.
///
/// ```
/// affinity pending --> block with our name --> affinity confirmed
/// ```
///
/// The block decides: only one owner can create it. The affinity says that someone is at it, so
/// that whoever finds it half done can finish. Each write holds only if nothing has changed since
/// it was read; else all is read again and decided again.
public sealed interface ClaimStep {

  /// Not there yet.
  sealed interface Write extends ClaimStep {}

  /// Create the affinity, pending.
  record Announce() implements Write {}

  /// Set the affinity to pending, so that a removal under way fails.
  record MarkPending(BlockAffinity affinity) implements Write {}

  record CreateBlock() implements Write {}

  /// Write the block as it is, so that a removal under way fails.
  record TouchBlock(Block block) implements Write {}

  record Confirm(BlockAffinity affinity) implements Write {}

  /// The block is another's: the affinity is wrong.
  record DropAffinity(BlockAffinity affinity) implements Write {}

  /// Done.
  record Owned(Block block) implements ClaimStep {}

  /// Done: the block is another's, or nobody's but in use.
  record Lost() implements ClaimStep {}

  /// @param hasWrittenBlock this claim has itself created or touched the block
  static ClaimStep next(
      BlockOwner owner,
      Optional<BlockAffinity> affinity,
      Optional<Block> block,
      boolean hasWrittenBlock) {
    boolean isAnothers = block.isPresent() && !block.get().isOwnedBy(owner);
    if (affinity.isEmpty()) {
      return isAnothers ? new Lost() : new Announce();
    }
    BlockAffinity claim = affinity.get();
    if (isAnothers) {
      return new DropAffinity(claim);
    }
    return switch (claim.spec().state()) {
      case CONFIRMED -> block.<ClaimStep>map(Owned::new).orElseGet(CreateBlock::new);
      case PENDING_DELETION -> new MarkPending(claim);
      case PENDING -> {
        if (block.isEmpty()) {
          yield new CreateBlock();
        }
        yield hasWrittenBlock ? new Confirm(claim) : new TouchBlock(block.get());
      }
    };
  }
}

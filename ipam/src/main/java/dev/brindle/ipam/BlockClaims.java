// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.BlockAffinity.State;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import dev.brindle.ipam.claim.Affinities;
import dev.brindle.ipam.claim.ClaimStep;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Makes a block an owner's, and lets it go again. May be ended at any write; doing it again
/// finishes what was begun.
final class BlockClaims {

  private final BlockStore store;
  private final WriteRetry retry;
  private final InstantSource clock;

  BlockClaims(BlockStore store, WriteRetry retry, InstantSource clock) {
    this.store = store;
    this.retry = retry;
    this.clock = clock;
  }

  /// Claims a block, or repairs a claim that was begun.
  ///
  /// @return the owner's block; empty if it is another's, and then there is no claim left
  Optional<Block> claim(BlockOwner owner, Cidr cidr) {
    return retry.until(() -> attempt(owner, cidr, store.affinity(owner, cidr)));
  }

  /// The same for a claim that was read a moment ago.
  Optional<Block> claim(BlockOwner owner, BlockAffinity read) {
    Cidr cidr = read.spec().cidr();
    return attempt(owner, cidr, Optional.of(read)).orElseGet(() -> claim(owner, cidr));
  }

  /// @param read before the block
  /// @return empty if someone else was faster
  private Optional<Optional<Block>> attempt(
      BlockOwner owner, Cidr cidr, Optional<BlockAffinity> read) {
    boolean hasWrittenBlock = false;
    Optional<BlockAffinity> affinity = read;
    while (true) {
      ClaimStep step = ClaimStep.next(owner, affinity, store.block(cidr), hasWrittenBlock);
      switch (step) {
        case ClaimStep.Owned(Block block) -> {
          return Optional.of(Optional.of(block));
        }
        case ClaimStep.Lost() -> {
          return Optional.of(Optional.empty());
        }
        case ClaimStep.Write write -> {
          if (!perform(write, owner, cidr)) {
            return Optional.empty();
          }
          hasWrittenBlock =
              write instanceof ClaimStep.CreateBlock || write instanceof ClaimStep.TouchBlock;
          affinity = store.affinity(owner, cidr);
        }
      }
    }
  }

  private boolean perform(ClaimStep.Write step, BlockOwner owner, Cidr cidr) {
    return switch (step) {
      case ClaimStep.Announce() -> store.create(Affinities.pending(owner, cidr));
      case ClaimStep.MarkPending(BlockAffinity affinity) ->
          store.update(Affinities.in(affinity, State.PENDING));
      case ClaimStep.CreateBlock() -> store.create(unused(owner, cidr));
      case ClaimStep.TouchBlock(Block block) -> store.update(block.touched().resource());
      case ClaimStep.Confirm(BlockAffinity affinity) ->
          store.update(Affinities.in(affinity, State.CONFIRMED));
      case ClaimStep.DropAffinity(BlockAffinity affinity) -> store.delete(affinity);
    };
  }

  private IpamBlock unused(BlockOwner owner, Cidr cidr) {
    Instant now = clock.instant();
    long start = Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L) + now.getNano();
    return Block.unused(cidr, owner, now, start).resource();
  }

  /// Gives a block up: an empty one goes, one in use stays as nobody's.
  ///
  /// @param mustBeEmpty leave the claim as it is if the block is in use
  /// @return whether the claim is gone
  boolean release(BlockOwner owner, Cidr cidr, boolean mustBeEmpty) {
    return retry.until(() -> attemptRelease(owner, cidr, mustBeEmpty));
  }

  /// The affinity says that it ends before the block does; who claims the block again in between
  /// changes both, and our writes fail.
  ///
  /// @return empty if someone else was faster
  private Optional<Boolean> attemptRelease(BlockOwner owner, Cidr cidr, boolean mustBeEmpty) {
    while (true) {
      Optional<BlockAffinity> affinity = store.affinity(owner, cidr);
      Optional<Block> block = store.block(cidr).filter(found -> found.isOwnedBy(owner));
      if (mustBeEmpty && block.isPresent() && !block.get().isEmpty()) {
        if (affinity.filter(BlockClaims::isEnding).isPresent()) {
          claim(owner, cidr); // it was taken into use when its end was written already
        }
        return Optional.of(false);
      }
      if (affinity.isPresent() && !isEnding(affinity.get())) {
        if (!store.update(Affinities.in(affinity.get(), State.PENDING_DELETION))) {
          return Optional.empty();
        }
        continue;
      }
      boolean isGone =
          block.map(this::letGo).orElse(true) && affinity.map(store::delete).orElse(true);
      return isGone ? Optional.of(true) : Optional.empty();
    }
  }

  private static boolean isEnding(BlockAffinity affinity) {
    return affinity.spec().state() == State.PENDING_DELETION;
  }

  private boolean letGo(Block block) {
    return block.isEmpty()
        ? store.delete(block.resource())
        : store.update(block.disowned().resource());
  }
}

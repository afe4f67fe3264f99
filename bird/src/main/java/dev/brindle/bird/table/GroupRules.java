// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import java.util.Arrays;

/// `ExportRules` for a group of peers, on numbers: the best path of a prefix, if they may have it,
/// as the filter leaves it. How it is written for them is `Rewrite`'s.
final class GroupRules implements TellingRules {

  private static final int KEPT_INSIDE =
      AttributeBlocks.NO_EXPORT | AttributeBlocks.NO_EXPORT_SUBCONFED;

  private final Family family;
  private final PrefixIndex index;
  private final PathTable paths;
  private final AttributeBlocks blocks;
  private final Sources sources;
  private final ExportPolicy policy;
  private final ExportTerms terms;
  private final boolean isExternal;
  private final boolean hasOwnNextHop;

  /// Blocks a filter made, held until what is told holds them.
  private int[] held = new int[16];

  private int heldCount;

  GroupRules(
      Family family,
      PrefixIndex index,
      PathTable paths,
      AttributeBlocks blocks,
      Sources sources,
      ExportPolicy policy) {
    this.family = family;
    this.index = index;
    this.paths = paths;
    this.blocks = blocks;
    this.sources = sources;
    this.policy = policy;
    this.terms = ExportTerms.of(policy.group(), policy.fourOctetAs());
    this.isExternal = policy.group().kind() == PeerKind.EXTERNAL;
    this.hasOwnNextHop = policy.ownNextHop(family.ip()).isPresent();
  }

  @Override
  public long wanted(int prefix) {
    int best = paths.best(prefix);
    if (best == PathTable.NONE) {
      return Told.NOTHING;
    }
    int number = paths.source(prefix, best);
    int block = paths.block(prefix, best);
    Source source = sources.get(number);
    if (!mayPass(source, block)) {
      return Told.NOTHING;
    }
    int passed = policy.filter() instanceof AcceptAll ? block : filtered(prefix, source, block);
    return passed == AttributeBlocks.NONE || !hasNextHop(source, passed)
        ? Told.NOTHING
        : Told.of(passed, number);
  }

  /// RFC 1997; RFC 4271 §9.2.1 and RFC 4456 §6: inside the AS only a reflector passes on what it
  /// was told inside, to all if a client told it, else to its clients.
  private boolean mayPass(Source source, int block) {
    if (source.isLocal()) {
      return true;
    }
    int flags = blocks.flags(block);
    if ((flags & AttributeBlocks.NO_ADVERTISE) != 0 || (isExternal && (flags & KEPT_INSIDE) != 0)) {
      return false;
    }
    boolean isReflection = source.kind() == Source.Kind.INTERNAL && !isExternal;
    return !isReflection || source.client() || policy.group().client();
  }

  /// Whether there is one to tell: the path's own where it is kept, else ours.
  private boolean hasNextHop(Source source, int block) {
    if (hasOwnNextHop) {
      return true;
    }
    NextHopMode mode = policy.group().nextHopMode();
    boolean isKept = mode == NextHopMode.KEEP || (mode == NextHopMode.AUTO && !isExternal);
    return isKept && !source.isLocal() && (blocks.flags(block) & AttributeBlocks.HAS_NEXT_HOP) != 0;
  }

  private int filtered(int prefix, Source source, int block) {
    PathAttributes attributes = blocks.attributes(block);
    return switch (policy.filter().judge(cidr(prefix), attributes, source.isLocal())) {
      case Verdict.Reject(_) -> AttributeBlocks.NONE;
      case Verdict.Accept(var accepted, _, _) ->
          accepted.equals(attributes) ? block : hold(accepted);
    };
  }

  private int hold(PathAttributes attributes) {
    byte[] bytes = CanonicalForm.of(attributes);
    int block = blocks.intern(bytes, 0, bytes.length);
    if (heldCount == held.length) {
      held = Arrays.copyOf(held, 2 * heldCount);
    }
    held[heldCount++] = block;
    return block;
  }

  /// What is told now is held by those who tell it.
  void settle() {
    while (heldCount > 0) {
      blocks.release(held[--heldCount]);
    }
  }

  private Cidr cidr(int prefix) {
    long high = index.high(prefix);
    IpAddress address =
        family == Family.IPV4_UNICAST
            ? IpAddress.ofIpv4(high)
            : IpAddress.ofIpv6(high, index.low(prefix));
    return new Cidr(address, index.length(prefix));
  }

  @Override
  public int room(long word) {
    return Rewrite.room(blocks.length(Told.block(word)));
  }

  @Override
  public int attributes(long word, byte[] to) {
    return Rewrite.write(
        blocks, Told.block(word), terms, sources.get(Told.source(word)), family, to);
  }

  @Override
  public int nextHop(long word, byte[] to) {
    return Rewrite.nextHop(
        blocks, Told.block(word), terms, sources.get(Told.source(word)), family, to);
  }

  @Override
  public void retain(int block) {
    blocks.retain(block);
  }

  @Override
  public void release(int block) {
    blocks.release(block);
  }
}

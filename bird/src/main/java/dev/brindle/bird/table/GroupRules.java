// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.filter.CalicoExport;
import dev.brindle.bird.filter.CalicoImport;
import dev.brindle.bird.filter.FilterChain;
import dev.brindle.bird.filter.HeededBlackhole;
import dev.brindle.bird.filter.RejectAll;
import dev.brindle.bird.filter.RouteContext;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.filter.Telling;
import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PathAttributes;
import dev.brindle.bird.wire.PeerKind;
import dev.brindle.bird.wire.Role;
import java.util.Arrays;

/// `ExportRules` for a group of peers, on numbers: the best path of a prefix, if they may have it,
/// as the filter leaves it. How it is written for them is `Rewrite`'s.
final class GroupRules implements TellingRules {

  private final Family family;
  private final PrefixIndex index;
  private final PathTable paths;
  private final AttributeBlocks blocks;
  private final Sources sources;
  private final ExportPolicy policy;
  private final Rewrite rewrite;
  private final int keptBack;
  private final boolean isAskedForEach;
  private final boolean keepsMarked;
  private final LeavingMark mark;

  /// Blocks a filter made, held until what is told holds them.
  private int[] held = new int[16];

  private int heldCount;

  /// The last verdict, until blocks may come and go again.
  private int lastBlock = AttributeBlocks.NONE;

  private int lastSource;
  private int lastUnmarked = AttributeBlocks.NONE;
  private int lastMarked = AttributeBlocks.NONE;
  private long lastWord;

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
    this.rewrite =
        new Rewrite(blocks, ExportTerms.of(policy.group(), policy.fourOctetAs()), family);
    this.keptBack = keptBack(policy.group().kind());
    this.keepsMarked = policy.group().role().filter(Role::keepsMarked).isPresent();
    this.mark = LeavingMark.of(policy);
    this.isAskedForEach = policy.filter().dependsOnPrefix();
  }

  @Override
  public void begin() {
    lastBlock = AttributeBlocks.NONE; // the next with this number may be another
  }

  @Override
  public long wanted(int prefix) {
    int best = paths.best(prefix);
    return best == PathTable.NONE ? Told.NOTHING : word(prefix, best);
  }

  /// What is to be told of one path. Prefixes that share their attributes come one after the other,
  /// and of all of them the same is said, unless the filter looks at each.
  long word(int prefix, int slot) {
    int number = paths.source(prefix, slot);
    int block = paths.block(prefix, slot);
    if (isAskedForEach) {
      return judged(prefix, number, block);
    }
    if (block != lastBlock || number != lastSource) {
      lastWord = judged(prefix, number, block);
      lastBlock = block;
      lastSource = number;
    }
    return lastWord;
  }

  private long judged(int prefix, int number, int block) {
    Source source = sources.get(number);
    if (!mayPass(source, block)) {
      return Told.NOTHING;
    }
    return switch (policy.filter()) {
      case AcceptAll _ -> told(block, number, ExportWish.NONE);
      case RejectAll _ -> Told.NOTHING;
      case CalicoExport _, CalicoImport _, FilterChain _, HeededBlackhole _, RuleFilter _ ->
          filtered(prefix, number, block);
    };
  }

  /// Communities with which a path is not told to peers of that kind (RFC 1997).
  private static int keptBack(PeerKind kind) {
    return BlockFlags.NO_ADVERTISE
        | switch (kind) {
          case INTERNAL -> 0;
          case CONFEDERATION -> BlockFlags.NO_EXPORT_SUBCONFED;
          case EXTERNAL -> BlockFlags.NO_EXPORT | BlockFlags.NO_EXPORT_SUBCONFED;
        };
  }

  private long told(int block, int number, ExportWish wish) {
    return rewrite.hasNextHop(block, sources.get(number), wish)
        ? Told.of(marked(block), number, wish)
        : Told.NOTHING;
  }

  private int marked(int block) {
    int flags = blocks.flags(block);
    if (!mark.concerns(flags)) {
      return block;
    }
    if (block != lastUnmarked) {
      lastMarked = hold(mark.on(blocks.attributes(block), flags));
      lastUnmarked = block;
    }
    return lastMarked;
  }

  /// RFC 1997; RFC 4271 §9.2.1 and RFC 4456 §6: inside the AS only a reflector passes on what it
  /// was told inside, to all if a client told it, else to its clients.
  private boolean mayPass(Source source, int block) {
    if (source.isLocal()) {
      return true;
    }
    int flags = blocks.flags(block);
    if (keepsMarked && (flags & BlockFlags.HAS_OTC) != 0) {
      return false; // RFC 9234 §5, egress 2
    }
    if (mark.isHidden(flags)) {
      return false;
    }
    if ((flags & keptBack) != 0) {
      return false;
    }
    boolean isReflection =
        source.kind() == Source.Kind.INTERNAL && policy.group().kind() == PeerKind.INTERNAL;
    return !isReflection || source.client() || policy.group().client();
  }

  private long filtered(int prefix, int number, int block) {
    PathAttributes attributes = blocks.attributes(block);
    RouteContext context = policy.group().context(sources.get(number));
    Telling telling = policy.filter().tell(cidr(prefix), attributes, context);
    return switch (telling.verdict()) {
      case Verdict.Reject(_) -> Told.NOTHING;
      case Verdict.Accept(var accepted, _, _) ->
          told(
              accepted.equals(attributes) ? block : hold(accepted), number, ExportWish.of(telling));
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
    lastUnmarked = AttributeBlocks.NONE;
    begin();
  }

  private Cidr cidr(int prefix) {
    return PrefixWords.cidr(family, index.high(prefix), index.low(prefix), index.length(prefix));
  }

  @Override
  public int room(long word) {
    return Rewrite.room(blocks.length(Told.block(word)));
  }

  @Override
  public int attributes(long word, byte[] to) {
    Source source = sources.get(Told.source(word));
    return rewrite.write(Told.block(word), source, Told.wish(word), to);
  }

  @Override
  public int nextHop(long word, byte[] to) {
    Source source = sources.get(Told.source(word));
    return rewrite.nextHop(Told.block(word), source, Told.wish(word), to);
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

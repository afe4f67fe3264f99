// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.filter.RouteOrigins;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PathAttributes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// All routes of the speaker: who told what, what is best, and what each peer is told. One owner.
///
/// ```
/// take(batch) ─> AttributeBlocks, PathTable ─> flush ─┬─> RouteListener: the kernel
///                                                    └─> ExportGroup: messages, encoded once
/// ```
public final class RouteEngine {

  private static final Family[] FAMILIES = Family.values();

  private final AttributeBlocks blocks;
  private final Sources sources = new Sources();
  private final FamilyRoutes[] families = new FamilyRoutes[FAMILIES.length];
  private final RouteListener listener;
  private final RetiredSources retired = new RetiredSources(sources, this::isSpokenOf);
  private final long seed;
  private RouteOrigins origins = RouteOrigins.NONE;
  private @Nullable IntakeWatch watch;
  private final Lookahead ahead;

  /// @param seed that no peer knows, or it could choose prefixes that collide
  public RouteEngine(RouteListener listener, ByteBufAllocator allocator, long seed) {
    this.listener = listener;
    this.seed = seed;
    this.blocks = new AttributeBlocks(seed);
    for (Family family : FAMILIES) {
      families[family.index()] = new FamilyRoutes(family, blocks, sources, allocator, seed);
    }
    ahead = new Lookahead(blocks, families);
  }

  /// Whom filters on import ask, of intakes opened from now on.
  public void judgeBy(RouteOrigins known) {
    origins = known;
  }

  /// Who is shown what becomes of each route; null for nobody.
  public void watch(@Nullable IntakeWatch watching) {
    watch = watching;
  }

  /// Of equal external paths the best stays the best (RFC 5004), from the next change on.
  public void preferOlder(boolean wanted) {
    for (FamilyRoutes family : families) {
      family.preferOlder(wanted);
    }
  }

  /// What attributes take, of all that is known.
  public long attributeOctets() {
    return blocks.octets();
  }

  /// The same by number of the source for whose sake they are there. Looks at all paths.
  ///
  /// @param intakes those that keep what was told
  public long[] attributeShares(Collection<RouteIntake> intakes) {
    AttributeShares shares = new AttributeShares(blocks, sources);
    for (boolean isCounting : new boolean[] {true, false}) {
      for (FamilyRoutes family : families) {
        family.share(shares, isCounting);
      }
      for (RouteIntake intake : intakes) {
        intake.share(shares, isCounting);
      }
    }
    return shares.ofSources();
  }

  // ---- sources

  /// @return the number of a new source
  public int addSource(Source source) {
    return sources.add(source);
  }

  /// A source that is known comes back, perhaps with another identifier.
  public void setSource(int number, Source source) {
    boolean isAnother = !sources.get(number).equals(source);
    sources.set(number, source);
    for (FamilyRoutes family : families) {
      if (isAnother && family.pathsOf(number) > 0) {
        family.reconsider(number);
      }
    }
  }

  /// The source is no more. Its number is another's as soon as nothing speaks of it.
  public void retire(int number) {
    removeAllOf(number);
    retired.add(number);
  }

  private boolean isSpokenOf(int source) {
    boolean isSpokenOf = pathsOf(source) > 0;
    for (FamilyRoutes family : families) {
      isSpokenOf |= family.groups().tellOf(source);
    }
    return isSpokenOf;
  }

  // ---- in

  /// What a peer's routes go through.
  ///
  /// @param isOpen false if none of them are taken
  /// @param heedsShutdown what an external peer marks GRACEFUL_SHUTDOWN is taken last (RFC 8326)
  public RouteIntake intake(
      int source, Neighbour peer, RouteFilter filter, boolean isOpen, boolean heedsShutdown) {
    return intake(source, peer, filter, isOpen, Lowering.of(heedsShutdown), false);
  }

  /// @param lowering what is taken last
  /// @param keeps whether what is told is also kept as it was told, so that it can be judged anew;
  ///     then the intake is to be closed
  public RouteIntake intake(
      int source,
      Neighbour peer,
      RouteFilter filter,
      boolean isOpen,
      Lowering lowering,
      boolean keeps) {
    return new RouteIntake(
        this,
        source,
        gate(peer, filter, isOpen, lowering),
        heard(keeps),
        new RefusedRoutes(blocks, seed));
  }

  /// By what is known now.
  ImportGate gate(Neighbour peer, RouteFilter filter, boolean isOpen, Lowering lowering) {
    return new ImportGate(blocks, peer, filter, isOpen, lowering, origins);
  }

  HeardFamilies heard(boolean keeps) {
    return keeps ? HeardFamilies.all(blocks, seed) : HeardFamilies.nothing();
  }

  AttributeBlocks blocks() {
    return blocks;
  }

  FamilyRoutes[] families() {
    return families;
  }

  Lookahead ahead() {
    return ahead;
  }

  @Nullable IntakeWatch watch() {
    return watch;
  }

  /// A route of our own.
  public void put(int source, Cidr prefix, PathAttributes attributes) {
    int block = interned(attributes);
    try {
      of(prefix)
          .put(
              source,
              0,
              PrefixWords.high(prefix),
              PrefixWords.low(prefix),
              prefix.length(),
              block,
              true);
    } finally {
      blocks.release(block);
    }
  }

  public void remove(int source, Cidr prefix) {
    of(prefix)
        .remove(source, 0, PrefixWords.high(prefix), PrefixWords.low(prefix), prefix.length());
  }

  public void removeAllOf(int source) {
    for (FamilyRoutes family : families) {
      family.removeAllOf(source);
    }
  }

  public void removeAllOf(int source, Family family) {
    families[family.index()].removeAllOf(source);
  }

  /// What the peer told may stay until it is back, or has told everything again.
  public void markStale(int source, Family family) {
    families[family.index()].markStale(source);
  }

  /// What is stale is kept as a last resort: marked so, and without what does not want it (RFC 9494
  /// §4.2).
  public void demoteStale(int source, Family family) {
    families[family.index()].demoteStale(source);
  }

  public void sweepStale(int source, Family family) {
    families[family.index()].sweepStale(source);
  }

  /// All that was taken of a source is taken last from now on; its intake is another matter.
  ///
  /// @throws TableFullException if there is no room; what came before is done
  public void lower(int source) {
    for (FamilyRoutes family : families) {
      family.lower(source);
      if (watch != null) {
        showLowered(watch, source, family);
      }
    }
  }

  private static void showLowered(IntakeWatch watching, int source, FamilyRoutes family) {
    family
        .view()
        .showOf(
            source,
            0,
            Integer.MAX_VALUE,
            (pathId, prefix, attributes) -> watching.taken(source, pathId, prefix, attributes));
  }

  int interned(PathAttributes attributes) {
    byte[] bytes = CanonicalForm.of(attributes);
    return blocks.intern(bytes, 0, bytes.length);
  }

  FamilyRoutes of(Cidr prefix) {
    return families[Family.of(prefix.family()).index()];
  }

  // ---- out

  private FamilyGroups groups(Family family) {
    return families[family.index()].groups();
  }

  public void join(Family family, Receiver member, ExportPolicy policy) {
    groups(family).join(member, policy);
  }

  public void leave(Family family, Receiver member, ExportPolicy policy) {
    groups(family).leave(member, policy);
  }

  /// A peer that is to be told everything again, by the same rules or others.
  public void move(Family family, Receiver member, ExportPolicy from, ExportPolicy to) {
    groups(family).move(member, from, to);
  }

  /// Hands on what has changed, to the listener and to all peers that take more.
  public void flush() {
    show();
    tell();
  }

  /// Hands on to the listener what has changed.
  public void show() {
    for (FamilyRoutes family : families) {
      family.show(listener);
    }
    listener.shown();
  }

  /// Hands on what has changed to all peers that take more.
  ///
  /// @return how often something was sent to a peer that now knows everything
  public int tell() {
    int sent = 0;
    for (FamilyRoutes family : families) {
      sent += family.tell();
    }
    retired.forget();
    return sent;
  }

  /// Peers that do not read go their own way; to be called now and then.
  public void partFromSlow() {
    for (FamilyRoutes family : families) {
      family.groups().partFromSlow();
    }
  }

  // ---- looking

  /// @param seen is shown the attributes when the prefix is told, nothing when it is withdrawn
  public RouteWatch watch(Cidr prefix, Consumer<Optional<PathAttributes>> seen) {
    return new RouteWatch(blocks, prefix, seen);
  }

  /// Whether a member has been told of a prefix.
  public boolean isAdvertised(Family family, int prefix, Receiver member, ExportPolicy policy) {
    return groups(family).isAdvertised(prefix, member.source(), policy);
  }

  /// Which paths of a prefix a member has been told, by their places in `RouteView.listed`.
  public BitSet advertisedPaths(Family family, int prefix, Receiver member, ExportPolicy policy) {
    return groups(family).advertisedPaths(prefix, member.source(), policy);
  }

  public RouteView routes(Family family) {
    return families[family.index()].view();
  }

  /// How many prefixes have a path.
  public int prefixes() {
    return sum(FamilyRoutes::size);
  }

  public int paths() {
    return sum(FamilyRoutes::paths);
  }

  /// How many different sets of attributes are held.
  public int attributeSets() {
    return blocks.size();
  }

  public int pathsOf(int source) {
    return sum(family -> family.pathsOf(source));
  }

  public boolean hasStale(int source) {
    return staleOf(source) > 0;
  }

  /// How many of its paths it has not told again.
  public int staleOf(int source) {
    return sum(family -> family.staleOf(source));
  }

  private int sum(ToIntFunction<FamilyRoutes> count) {
    int sum = 0;
    for (FamilyRoutes family : families) {
      sum += count.applyAsInt(family);
    }
    return sum;
  }

  /// Shows some of what was taken of a source.
  ///
  /// @return where to go on; negative when all was shown
  public int showTaken(int source, Family family, int from, int most, RouteVisitor visitor) {
    return families[family.index()].view().showOf(source, from, most, visitor);
  }

  /// Writes some of what a member has been told, as messages.
  ///
  /// @return where to go on; negative when all was written
  public int showTold(
      Family family, int source, ExportPolicy policy, int from, int most, ByteBuf out) {
    return groups(family).repeat(source, policy, from, most, out);
  }

  /// Which prefixes a member has of us.
  public List<Cidr> advertised(Family family, Receiver member, ExportPolicy policy) {
    return families[family.index()].advertised(member.source(), policy);
  }

  /// How many prefixes there are whose news a member has not been sent.
  public int waiting(Family family, Receiver member, ExportPolicy policy) {
    return groups(family).waiting(member, policy);
  }

  public int advertisedCount(Family family, Receiver member, ExportPolicy policy) {
    return groups(family).advertised(member.source(), policy);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.filter.RouteOrigins;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Announcement;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttributes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All routes of the speaker: who told what, what is best, and what each peer is told. One owner.
///
/// ```
/// take(batch) ─> AttributeBlocks, PathTable ─> flush ─┬─> RouteListener: the kernel
///                                                    └─> ExportGroup: messages, encoded once
/// ```
public final class RouteEngine {

  private static final Family[] FAMILIES = Family.values();
  private static final HeardRoutes[] NOT_KEPT = {};

  private final AttributeBlocks blocks;
  private final Sources sources = new Sources();
  private final FamilyRoutes[] families = new FamilyRoutes[FAMILIES.length];
  private final RouteListener listener;
  private final List<Integer> retired = new ArrayList<>();
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
  public long[] attributeShares(Collection<Intake> intakes) {
    AttributeShares shares = new AttributeShares(blocks, sources);
    for (boolean isCounting : new boolean[] {true, false}) {
      for (FamilyRoutes family : families) {
        family.share(shares, isCounting);
      }
      for (Intake intake : intakes) {
        for (HeardRoutes heard : intake.heard) {
          heard.share(shares, intake.source, isCounting);
        }
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

  private void forgetRetired() {
    retired.removeIf(
        number -> {
          boolean isSpokenOf = pathsOf(number) > 0;
          for (FamilyRoutes family : families) {
            isSpokenOf |= family.tellsOf(number);
          }
          if (!isSpokenOf) {
            sources.remove(number);
          }
          return !isSpokenOf;
        });
  }

  // ---- in

  /// What a peer's routes go through.
  ///
  /// @param isOpen false if none of them are taken
  /// @param heedsShutdown what an external peer marks GRACEFUL_SHUTDOWN is taken last (RFC 8326)
  public Intake intake(
      int source, Neighbour peer, RouteFilter filter, boolean isOpen, boolean heedsShutdown) {
    return intake(source, peer, filter, isOpen, Lowering.of(heedsShutdown), false);
  }

  /// @param lowering what is taken last
  /// @param keeps whether what is told is also kept as it was told, so that it can be judged anew;
  ///     then the intake is to be closed
  public Intake intake(
      int source,
      Neighbour peer,
      RouteFilter filter,
      boolean isOpen,
      Lowering lowering,
      boolean keeps) {
    return new Intake(
        source,
        gate(peer, filter, isOpen, lowering),
        keeps ? heard() : NOT_KEPT,
        new RefusedRoutes(blocks, seed));
  }

  private ImportGate gate(Neighbour peer, RouteFilter filter, boolean isOpen, Lowering lowering) {
    return new ImportGate(blocks, peer, filter, isOpen, lowering, origins);
  }

  private HeardRoutes[] heard() {
    HeardRoutes[] heard = new HeardRoutes[FAMILIES.length];
    for (Family family : FAMILIES) {
      heard[family.index()] = new HeardRoutes(blocks, family == Family.IPV6_UNICAST, seed);
    }
    return heard;
  }

  /// One peer's way in.
  public final class Intake {

    private final int source;
    private final ImportGate gate;
    private long rejected;
    private final HeardRoutes[] heard;
    private final RefusedRoutes refused;
    private long leaked;

    private Intake(int source, ImportGate gate, HeardRoutes[] heard, RefusedRoutes refused) {
      this.refused = refused;
      this.source = source;
      this.gate = gate;
      this.heard = heard;
    }

    /// In its place, by other rules; what was kept passes over if it is still wanted.
    public Intake replaced(
        Neighbour peer, RouteFilter filter, boolean isOpen, Lowering lowering, boolean keeps) {
      if (!keeps) {
        forgetHeard();
      }
      HeardRoutes[] kept = keeps && heard.length == 0 ? heard() : heard;
      return new Intake(
          source, gate(peer, filter, isOpen, lowering), keeps ? kept : NOT_KEPT, refused);
    }

    /// Forgets what was kept.
    public void close() {
      forgetHeard();
      refused.clear();
    }

    private void forgetHeard() {
      for (HeardRoutes family : heard) {
        family.clear();
      }
    }

    /// How many routes the peer tells that are not taken; of very many not all are counted.
    public int refusedNow() {
      return refused.count();
    }

    /// Whether more were refused than are counted.
    public boolean hasRefusedMore() {
      return refused.hasMore();
    }

    /// Whether what is told is kept.
    public boolean keeps() {
      return heard.length > 0;
    }

    /// How many routes are kept.
    public int heardCount() {
      int count = 0;
      for (HeardRoutes family : heard) {
        count += family.size();
      }
      return count;
    }

    /// Judges anew some of what was kept.
    ///
    /// @param cover which prefixes
    /// @param from 0, then what came back
    /// @return where to go on; negative when all is done
    /// @throws TableFullException if there is no room
    public int rejudge(Family family, PrefixCover cover, int from, int most) {
      if (!keeps()) {
        return -1;
      }
      HeardRoutes kept = heard[family.index()];
      FamilyRoutes routes = families[family.index()];
      int end = Math.min(kept.limit(), from + most);
      for (int route = from; route < end; route++) {
        if (kept.isUsed(route) && cover.contains(kept.high(route))) {
          judge(
              routes,
              PrefixIndex.NONE,
              kept.block(route),
              kept.pathId(route),
              kept.high(route),
              kept.low(route),
              kept.length(route));
        }
      }
      return end < kept.limit() ? end : -1;
    }

    /// Shows some of what is kept as the peer told it.
    ///
    /// @return where to go on; negative when all was shown
    public int showHeard(Family family, int from, int most, RouteVisitor visitor) {
      if (!keeps()) {
        return -1;
      }
      HeardRoutes kept = heard[family.index()];
      FamilyRoutes routes = families[family.index()];
      int end = Math.min(kept.limit(), from + most);
      for (int route = from; route < end; route++) {
        if (kept.isUsed(route)) {
          visitor.route(
              kept.pathId(route),
              routes.cidr(kept.high(route), kept.low(route), kept.length(route)),
              blocks.attributes(kept.block(route)));
        }
      }
      return end < kept.limit() ? end : -1;
    }

    /// What was kept is to be told again.
    public void markStale(Family family) {
      refused.markStale(family.index());
      if (keeps()) {
        heard[family.index()].markStale();
      }
    }

    /// What was kept and not told again goes, also where a new judgement made it fresh.
    public void sweepStale(Family family) {
      refused.sweepStale(family.index());
      if (keeps()) {
        FamilyRoutes routes = families[family.index()];
        heard[family.index()].sweepStale(
            (pathId, high, low, length) -> {
              if (watch != null) {
                watch.forgotten(source, pathId, routes.cidr(high, low, length));
              }
              routes.remove(source, pathId, high, low, length);
            });
      }
    }

    private void keep(int family, int pathId, long high, long low, int length, int block) {
      if (keeps()) {
        heard[family].put(pathId, high, low, length, block);
      }
    }

    private void forget(int family, int pathId, long high, long low, int length) {
      if (keeps()) {
        heard[family].remove(pathId, high, low, length);
      }
    }

    private void show(FamilyRoutes routes, int kept, int pathId, long high, long low, int length) {
      if (watch == null) {
        return;
      }
      if (kept != ImportGate.REJECTED) {
        watch.taken(source, pathId, routes.cidr(high, low, length), blocks.attributes(kept));
      } else if (routes.has(source, pathId, high, low, length)) {
        watch.dropped(source, pathId, routes.cidr(high, low, length));
      }
    }

    /// How many prefixes were told and not taken.
    public long rejected() {
      return rejected;
    }

    /// How many of those because they leaked (RFC 9234).
    public long leaked() {
      return leaked;
    }

    /// @param exact is shown what only the exact codec could read, after its routes were taken
    /// @throws TableFullException if there is no room; what came before is taken
    public void take(UpdateBatch batch, Consumer<Update> exact) {
      int end;
      for (int step = 0; step < batch.steps(); step = end) {
        end = ahead.look(batch, step);
        take(batch, step, end, exact);
      }
    }

    private void take(UpdateBatch batch, int from, int to, Consumer<Update> exact) {
      for (int step = from; step < to; step++) {
        switch (batch.what(step)) {
          case UpdateBatch.ANNOUNCE -> announce(batch, step);
          case UpdateBatch.WITHDRAW -> withdraw(batch, step);
          default -> {
            take(batch.exact(step));
            exact.accept(batch.exact(step));
          }
        }
      }
    }

    private void announce(UpdateBatch batch, int step) {
      FamilyRoutes routes = families[batch.family(step)];
      int block =
          gate.marked(
              blocks.intern(
                  batch.attributes(),
                  batch.attributesFrom(step),
                  batch.attributesLength(step),
                  ahead.hash(step)));
      try {
        for (int i = batch.from(step); keeps() && i < batch.to(step); i++) {
          keep(
              batch.family(step),
              batch.pathId(i),
              batch.high(i),
              batch.low(i),
              batch.length(i),
              block);
        }
        if (gate.asksForEach()) {
          for (int i = batch.from(step); i < batch.to(step); i++) {
            int known = ahead.number(i);
            long high = batch.high(i);
            judge(routes, known, block, batch.pathId(i), high, batch.low(i), batch.length(i));
          }
          return;
        }
        int kept = gate.judge(block, routes.family());
        try {
          for (int i = batch.from(step); i < batch.to(step); i++) {
            place(
                routes,
                ahead.number(i),
                block,
                kept,
                batch.pathId(i),
                batch.high(i),
                batch.low(i),
                batch.length(i));
          }
        } finally {
          letGo(kept);
        }
      } finally {
        blocks.release(block);
      }
    }

    private void judge(
        FamilyRoutes routes, int known, int block, int pathId, long high, long low, int length) {
      IpAddress address =
          routes.family() == Family.IPV4_UNICAST
              ? IpAddress.ofIpv4(high)
              : IpAddress.ofIpv6(high, low);
      int kept = gate.judge(block, new Cidr(address, length));
      try {
        place(routes, known, block, kept, pathId, high, low, length);
      } finally {
        letGo(kept);
      }
    }

    private void letGo(int kept) {
      if (kept != ImportGate.REJECTED) {
        blocks.release(kept);
      }
    }

    private void place(
        FamilyRoutes routes,
        int known,
        int told,
        int kept,
        int pathId,
        long high,
        long low,
        int length) {
      int family = routes.family().index();
      if (kept == ImportGate.REJECTED || routes.isMartian(high, low, length)) {
        rejected++;
        refused.put(family, pathId, high, low, length, told);
        leaked += gate.isLeak() ? 1 : 0;
        show(routes, ImportGate.REJECTED, pathId, high, low, length);
        routes.remove(known, source, pathId, high, low, length);
      } else {
        refused.remove(family, pathId, high, low, length);
        show(routes, kept, pathId, high, low, length);
        routes.put(known, source, pathId, high, low, length, kept, gate.isElevated());
      }
    }

    private void withdraw(UpdateBatch batch, int step) {
      FamilyRoutes routes = families[batch.family(step)];
      for (int i = batch.from(step); i < batch.to(step); i++) {
        int id = batch.pathId(i);
        forget(batch.family(step), id, batch.high(i), batch.low(i), batch.length(i));
        refused.remove(batch.family(step), id, batch.high(i), batch.low(i), batch.length(i));
        show(routes, ImportGate.REJECTED, id, batch.high(i), batch.low(i), batch.length(i));
        routes.remove(ahead.number(i), source, id, batch.high(i), batch.low(i), batch.length(i));
      }
    }

    private void take(Update update) {
      for (int i = 0; i < update.withdrawn().size(); i++) {
        Cidr prefix = update.withdrawn().get(i);
        int id = update.withdrawnId(i);
        FamilyRoutes routes = of(prefix);
        int family = routes.family().index();
        forget(family, id, high(prefix), low(prefix), prefix.length());
        refused.remove(family, id, high(prefix), low(prefix), prefix.length());
        show(routes, ImportGate.REJECTED, id, high(prefix), low(prefix), prefix.length());
        RouteEngine.this.remove(source, id, prefix);
      }
      for (Announcement announcement : update.announced()) {
        int block = gate.marked(interned(announcement.attributes()));
        try {
          for (int i = 0; i < announcement.prefixes().size(); i++) {
            Cidr prefix = announcement.prefixes().get(i);
            int id = announcement.id(i);
            FamilyRoutes routes = of(prefix);
            keep(routes.family().index(), id, high(prefix), low(prefix), prefix.length(), block);
            judge(routes, PrefixIndex.NONE, block, id, high(prefix), low(prefix), prefix.length());
          }
        } finally {
          blocks.release(block);
        }
      }
    }
  }

  /// A route of our own.
  public void put(int source, Cidr prefix, PathAttributes attributes) {
    int block = interned(attributes);
    try {
      of(prefix).put(source, 0, high(prefix), low(prefix), prefix.length(), block, true);
    } finally {
      blocks.release(block);
    }
  }

  public void remove(int source, Cidr prefix) {
    remove(source, 0, prefix);
  }

  private void remove(int source, int pathId, Cidr prefix) {
    of(prefix).remove(source, pathId, high(prefix), low(prefix), prefix.length());
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
    family.showOf(
        source,
        0,
        Integer.MAX_VALUE,
        (pathId, prefix, attributes) -> watching.taken(source, pathId, prefix, attributes));
  }

  private int interned(PathAttributes attributes) {
    byte[] bytes = CanonicalForm.of(attributes);
    return blocks.intern(bytes, 0, bytes.length);
  }

  private FamilyRoutes of(Cidr prefix) {
    return families[Family.of(prefix.family()).index()];
  }

  private static long high(Cidr prefix) {
    return prefix.address().isIpv4() ? prefix.address().low() : prefix.address().high();
  }

  private static long low(Cidr prefix) {
    return prefix.address().isIpv4() ? 0 : prefix.address().low();
  }

  // ---- out

  public void join(Family family, Receiver member, ExportPolicy policy) {
    families[family.index()].join(member, policy);
  }

  public void leave(Family family, Receiver member, ExportPolicy policy) {
    families[family.index()].leave(member, policy);
  }

  /// A peer that is to be told everything again, by the same rules or others.
  public void move(Family family, Receiver member, ExportPolicy from, ExportPolicy to) {
    families[family.index()].move(member, from, to);
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
    if (!retired.isEmpty()) {
      forgetRetired();
    }
    return sent;
  }

  /// Peers that do not read go their own way; to be called now and then.
  public void partFromSlow() {
    for (FamilyRoutes family : families) {
      family.partFromSlow();
    }
  }

  // ---- looking

  /// @param seen is shown the attributes when the prefix is told, nothing when it is withdrawn
  public RouteWatch watch(Cidr prefix, Consumer<Optional<PathAttributes>> seen) {
    return new RouteWatch(blocks, prefix, seen);
  }

  /// Whether a member has been told of a prefix.
  public boolean isAdvertised(Family family, int prefix, Receiver member, ExportPolicy policy) {
    return families[family.index()].isAdvertised(prefix, member.source(), policy);
  }

  public FamilyRoutes routes(Family family) {
    return families[family.index()];
  }

  /// How many prefixes have a path.
  public int prefixes() {
    int count = 0;
    for (FamilyRoutes family : families) {
      count += family.size();
    }
    return count;
  }

  public int paths() {
    int count = 0;
    for (FamilyRoutes family : families) {
      count += family.paths();
    }
    return count;
  }

  /// How many different sets of attributes are held.
  public int attributeSets() {
    return blocks.size();
  }

  public int pathsOf(int source) {
    int count = 0;
    for (FamilyRoutes family : families) {
      count += family.pathsOf(source);
    }
    return count;
  }

  public boolean hasStale(int source) {
    return staleOf(source) > 0;
  }

  /// How many of its paths it has not told again.
  public int staleOf(int source) {
    int count = 0;
    for (FamilyRoutes family : families) {
      count += family.staleOf(source);
    }
    return count;
  }

  /// Shows some of what was taken of a source.
  ///
  /// @return where to go on; negative when all was shown
  public int showTaken(int source, Family family, int from, int most, RouteVisitor visitor) {
    return families[family.index()].showOf(source, from, most, visitor);
  }

  /// Writes some of what a member has been told, as messages.
  ///
  /// @return where to go on; negative when all was written
  public int showTold(
      Family family, int source, ExportPolicy policy, int from, int most, ByteBuf out) {
    return families[family.index()].showTold(source, policy, from, most, out);
  }

  /// Which prefixes a member has of us.
  public List<Cidr> advertised(Family family, Receiver member, ExportPolicy policy) {
    return new ArrayList<>(families[family.index()].advertisedPrefixes(member.source(), policy));
  }

  /// How many prefixes there are whose news a member has not been sent.
  public int waiting(Family family, Receiver member, ExportPolicy policy) {
    return families[family.index()].waiting(member, policy);
  }

  public int advertisedCount(Family family, Receiver member, ExportPolicy policy) {
    return families[family.index()].advertised(member.source(), policy);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.rib.Neighbour;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Announcement;
import dev.brindle.bird.wire.Message.Update;
import java.util.function.Consumer;

/// One peer's way in: what it tells goes through its gate into the tables, or is refused, and is
/// kept beside them as it was told where it may have to be judged anew. One owner, that of the
/// engine.
public final class RouteIntake {

  private final RouteEngine engine;
  private final AttributeBlocks blocks;
  private final FamilyRoutes[] families;
  private final Lookahead ahead;
  private final int source;
  private final ImportGate gate;
  private final HeardFamilies heard;
  private final RefusedRoutes refused;
  private long rejected;
  private long leaked;

  RouteIntake(
      RouteEngine engine, int source, ImportGate gate, HeardFamilies heard, RefusedRoutes refused) {
    this.engine = engine;
    this.blocks = engine.blocks();
    this.families = engine.families();
    this.ahead = engine.ahead();
    this.source = source;
    this.gate = gate;
    this.heard = heard;
    this.refused = refused;
  }

  /// In its place, by other rules; what was kept passes over if it is still wanted.
  public RouteIntake replaced(
      Neighbour peer, RouteFilter filter, boolean isOpen, Lowering lowering, boolean keeps) {
    if (!keeps) {
      heard.clear();
    }
    return new RouteIntake(
        engine,
        source,
        engine.gate(peer, filter, isOpen, lowering),
        keeps == heard.keeps() ? heard : engine.heard(keeps),
        refused);
  }

  /// Forgets what was kept.
  public void close() {
    heard.clear();
    refused.clear();
  }

  /// Whose attributes it keeps.
  ///
  /// @param isCounting first so, then not
  void share(AttributeShares shares, boolean isCounting) {
    heard.share(shares, source, isCounting);
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
    return heard.keeps();
  }

  /// How many routes are kept.
  public int heardCount() {
    return heard.size();
  }

  /// Judges anew some of what was kept.
  ///
  /// @param cover which prefixes
  /// @param from 0, then what came back
  /// @return where to go on; negative when all is done
  /// @throws TableFullException if there is no room
  public int rejudge(Family family, PrefixCover cover, int from, int most) {
    if (!heard.keeps()) {
      return -1;
    }
    HeardRoutes kept = heard.of(family);
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
    if (!heard.keeps()) {
      return -1;
    }
    HeardRoutes kept = heard.of(family);
    int end = Math.min(kept.limit(), from + most);
    for (int route = from; route < end; route++) {
      if (kept.isUsed(route)) {
        visitor.route(
            kept.pathId(route),
            PrefixWords.cidr(family, kept.high(route), kept.low(route), kept.length(route)),
            blocks.attributes(kept.block(route)));
      }
    }
    return end < kept.limit() ? end : -1;
  }

  /// What was kept is to be told again.
  public void markStale(Family family) {
    refused.markStale(family.index());
    if (heard.keeps()) {
      heard.of(family).markStale();
    }
  }

  /// What was kept and not told again goes, also where a new judgement made it fresh.
  public void sweepStale(Family family) {
    refused.sweepStale(family.index());
    if (heard.keeps()) {
      FamilyRoutes routes = families[family.index()];
      heard
          .of(family)
          .sweepStale(
              (pathId, high, low, length) -> {
                IntakeWatch watch = engine.watch();
                if (watch != null) {
                  watch.forgotten(
                      source, pathId, PrefixWords.cidr(routes.family(), high, low, length));
                }
                routes.remove(source, pathId, high, low, length);
              });
    }
  }

  private void show(FamilyRoutes routes, int kept, int pathId, long high, long low, int length) {
    IntakeWatch watch = engine.watch();
    if (watch == null) {
      return;
    }
    if (kept != ImportGate.REJECTED) {
      watch.taken(
          source,
          pathId,
          PrefixWords.cidr(routes.family(), high, low, length),
          blocks.attributes(kept));
    } else if (routes.has(source, pathId, high, low, length)) {
      watch.dropped(source, pathId, PrefixWords.cidr(routes.family(), high, low, length));
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
      for (int i = batch.from(step); heard.keeps() && i < batch.to(step); i++) {
        heard.put(
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
    int kept = gate.judge(block, PrefixWords.cidr(routes.family(), high, low, length));
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
      withdraw(
          routes, ahead.number(i), batch.pathId(i), batch.high(i), batch.low(i), batch.length(i));
    }
  }

  private void withdraw(
      FamilyRoutes routes, int known, int pathId, long high, long low, int length) {
    int family = routes.family().index();
    heard.remove(family, pathId, high, low, length);
    refused.remove(family, pathId, high, low, length);
    show(routes, ImportGate.REJECTED, pathId, high, low, length);
    routes.remove(known, source, pathId, high, low, length);
  }

  // ---- what only the exact codec could read

  private void take(Update update) {
    for (int i = 0; i < update.withdrawn().size(); i++) {
      Cidr prefix = update.withdrawn().get(i);
      withdraw(
          engine.of(prefix),
          PrefixIndex.NONE,
          update.withdrawnId(i),
          PrefixWords.high(prefix),
          PrefixWords.low(prefix),
          prefix.length());
    }
    update.announced().forEach(this::announce);
  }

  private void announce(Announcement announcement) {
    int block = gate.marked(engine.interned(announcement.attributes()));
    try {
      for (int i = 0; i < announcement.prefixes().size(); i++) {
        announce(announcement.prefixes().get(i), announcement.id(i), block);
      }
    } finally {
      blocks.release(block);
    }
  }

  private void announce(Cidr prefix, int pathId, int block) {
    FamilyRoutes routes = engine.of(prefix);
    long high = PrefixWords.high(prefix);
    long low = PrefixWords.low(prefix);
    heard.put(routes.family().index(), pathId, high, low, prefix.length(), block);
    judge(routes, PrefixIndex.NONE, block, pathId, high, low, prefix.length());
  }
}

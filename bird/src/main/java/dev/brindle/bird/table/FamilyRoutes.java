// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.rib.MartianPrefix;
import dev.brindle.bird.wire.Family;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/// The routes of one family: all paths, the choices, and what each group of peers is told.
final class FamilyRoutes {

  private final Family family;
  private final AttributeBlocks blocks;
  private final PrefixIndex index;
  private final PathTable paths;
  private final RouteView view;
  private final PrefixQueue changed = new PrefixQueue();

  /// Prefixes of which only those who are told all paths have to hear.
  private final PrefixQueue changedPaths = new PrefixQueue();

  private final FamilyGroups groups;
  private final EmptyPrefixes empty;

  FamilyRoutes(
      Family family,
      AttributeBlocks blocks,
      Sources sources,
      ByteBufAllocator allocator,
      long seed) {
    this.family = family;
    this.blocks = blocks;
    this.index = family == Family.IPV4_UNICAST ? PrefixIndex.ipv4(seed) : PrefixIndex.ipv6(seed);
    this.paths = new PathTable(index, blocks, sources);
    this.view = new RouteView(family, index, paths, blocks, sources);
    this.groups = new FamilyGroups(family, blocks, sources, allocator, index, paths);
    this.empty =
        new EmptyPrefixes(index, paths, prefix -> changed.contains(prefix) || groups.need(prefix));
  }

  Family family() {
    return family;
  }

  /// For those who only look.
  RouteView view() {
    return view;
  }

  // ---- in

  boolean isMartian(long high, long low, int length) {
    return family == Family.IPV4_UNICAST
        ? MartianPrefix.isIpv4(high, length)
        : MartianPrefix.isIpv6(high, low, length);
  }

  void preferOlder(boolean wanted) {
    paths.preferOlder(wanted);
  }

  /// Finds the numbers of the prefixes of some steps, and what is kept of them.
  void lookUp(UpdateBatch batch, int from, int to, int[] numbers) {
    index.find(batch, from, to, numbers);
    paths.expect(numbers, batch.to(to - 1) - batch.from(from));
  }

  /// @throws TableFullException if there is no room
  void put(int source, int pathId, long high, long low, int length, int block, boolean elevated) {
    put(PrefixIndex.NONE, source, pathId, high, low, length, block, elevated);
  }

  /// @param known the number of the prefix, if it has been looked up and had one
  /// @throws TableFullException if there is no room
  void put(
      int known,
      int source,
      int pathId,
      long high,
      long low,
      int length,
      int block,
      boolean elevated) {
    int prefix = known == PrefixIndex.NONE ? index.add(high, low, length) : known;
    note(prefix, paths.put(prefix, source, pathId, block, elevated));
  }

  void remove(int source, int pathId, long high, long low, int length) {
    remove(PrefixIndex.NONE, source, pathId, high, low, length);
  }

  /// @param known the number of the prefix, if it has been looked up and had one
  void remove(int known, int source, int pathId, long high, long low, int length) {
    int prefix = known == PrefixIndex.NONE ? index.find(high, low, length) : known;
    if (prefix != PrefixIndex.NONE) {
      note(prefix, paths.remove(prefix, source, pathId));
    }
  }

  private void note(int prefix, int change) {
    if (change >= Change.EQUALS) {
      changed.add(prefix);
    } else if (change == Change.PATHS && groups.haveAddPath()) {
      changedPaths.add(prefix);
    }
  }

  void removeAllOf(int source) {
    paths.forEachOf(source, prefix -> note(prefix, paths.remove(prefix, source)));
  }

  void markStale(int source) {
    paths.markStale(source);
  }

  void sweepStale(int source) {
    paths.sweepStale(source, changed::add);
  }

  /// What is stale is taken as a last resort, as far as it wants to be.
  void demoteStale(int source) {
    LastResort lastResort = new LastResort(blocks);
    try {
      restate(source, paths::isStale, lastResort::of);
    } finally {
      lastResort.close();
    }
  }

  /// What a source told is taken last from now on.
  ///
  /// @throws TableFullException if there is no room; what came before is done
  void lower(int source) {
    DerivedBlock lowered = new DerivedBlock(blocks, Lowering::on);
    try {
      restate(source, (_, _) -> true, lowered::of);
    } finally {
      lowered.close();
    }
  }

  /// Which paths of a prefix are meant.
  private interface Selection {

    boolean has(int prefix, int slot);
  }

  /// Other attributes for paths of a source, which has not told them.
  ///
  /// @param changed gives the attribute set in place of another; `LastResort.UNWANTED` if the path
  ///     has to go
  private void restate(int source, Selection which, IntUnaryOperator changed) {
    paths.forEachOf(
        source,
        prefix -> {
          for (int slot = paths.count(prefix) - 1; slot >= 0; slot--) {
            if (paths.source(prefix, slot) == source && which.has(prefix, slot)) {
              note(prefix, restate(prefix, slot, changed.applyAsInt(paths.block(prefix, slot))));
            }
          }
        });
  }

  private int restate(int prefix, int slot, int block) {
    return block == LastResort.UNWANTED
        ? paths.remove(prefix, paths.source(prefix, slot), paths.pathId(prefix, slot))
        : paths.restate(prefix, slot, block, paths.isElevated(prefix, slot));
  }

  /// A source has another identifier or kind: what it counts for is decided anew.
  void reconsider(int source) {
    paths.reconsider(source, changed::add);
  }

  int pathsOf(int source) {
    return paths.pathsOf(source);
  }

  int staleOf(int source) {
    return paths.staleOf(source);
  }

  int paths() {
    return paths.paths();
  }

  // ---- out

  /// Who is told of them.
  FamilyGroups groups() {
    return groups;
  }

  /// Shows what has changed since the last time.
  void show(RouteListener listener) {
    while (!changed.isEmpty()) {
      int prefix = changed.take();
      groups.changed(prefix);
      if (paths.count(prefix) == 0) {
        empty.add(prefix);
      }
      listener.changed(view, prefix);
    }
    while (!changedPaths.isEmpty()) {
      groups.changedPaths(changedPaths.take());
    }
  }

  /// Tells the peers what was shown.
  ///
  /// @return as `PeerGroup.flush`
  int tell() {
    int sent = groups.tell();
    empty.reclaim();
    return sent;
  }

  // ---- looking

  /// How many prefixes have a path.
  int size() {
    return index.size() - empty.size();
  }

  boolean has(int source, int pathId, long high, long low, int length) {
    int prefix = index.find(high, low, length);
    return prefix != PrefixIndex.NONE && paths.slotOf(prefix, source, pathId) != PathTable.NONE;
  }

  /// Which prefixes a member has of us.
  List<Cidr> advertised(int source, ExportPolicy policy) {
    PeerGroup group = groups.find(policy);
    List<Cidr> prefixes = new ArrayList<>();
    for (int prefix = 0; group != null && prefix < index.limit(); prefix++) {
      if (group.isAdvertised(prefix, source)) {
        prefixes.add(view.cidr(prefix));
      }
    }
    return prefixes;
  }

  /// Whose attributes there are.
  ///
  /// @param isCounting first so, then not
  void share(AttributeShares shares, boolean isCounting) {
    for (int prefix = 0; prefix < index.limit(); prefix++) {
      for (int slot = 0; view.hasPath(prefix) && slot < paths.count(prefix); slot++) {
        if (isCounting) {
          shares.count(paths.block(prefix, slot));
        } else {
          shares.share(paths.source(prefix, slot), paths.block(prefix, slot));
        }
      }
    }
  }
}

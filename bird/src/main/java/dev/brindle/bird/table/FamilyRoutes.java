// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.BestPath;
import dev.brindle.bird.rib.Choice;
import dev.brindle.bird.rib.MartianPrefix;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.wire.Family;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// The routes of one family: all paths, the choices, and what each group of peers is told.
public final class FamilyRoutes {

  /// Prefixes whose numbers are given back in one go.
  private static final int RECLAIMED_AT_ONCE = 10_000;

  /// And of these so many are looked for at a time.
  private static final int EXPECTED = 256;

  private final Family family;
  private final AttributeBlocks blocks;
  private final Sources sources;
  private final PrefixIndex index;
  private final PathTable paths;
  private final PrefixQueue changed = new PrefixQueue();
  private final PrefixQueue empty = new PrefixQueue();
  private final int[] reclaimed = new int[EXPECTED];

  /// Prefixes of which only those who are told all paths have to hear.
  private final PrefixQueue changedPaths = new PrefixQueue();

  private final FamilyGroups groups;

  FamilyRoutes(
      Family family,
      AttributeBlocks blocks,
      Sources sources,
      ByteBufAllocator allocator,
      long seed) {
    this.family = family;
    this.blocks = blocks;
    this.sources = sources;
    this.index = family == Family.IPV4_UNICAST ? PrefixIndex.ipv4(seed) : PrefixIndex.ipv6(seed);
    this.paths = new PathTable(index, blocks, sources);
    this.groups = new FamilyGroups(family, blocks, sources, allocator, index, paths);
  }

  public Family family() {
    return family;
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

  void demoteStale(int source) {
    LastResort lastResort = new LastResort(blocks);
    try {
      paths.forEachOf(
          source,
          prefix -> {
            for (int slot = paths.count(prefix) - 1; slot >= 0; slot--) {
              if (paths.source(prefix, slot) == source && paths.isStale(prefix, slot)) {
                note(prefix, demote(lastResort, prefix, slot));
              }
            }
          });
    } finally {
      lastResort.close();
    }
  }

  private int demote(LastResort lastResort, int prefix, int slot) {
    int block = lastResort.of(paths.block(prefix, slot));
    return block == LastResort.UNWANTED
        ? paths.remove(prefix, paths.source(prefix, slot), paths.pathId(prefix, slot))
        : paths.restate(prefix, slot, block, paths.isElevated(prefix, slot));
  }

  /// What a source told is taken last from now on.
  ///
  /// @throws TableFullException if there is no room; what came before is done
  void lower(int source) {
    DerivedBlock lowered = new DerivedBlock(blocks, Lowering::on);
    try {
      paths.forEachOf(source, prefix -> lower(prefix, source, lowered));
    } finally {
      lowered.close();
    }
  }

  private void lower(int prefix, int source, DerivedBlock lowered) {
    for (int slot = paths.count(prefix) - 1; slot >= 0; slot--) {
      if (paths.source(prefix, slot) == source) {
        int block = lowered.of(paths.block(prefix, slot));
        note(prefix, paths.restate(prefix, slot, block, paths.isElevated(prefix, slot)));
      }
    }
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
      listener.changed(this, prefix);
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
    reclaim();
    return sent;
  }

  /// Numbers of prefixes that nobody has a path to and nobody was told of are free again.
  private void reclaim() {
    int count = Math.min(empty.size(), RECLAIMED_AT_ONCE);
    for (int i = 0; i < count; i += EXPECTED) {
      reclaim(Math.min(EXPECTED, count - i));
    }
  }

  private void reclaim(int count) {
    int found = 0;
    for (int i = 0; i < count; i++) {
      int prefix = empty.take();
      if (paths.count(prefix) > 0 || !index.isUsed(prefix)) {
        continue;
      }
      if (changed.contains(prefix) || groups.need(prefix)) {
        empty.add(prefix);
      } else {
        reclaimed[found++] = prefix;
      }
    }
    index.expect(reclaimed, found);
    for (int i = 0; i < found; i++) {
      index.remove(reclaimed[i]);
    }
  }

  // ---- looking

  /// How many prefixes have a path.
  int size() {
    return index.size() - empty.size();
  }

  Cidr cidr(long high, long low, int length) {
    return new Cidr(
        family == Family.IPV4_UNICAST ? IpAddress.ofIpv4(high) : IpAddress.ofIpv6(high, low),
        length);
  }

  boolean has(int source, int pathId, long high, long low, int length) {
    int prefix = index.find(high, low, length);
    return prefix != PrefixIndex.NONE && paths.slotOf(prefix, source, pathId) != PathTable.NONE;
  }

  int showOf(int source, int from, int most, RouteVisitor visitor) {
    int end = Math.min(index.limit(), from + most);
    for (int prefix = from; prefix < end; prefix++) {
      for (int slot = 0; hasPath(prefix) && slot < paths.count(prefix); slot++) {
        if (paths.source(prefix, slot) == source) {
          visitor.route(
              paths.pathId(prefix, slot),
              cidr(prefix),
              blocks.attributes(paths.block(prefix, slot)));
        }
      }
    }
    return end < index.limit() ? end : -1;
  }

  /// Which prefixes a member has of us.
  List<Cidr> advertised(int source, ExportPolicy policy) {
    PeerGroup group = groups.find(policy);
    List<Cidr> prefixes = new ArrayList<>();
    for (int prefix = 0; group != null && prefix < index.limit(); prefix++) {
      if (group.isAdvertised(prefix, source)) {
        prefixes.add(cidr(prefix));
      }
    }
    return prefixes;
  }

  public Cidr cidr(int prefix) {
    long high = index.high(prefix);
    IpAddress address =
        family == Family.IPV4_UNICAST
            ? IpAddress.ofIpv4(high)
            : IpAddress.ofIpv6(high, index.low(prefix));
    return new Cidr(address, index.length(prefix));
  }

  /// @return the number of a prefix; negative if it has none
  public int find(Cidr prefix) {
    return family == Family.IPV4_UNICAST
        ? index.find(prefix.address().low(), 0, prefix.length())
        : index.find(prefix.address().high(), prefix.address().low(), prefix.length());
  }

  /// Whose attributes there are.
  ///
  /// @param isCounting first so, then not
  void share(AttributeShares shares, boolean isCounting) {
    for (int prefix = 0; prefix < index.limit(); prefix++) {
      for (int slot = 0; hasPath(prefix) && slot < paths.count(prefix); slot++) {
        if (isCounting) {
          shares.count(paths.block(prefix, slot));
        } else {
          shares.share(paths.source(prefix, slot), paths.block(prefix, slot));
        }
      }
    }
  }

  /// All numbers of prefixes are below it.
  public int limit() {
    return index.limit();
  }

  public boolean hasPath(int prefix) {
    return index.isUsed(prefix) && paths.count(prefix) > 0;
  }

  /// The choice, with the rule that decided; empty if there is no path.
  public Optional<Choice> choice(int prefix) {
    return BestPath.choose(paths(prefix));
  }

  /// The path that peers are told of, and those as good as it, the best one first. Cheaper than
  /// `choice`: it does not say why.
  ///
  /// @param most paths, 1 to 16
  public List<Path> equals(int prefix, int most) {
    int best = paths.best(prefix);
    if (best == PathTable.NONE) {
      return List.of();
    }
    int[] slots = new int[most];
    int count = paths.equals(prefix, slots);
    List<Path> equals = new ArrayList<>(count + 1);
    equals.add(path(prefix, best));
    for (int i = 0; i < count && equals.size() < most; i++) {
      if (slots[i] != best) {
        equals.add(path(prefix, slots[i]));
      }
    }
    return equals;
  }

  /// All paths to a prefix, chosen or not.
  public List<Path> paths(int prefix) {
    List<Path> all = new ArrayList<>();
    for (int slot = 0; slot < paths.count(prefix); slot++) {
      all.add(path(prefix, slot));
    }
    return all;
  }

  public boolean hasPathOf(int prefix, int source) {
    for (int slot = 0; slot < paths.count(prefix); slot++) {
      if (paths.source(prefix, slot) == source) {
        return true;
      }
    }
    return false;
  }

  /// All paths to a prefix, with what people want to see at a glance.
  public List<ListedPath> listed(int prefix) {
    int best = paths.best(prefix);
    int[] slots = new int[16];
    int equals = paths.equals(prefix, slots);
    BitSet good = new BitSet();
    for (int i = 0; i < equals; i++) {
      good.set(slots[i]);
    }
    List<ListedPath> all = new ArrayList<>();
    for (int slot = 0; slot < paths.count(prefix); slot++) {
      boolean isBest = slot == best;
      all.add(
          new ListedPath(
              path(prefix, slot), isBest, isBest || good.get(slot), paths.isStale(prefix, slot)));
    }
    return all;
  }

  private Path path(int prefix, int slot) {
    var source = sources.get(paths.source(prefix, slot));
    boolean isPreferred = source.isLocal() || paths.isElevated(prefix, slot);
    return new Path(
        source,
        blocks.attributes(paths.block(prefix, slot)),
        isPreferred ? Path.PREFERRED : Path.ORDINARY,
        paths.pathId(prefix, slot));
  }
}

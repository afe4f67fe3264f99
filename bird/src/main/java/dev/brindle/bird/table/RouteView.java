// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.rib.BestPath;
import dev.brindle.bird.rib.Choice;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.wire.Family;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// The routes of one family as people, the kernel and those who watch look at them: values in place
/// of numbers. Nothing can be changed here. Numbers of prefixes are good until the next change.
public final class RouteView {

  /// As many paths as go to the kernel at most.
  private static final int MOST_EQUALS = 16;

  private static final int END = -1;

  private final Family family;
  private final PrefixIndex index;
  private final PathTable paths;
  private final AttributeBlocks blocks;
  private final Sources sources;

  RouteView(
      Family family, PrefixIndex index, PathTable paths, AttributeBlocks blocks, Sources sources) {
    this.family = family;
    this.index = index;
    this.paths = paths;
    this.blocks = blocks;
    this.sources = sources;
  }

  public Family family() {
    return family;
  }

  // ---- prefixes

  /// All numbers of prefixes are below it.
  public int limit() {
    return index.limit();
  }

  public Cidr cidr(int prefix) {
    return PrefixWords.cidr(family, index.high(prefix), index.low(prefix), index.length(prefix));
  }

  /// @return the number of a prefix; negative if it has none
  public int find(Cidr prefix) {
    return index.find(PrefixWords.high(prefix), PrefixWords.low(prefix), prefix.length());
  }

  public boolean hasPath(int prefix) {
    return index.isUsed(prefix) && paths.count(prefix) > 0;
  }

  public boolean hasPathOf(int prefix, int source) {
    for (int slot = 0; slot < paths.count(prefix); slot++) {
      if (paths.source(prefix, slot) == source) {
        return true;
      }
    }
    return false;
  }

  // ---- paths

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

  /// All paths to a prefix, with what people want to see at a glance.
  public List<ListedPath> listed(int prefix) {
    int best = paths.best(prefix);
    int[] slots = new int[MOST_EQUALS];
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

  /// Shows some of what was taken of a source.
  ///
  /// @param from the first number of a prefix to look at
  /// @param most how many of them to look at
  /// @return where to go on; negative when all was shown
  int showOf(int source, int from, int most, RouteVisitor visitor) {
    int end = (int) Math.min(index.limit(), (long) from + most);
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
    return end < index.limit() ? end : END;
  }
}

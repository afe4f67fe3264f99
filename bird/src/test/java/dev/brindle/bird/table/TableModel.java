// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.rib.BestPath;
import dev.brindle.bird.rib.Choice;
import dev.brindle.bird.rib.Choice.Rule;
import dev.brindle.bird.rib.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// What a `PathTable` should hold and choose, by plain maps and by `BestPath` from scratch.
final class TableModel {

  /// Sources are numbered in order of their addresses, then names: so `BestPath`, which takes the
  /// first of a tie, must choose as the table does.
  private static final Comparator<Key> ORDER =
      Comparator.comparingInt(Key::source).thenComparing(Key::pathId, Integer::compareUnsigned);

  private final FakeBlocks blocks;
  private final Sources sources;
  private final List<Map<Key, Held>> prefixes = new ArrayList<>();
  private final boolean prefersOlder;

  /// What was the best when a prefix was last looked at.
  private final Map<Integer, Key> standing = new HashMap<>();

  TableModel(FakeBlocks blocks, Sources sources, int prefixCount) {
    this(blocks, sources, prefixCount, false);
  }

  /// @param prefersOlder then a prefix has to be looked at after each change
  TableModel(FakeBlocks blocks, Sources sources, int prefixCount, boolean prefersOlder) {
    this.prefersOlder = prefersOlder;
    this.blocks = blocks;
    this.sources = sources;
    for (int i = 0; i < prefixCount; i++) {
      prefixes.add(new TreeMap<>(ORDER));
    }
  }

  record Key(int source, int pathId) {}

  record Held(int block, boolean elevated, boolean stale) {

    Held withStale() {
      return new Held(block, elevated, true);
    }
  }

  record Told(int source, int pathId, int block) {}

  /// @param equals the first 16 in order of addresses
  record View(Optional<Told> best, List<Told> equals, Rule rule) {}

  Map<Key, Held> paths(int prefix) {
    return prefixes.get(prefix);
  }

  View view(int prefix) {
    IdentityHashMap<Path, Told> told = new IdentityHashMap<>();
    List<Path> candidates = new ArrayList<>();
    List<Path> before = new ArrayList<>();
    prefixes
        .get(prefix)
        .forEach(
            (key, held) -> {
              Path path = path(key, held);
              candidates.add(path);
              if (prefersOlder && key.equals(standing.get(prefix))) {
                before.add(path);
              }
              told.put(path, new Told(key.source(), key.pathId(), held.block()));
            });
    Optional<Choice> choice =
        before.isEmpty()
            ? BestPath.choose(candidates)
            : Optional.of(BestPath.choose(candidates, before.getFirst()));
    choice
        .map(it -> Objects.requireNonNull(told.get(it.best())))
        .ifPresent(it -> standing.put(prefix, new Key(it.source(), it.pathId())));
    return new View(
        choice.map(it -> told.get(it.best())),
        choice.map(Choice::equals).orElse(List.of()).stream().map(told::get).toList(),
        choice.map(Choice::decidedBy).orElse(Rule.ONLY_PATH));
  }

  private Path path(Key key, Held held) {
    boolean preferred = held.elevated() || sources.get(key.source()).isLocal();
    return new Path(
        sources.get(key.source()),
        blocks.attributes(held.block()),
        preferred ? Path.PREFERRED : Path.ORDINARY,
        key.pathId());
  }

  void markStale(int source) {
    prefixes.forEach(
        paths -> paths.replaceAll((key, held) -> key.source() == source ? held.withStale() : held));
  }

  /// The prefixes that lose a path by it.
  Set<Integer> sweep() {
    Set<Integer> gone = new TreeSet<>();
    for (int prefix = 0; prefix < prefixes.size(); prefix++) {
      if (prefixes.get(prefix).values().removeIf(Held::stale)) {
        gone.add(prefix);
      }
    }
    return gone;
  }

  int references(int block) {
    return count(prefixes.stream().flatMap(it -> it.values().stream()), it -> it.block() == block);
  }

  int pathsOf(int source) {
    return count(
        prefixes.stream().flatMap(it -> it.keySet().stream()), it -> it.source() == source);
  }

  int staleOf(int source) {
    return count(
        prefixes.stream().flatMap(it -> it.entrySet().stream()),
        it -> it.getKey().source() == source && it.getValue().stale());
  }

  private static <T> int count(Stream<T> all, Predicate<T> which) {
    return (int) all.filter(which).count();
  }
}

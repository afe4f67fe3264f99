// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import dev.brindle.api.net.Cidr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// All accepted paths by prefix, and for each prefix the choice. One owner; later one for each
/// shard of the prefixes.
public final class LocRib {

  private final Map<Cidr, Entry> entries = new HashMap<>();

  private int paths;

  private record Entry(List<Path> paths, Choice choice) {}

  /// Sets or replaces the path of a source. Gives back what changed by it, if anything did.
  public Optional<RibChange> put(Cidr prefix, Path path) {
    Entry entry = entries.get(prefix);
    if (entry == null) {
      return settle(prefix, List.of(path), null);
    }
    List<Path> paths = others(entry, path.source().name());
    paths.add(path);
    return settle(prefix, paths, entry.choice());
  }

  /// Removes the path of a source.
  public Optional<RibChange> remove(Cidr prefix, String source) {
    Entry entry = entries.get(prefix);
    return entry == null ? Optional.empty() : settle(prefix, others(entry, source), entry.choice());
  }

  private static List<Path> others(Entry entry, String source) {
    List<Path> paths = new ArrayList<>(entry.paths().size() + 1);
    for (Path path : entry.paths()) {
      if (!path.source().name().equals(source)) {
        paths.add(path);
      }
    }
    return paths;
  }

  private Optional<RibChange> settle(Cidr prefix, List<Path> candidates, @Nullable Choice before) {
    Optional<Choice> choice = BestPath.choose(candidates);
    paths += candidates.size();
    if (choice.isEmpty()) {
      forget(entries.remove(prefix));
      return before == null ? Optional.empty() : Optional.of(new RibChange.Gone(prefix));
    }
    forget(entries.put(prefix, new Entry(List.copyOf(candidates), choice.get())));
    boolean isSame =
        before != null
            && before.best().equals(choice.get().best())
            && before.equals().equals(choice.get().equals());
    return isSame ? Optional.empty() : Optional.of(new RibChange.Chosen(prefix, choice.get()));
  }

  private void forget(@Nullable Entry replaced) {
    if (replaced != null) {
      paths -= replaced.paths().size();
    }
  }

  public Optional<Choice> choice(Cidr prefix) {
    return Optional.ofNullable(entries.get(prefix)).map(Entry::choice);
  }

  /// All paths to a prefix, chosen or not.
  public List<Path> paths(Cidr prefix) {
    Entry entry = entries.get(prefix);
    return entry == null ? List.of() : entry.paths();
  }

  public void forEachChoice(BiConsumer<Cidr, Choice> action) {
    entries.forEach((prefix, entry) -> action.accept(prefix, entry.choice()));
  }

  public int size() {
    return entries.size();
  }

  /// Of all sources, chosen or not.
  public int pathCount() {
    return paths;
  }
}

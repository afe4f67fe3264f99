// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftSet;
import dev.brindle.linux.nft.NftTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What should be in the table of one family, and what of it is different since it was last taken.
/// A change costs as much as it touches, not as much as there is.
final class DesiredTable {

  static final String NAME = "calico";

  private final NftFamily family;
  private final Map<String, NftChain> chains = new HashMap<>();
  private final Map<String, SetState> sets = new HashMap<>();

  /// As they were when last taken; empty for what was not there.
  private final Map<String, Optional<NftChain>> chainsBefore = new LinkedHashMap<>();

  private final Set<String> touchedSets = new LinkedHashSet<>();

  DesiredTable(NftFamily family) {
    this.family = family;
  }

  void put(NftChain chain) {
    NftChain before = chains.put(chain.name(), chain);
    if (!chain.equals(before)) {
      chainsBefore.putIfAbsent(chain.name(), Optional.ofNullable(before));
    }
  }

  void removeChain(String name) {
    NftChain before = chains.remove(name);
    if (before != null) {
      chainsBefore.putIfAbsent(name, Optional.of(before));
    }
  }

  /// Makes the set have exactly these elements.
  void put(NftSet set) {
    wanted(set).become(set.elements());
  }

  /// @param set which; its elements do not count
  void change(NftSet set, Collection<NftElement> added, Collection<NftElement> removed) {
    wanted(set).change(added, removed);
  }

  void removeSet(String name) {
    SetState state = sets.get(name);
    if (state != null) {
      state.unwant();
      touchedSets.add(name);
    }
  }

  private SetState wanted(NftSet set) {
    SetState state = sets.computeIfAbsent(set.name(), _ -> new SetState(set));
    state.want();
    touchedSets.add(set.name());
    return state;
  }

  NftTable table() {
    var wanted = new TreeMap<String, NftSet>();
    sets.values().stream()
        .filter(SetState::isWanted)
        .forEach(state -> wanted.put(state.shape().name(), state.whole()));
    return new NftTable(family, NAME, new TreeMap<>(chains), wanted);
  }

  /// What leads from what was last taken to what is desired now: what is referred to comes first
  /// and leaves last.
  List<NftChange> take() {
    List<NftChange> changes = new ArrayList<>();
    List<SetState> touched = touchedSets.stream().map(sets::get).filter(Objects::nonNull).toList();
    List<NftChain> put =
        chainsBefore.keySet().stream().map(chains::get).filter(Objects::nonNull).toList();
    List<String> gone =
        chainsBefore.entrySet().stream()
            .filter(entry -> entry.getValue().isPresent() && !chains.containsKey(entry.getKey()))
            .map(Map.Entry::getKey)
            .toList();

    touched.stream()
        .filter(SetState::isNew)
        .map(set -> new NftChange.PutSet(family, NAME, set.shape()))
        .forEach(changes::add);
    put.stream()
        .filter(chain -> isNew(chain.name()))
        .map(chain -> new NftChange.PutChain(family, NAME, chain))
        .forEach(changes::add);
    touched.forEach(set -> changeElements(set, changes));
    put.stream()
        .filter(this::hasOtherRules)
        .map(chain -> new NftChange.SetRules(family, NAME, chain.name(), chain.rules()))
        .forEach(changes::add);
    gone.stream()
        .map(name -> new NftChange.SetRules(family, NAME, name, List.of()))
        .forEach(changes::add);
    touched.stream()
        .filter(set -> set.isGone() && set.shape().isMap() && !set.removed().isEmpty())
        .map(set -> new NftChange.RemoveElements(family, NAME, set.shape(), set.removed()))
        .forEach(changes::add); // they lead to chains that may be gone too
    gone.stream().map(name -> new NftChange.RemoveChain(family, NAME, name)).forEach(changes::add);
    touched.stream()
        .filter(SetState::isGone)
        .map(set -> new NftChange.RemoveSet(family, NAME, set.shape().name()))
        .forEach(changes::add);
    settle();
    return changes;
  }

  private boolean isNew(String chain) {
    return Objects.requireNonNull(chainsBefore.get(chain)).isEmpty();
  }

  private boolean hasOtherRules(NftChain chain) {
    List<NftRule> before =
        Objects.requireNonNull(chainsBefore.get(chain.name()))
            .map(NftChain::rules)
            .orElse(List.of());
    return !before.equals(chain.rules());
  }

  private void changeElements(SetState set, List<NftChange> changes) {
    if (!set.isWanted()) {
      return;
    }
    Set<NftElement> added = set.isNew() ? set.elements() : set.added();
    Set<NftElement> removed = set.isNew() ? Set.of() : set.removed();
    if (!removed.isEmpty()) {
      changes.add(new NftChange.RemoveElements(family, NAME, set.shape(), removed));
    }
    if (!added.isEmpty()) {
      changes.add(new NftChange.AddElements(family, NAME, set.shape(), added));
    }
  }

  /// What is desired now is taken; differences count from here.
  void settle() {
    chainsBefore.clear();
    touchedSets.stream().map(sets::get).filter(Objects::nonNull).forEach(SetState::settle);
    touchedSets.clear();
    sets.values().removeIf(state -> !state.isWanted());
  }
}

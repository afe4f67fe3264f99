// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.reconcile;

import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftSet;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.nft.NftTransaction;
import dev.brindle.linux.nft.PrefixCover;
import dev.brindle.linux.nft.RuleComment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Turns the tables that should be and the tables that are into one transaction.
///
/// Rules are compared by the hash in their comment. What is referred to comes before what refers
/// to it, and leaves after it. A set or chain that has to become of another kind is made anew;
/// since nobody can tell which installed rules refer to it, all chains are then written again, in
/// the same transaction, so that no packet sees the gap.
public final class NftPlan {

  private final NftTable desired;
  private final InstalledTable installed;
  private final List<NftChange> changes = new ArrayList<>();

  private NftPlan(NftTable desired, InstalledTable installed) {
    this.desired = desired;
    this.installed = installed;
  }

  /// @param installed what was read of the tables; those that are not desired are removed whole,
  ///     so pass only tables that are ours
  public static NftTransaction between(
      Collection<NftTable> desired, Collection<InstalledTable> installed) {
    var changes = new ArrayList<NftChange>();
    for (NftTable table : desired) {
      Optional<InstalledTable> present =
          installed.stream().filter(found -> isSame(table, found)).findFirst();
      changes.addAll(between(table, present));
    }
    for (InstalledTable found : installed) {
      if (desired.stream().noneMatch(table -> isSame(table, found))) {
        changes.add(new NftChange.RemoveTable(found.family(), found.name()));
      }
    }
    return new NftTransaction(changes);
  }

  private static boolean isSame(NftTable table, InstalledTable found) {
    return table.family() == found.family() && table.name().equals(found.name());
  }

  private static List<NftChange> between(NftTable desired, Optional<InstalledTable> installed) {
    var plan =
        new NftPlan(
            desired,
            installed.orElseGet(
                () -> new InstalledTable(desired.family(), desired.name(), Map.of(), Map.of())));
    if (installed.isEmpty()) {
      plan.changes.add(new NftChange.PutTable(desired.family(), desired.name()));
    }
    plan.run();
    return plan.changes;
  }

  private NftFamily family() {
    return desired.family();
  }

  private String table() {
    return desired.name();
  }

  private void run() {
    Set<String> goneChains = without(installed.chains(), desired.chains());
    Set<String> goneSets = without(installed.sets(), desired.sets());
    Set<String> changedChains = changedChains();
    Set<String> changedSets = changedSets();
    boolean isRebuilt = !changedChains.isEmpty() || !changedSets.isEmpty();

    if (isRebuilt) {
      in(installed.chains().keySet()).forEach(this::empty);
      in(installed.sets().keySet()).forEach(this::emptyMap);
      changedChains.forEach(this::removeChain);
      changedSets.forEach(this::removeSet);
    }
    putSets(changedSets);
    putChains(changedChains);
    desired.sets().values().forEach(set -> putElements(set, isRebuilt, changedSets));
    desired.chains().values().forEach(chain -> putRules(chain, isRebuilt));
    if (!isRebuilt) {
      goneChains.forEach(this::empty);
      goneSets.forEach(this::emptyMap);
    }
    goneChains.forEach(this::removeChain);
    goneSets.forEach(this::removeSet);
  }

  private static Set<String> without(Map<String, ?> all, Map<String, ?> kept) {
    var rest = new TreeSet<>(all.keySet());
    rest.removeAll(kept.keySet());
    return rest;
  }

  private static Set<String> in(Collection<String> names) {
    return new TreeSet<>(names);
  }

  private Set<String> changedChains() {
    var changed = new TreeSet<String>();
    desired
        .chains()
        .forEach(
            (name, chain) -> {
              InstalledTable.Chain present = installed.chains().get(name);
              if (present != null && !present.base().equals(chain.base())) {
                changed.add(name);
              }
            });
    return changed;
  }

  private Set<String> changedSets() {
    var changed = new TreeSet<String>();
    desired
        .sets()
        .forEach(
            (name, set) -> {
              InstalledTable.Elements present = installed.sets().get(name);
              boolean isOther =
                  present != null
                      && !(present.key().equals(Optional.of(set.key()))
                          && present.isMap() == set.isMap());
              if (isOther) {
                changed.add(name);
              }
            });
    return changed;
  }

  private void empty(String chain) {
    changes.add(new NftChange.SetRules(family(), table(), chain, List.of()));
  }

  /// The elements of a map refer to chains.
  private void emptyMap(String name) {
    InstalledTable.Elements present = installed.sets().get(name);
    if (present == null || !present.isMap() || present.elements().isEmpty()) {
      return;
    }
    var map = new NftSet(name, NftSet.Key.INTERFACE, true, Set.of());
    changes.add(new NftChange.RemoveElements(family(), table(), map, present.elements()));
  }

  private void removeChain(String chain) {
    changes.add(new NftChange.RemoveChain(family(), table(), chain));
  }

  private void removeSet(String set) {
    changes.add(new NftChange.RemoveSet(family(), table(), set));
  }

  private void putSets(Set<String> changed) {
    for (NftSet set : desired.sets().values()) {
      if (changed.contains(set.name()) || !installed.sets().containsKey(set.name())) {
        changes.add(new NftChange.PutSet(family(), table(), set));
      }
    }
  }

  private void putChains(Set<String> changed) {
    for (NftChain chain : desired.chains().values()) {
      if (changed.contains(chain.name()) || !installed.chains().containsKey(chain.name())) {
        var bare = new NftChain(chain.name(), chain.base(), List.of());
        changes.add(new NftChange.PutChain(family(), table(), bare));
      }
    }
  }

  /// Removals come first: an interval that grows would overlap what it was, and a map's key can
  /// have one target only.
  private void putElements(NftSet set, boolean isRebuilt, Set<String> changed) {
    Set<NftElement> wanted = PrefixCover.installed(set);
    Set<NftElement> present = presentElements(set, isRebuilt, changed);
    var removed = new HashSet<>(present);
    removed.removeAll(wanted);
    var added = new LinkedHashSet<>(wanted);
    added.removeAll(present);
    if (!removed.isEmpty()) {
      changes.add(new NftChange.RemoveElements(family(), table(), set, removed));
    }
    if (!added.isEmpty()) {
      changes.add(new NftChange.AddElements(family(), table(), set, added));
    }
  }

  private Set<NftElement> presentElements(NftSet set, boolean isRebuilt, Set<String> changed) {
    InstalledTable.Elements present = installed.sets().get(set.name());
    if (present == null || changed.contains(set.name()) || (isRebuilt && present.isMap())) {
      return Set.of();
    }
    return present.elements();
  }

  private void putRules(NftChain chain, boolean isRebuilt) {
    InstalledTable.Chain present = installed.chains().get(chain.name());
    List<String> installedHashes = present == null || isRebuilt ? List.of() : present.ruleHashes();
    if (!installedHashes.equals(hashes(chain.rules()))) {
      changes.add(new NftChange.SetRules(family(), table(), chain.name(), chain.rules()));
    }
  }

  private List<String> hashes(List<NftRule> rules) {
    return rules.stream().map(rule -> RuleComment.hash(family(), rule)).toList();
  }
}

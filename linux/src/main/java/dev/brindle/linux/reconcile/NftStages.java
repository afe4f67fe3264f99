// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.reconcile;

import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// Takes a transaction that is too big for one send apart into several, each of which leaves a
/// table that lets through nothing that neither the old nor the new one would.
///
/// 1. What no packet can reach yet: new sets with their elements, new chains with their rules, and
///    a twin (`name~`) of each present chain that gets other rules.
/// 2. Elements of present sets, so that each address changes in all sets at once.
/// 3. The switch: each present chain goes to its twin, and base chains are hooked in. Small, so
///    all at once.
/// 4. The present chains get the rules that their twins have: to packets that is the same.
/// 5. What nothing refers to any more leaves.
public final class NftStages {

  /// No chain of ours has it in its name.
  private static final String TWIN = "~";

  private final NftTransaction whole;
  private final NftReach reach;
  private final Predicate<List<NftChange>> fits;
  private final List<NftTransaction> stages = new ArrayList<>();

  private NftStages(NftTransaction whole, Predicate<List<NftChange>> fits) {
    this.whole = whole;
    this.reach = NftReach.of(whole);
    this.fits = fits;
  }

  /// @param fits whether changes can be sent at once
  /// @return the transaction itself if it fits, or if it cannot be taken apart; a stage that cannot
  ///     be made smaller may not fit
  public static List<NftTransaction> of(NftTransaction whole, Predicate<List<NftChange>> fits) {
    if (fits.test(whole.changes())) {
      return List.of(whole);
    }
    var stages = new NftStages(whole, fits);
    if (stages.reach.isAnythingRemade()) {
      return List.of(whole); // what is made anew is missing in between
    }
    stages.run();
    return List.copyOf(stages.stages);
  }

  /// The chain that a stage's chain stands for.
  public static String original(String chain) {
    return chain.endsWith(TWIN) ? chain.substring(0, chain.length() - TWIN.length()) : chain;
  }

  private void run() {
    List<NftChange> prepared = all(NftReach.Kind.UNREACHED);
    List<NftChange> elements = all(NftReach.Kind.LIVE_ELEMENTS);
    List<NftChange> rules = all(NftReach.Kind.LIVE_RULES);
    List<NftChange> hooks = all(NftReach.Kind.HOOK);
    List<NftChange> gone = all(NftReach.Kind.GONE);

    pack(prepared);
    List<NftChange> live = joined(elements, joined(rules, hooks));
    if (fits.test(live)) {
      add(live);
    } else {
      switchOver(elements, rules, hooks);
    }
    pack(gone);
  }

  private List<NftChange> all(NftReach.Kind kind) {
    return whole.changes().stream().filter(change -> reach.kind(change) == kind).toList();
  }

  private void switchOver(List<NftChange> elements, List<NftChange> rules, List<NftChange> hooks) {
    boolean needsTwins = !fits.test(joined(rules, hooks));
    List<NftChange.SetRules> changed = rules.stream().map(NftChange.SetRules.class::cast).toList();
    if (needsTwins) {
      pack(changed.stream().map(NftStages::putTwin).toList());
      pack(changed.stream().map(NftStages::fillTwin).toList());
    }
    var groups = new ElementGroups(elements);
    split(groups.groups(), groups::changes);
    if (!needsTwins) {
      add(joined(rules, hooks));
      return;
    }
    split(joined(changed.stream().map(NftStages::goToTwin).toList(), hooks), List::copyOf);
    pack(rules);
    pack(changed.stream().map(NftStages::emptyTwin).toList());
    pack(changed.stream().map(NftStages::removeTwin).toList());
  }

  private static NftChange putTwin(NftChange.SetRules of) {
    var twin = new NftChain(of.chain() + TWIN, Optional.empty(), List.of());
    return new NftChange.PutChain(of.family(), of.table(), twin);
  }

  private static NftChange fillTwin(NftChange.SetRules of) {
    return new NftChange.SetRules(of.family(), of.table(), of.chain() + TWIN, of.rules());
  }

  private static NftChange goToTwin(NftChange.SetRules of) {
    NftRule rule = NftRule.of(new NftExpression.Goto(of.chain() + TWIN));
    return new NftChange.SetRules(of.family(), of.table(), of.chain(), List.of(rule));
  }

  private static NftChange emptyTwin(NftChange.SetRules of) {
    return new NftChange.SetRules(of.family(), of.table(), of.chain() + TWIN, List.of());
  }

  private static NftChange removeTwin(NftChange.SetRules of) {
    return new NftChange.RemoveChain(of.family(), of.table(), of.chain() + TWIN);
  }

  private static List<NftChange> joined(List<NftChange> first, List<NftChange> second) {
    var both = new ArrayList<>(first);
    both.addAll(second);
    return both;
  }

  /// For changes that no packet notices: they may be taken apart anywhere.
  private void pack(List<NftChange> changes) {
    var pieces = new ArrayList<NftChange>();
    changes.forEach(change -> cut(change, pieces));
    split(pieces, List::copyOf);
  }

  private void cut(NftChange change, List<NftChange> pieces) {
    List<NftChange> halves = fits.test(List.of(change)) ? List.of() : ElementGroups.halves(change);
    if (halves.isEmpty()) {
      pieces.add(change);
    } else {
      halves.forEach(half -> cut(half, pieces));
    }
  }

  /// As many transactions as it takes, in order.
  private <T> void split(List<T> parts, Function<List<T>, List<NftChange>> changes) {
    List<NftChange> together = changes.apply(parts);
    if (parts.size() <= 1 || fits.test(together)) {
      add(together);
      return;
    }
    int middle = parts.size() / 2;
    split(parts.subList(0, middle), changes);
    split(parts.subList(middle, parts.size()), changes);
  }

  private void add(List<NftChange> changes) {
    if (!changes.isEmpty()) {
      stages.add(new NftTransaction(changes));
    }
  }
}

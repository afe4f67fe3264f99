// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.linux.kernel.NftRefusedException.Refused;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftSet;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.nft.NftTransaction;
import dev.brindle.linux.reconcile.NftStages;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What of the desired tables the kernel refuses. A chain that is refused, or that needs a set that
/// is refused, drops instead, so that all else can be in force: whoever is subject to it is cut
/// off. A host endpoint's failsafe ports stay open, and so do its connections.
///
/// @param reasons in the kernel's words
public record BrokenParts(Map<Part, String> reasons) {

  public static final BrokenParts NONE = new BrokenParts(Map.of());

  private static final NftRule CLOSED =
      new NftRule(List.of(NftExpression.DROP), "the kernel refuses the rules");

  public BrokenParts {
    reasons = Map.copyOf(reasons);
  }

  /// A chain or a set.
  public record Part(NftFamily family, boolean isSet, String name) {

    @Override
    public String toString() {
      return (isSet ? "set " : "chain ") + name;
    }
  }

  public boolean isEmpty() {
    return reasons.isEmpty();
  }

  /// These parts and those that were refused now.
  ///
  /// @return empty if a part is refused without which nothing works, or nothing is new
  public Optional<BrokenParts> and(Collection<Refused> refused, Collection<NftTable> desired) {
    Map<Part, String> all = new HashMap<>(reasons);
    for (Refused one : refused) {
      Optional<Part> part = part(one.change()).filter(found -> mayBreak(found, desired));
      if (part.isEmpty()) {
        return Optional.empty();
      }
      all.putIfAbsent(part.get(), one.reason());
    }
    return all.size() == reasons.size() ? Optional.empty() : Optional.of(new BrokenParts(all));
  }

  private static Optional<Part> part(NftChange change) {
    return switch (change) {
      case NftChange.SetRules(var family, _, var chain, _) ->
          Optional.of(new Part(family, false, NftStages.original(chain)));
      case NftChange.PutSet(var family, _, var set) -> Optional.of(of(family, set));
      case NftChange.AddElements(var family, _, var set, _) -> Optional.of(of(family, set));
      case NftChange.RemoveElements(var family, _, var set, _) -> Optional.of(of(family, set));
      case NftChange.PutTable _, NftChange.RemoveTable _ -> Optional.empty();
      case NftChange.PutChain _, NftChange.RemoveChain _, NftChange.RemoveSet _ ->
          Optional.empty(); // to drop instead is no cure
    };
  }

  private static Part of(NftFamily family, NftSet set) {
    return new Part(family, true, set.name());
  }

  private static boolean mayBreak(Part part, Collection<NftTable> desired) {
    if (!part.isSet()) {
      return ChainName.isOfPolicyOrEndpoint(part.name());
    }
    return desired.stream()
        .filter(table -> table.family() == part.family())
        .flatMap(table -> table.chains().values().stream())
        .filter(chain -> needs(chain.rules(), Set.of(part.name())))
        .allMatch(chain -> ChainName.isOfPolicyOrEndpoint(chain.name()));
  }

  /// The table without what is broken, and with what that closes.
  public NftTable close(NftTable table) {
    Set<String> sets = names(table.family(), true);
    Set<String> chains = names(table.family(), false);
    var closed = new TreeMap<>(table.chains());
    closed.replaceAll(
        (name, chain) ->
            chains.contains(name) || needs(chain.rules(), sets)
                ? new NftChain(name, chain.base(), closed(chain))
                : chain);
    var kept = new TreeMap<>(table.sets());
    kept.keySet().removeAll(sets);
    return new NftTable(table.family(), table.name(), closed, kept);
  }

  private static List<NftRule> closed(NftChain chain) {
    Stream<NftRule> kept =
        ChainName.isOfHost(chain.name())
            ? chain.rules().stream().takeWhile(BrokenParts::staysOpen)
            : Stream.of();
    return Stream.concat(kept, Stream.of(CLOSED)).toList();
  }

  /// What a host endpoint's chain begins with.
  private static boolean staysOpen(NftRule rule) {
    return rule.expressions().stream()
        .anyMatch(
            expression ->
                expression instanceof NftExpression.CtState
                    || (expression instanceof NftExpression.Jump(var to)
                        && ChainName.isFailsafe(to)));
  }

  private Set<String> names(NftFamily family, boolean isSet) {
    return reasons.keySet().stream()
        .filter(part -> part.family() == family && part.isSet() == isSet)
        .map(Part::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean needs(Collection<NftRule> rules, Set<String> sets) {
    return !sets.isEmpty()
        && rules.stream()
            .flatMap(rule -> rule.expressions().stream())
            .anyMatch(
                expression ->
                    switch (expression) {
                      case NftExpression.InSet(_, var set, _) -> sets.contains(set);
                      case NftExpression.InPortSet(_, var set, _) -> sets.contains(set);
                      case NftExpression.InterfaceMap(_, var map) -> sets.contains(map);
                      default -> false; // needs no set
                    });
  }

  /// Whether a change has to do with what is broken: then all of it deserves another try.
  public boolean isTouchedBy(NftTransaction transaction) {
    return !isEmpty() && transaction.changes().stream().anyMatch(this::isTouchedBy);
  }

  private boolean isTouchedBy(NftChange change) {
    return switch (change) {
      case NftChange.PutTable _, NftChange.RemoveTable _, NftChange.PutChain _ -> false;
      case NftChange.SetRules(var family, _, var chain, var rules) ->
          has(family, false, chain) || needs(rules, names(family, true));
      case NftChange.RemoveChain(var family, _, var chain) -> has(family, false, chain);
      case NftChange.PutSet(var family, _, var set) -> has(family, true, set.name());
      case NftChange.AddElements(var family, _, var set, _) -> has(family, true, set.name());
      case NftChange.RemoveElements(var family, _, var set, _) -> has(family, true, set.name());
      case NftChange.RemoveSet(var family, _, var set) -> has(family, true, set);
    };
  }

  private boolean has(NftFamily family, boolean isSet, String name) {
    return reasons.containsKey(new Part(family, isSet, name));
  }

  /// Names of interfaces whose endpoints are subject to what is closed.
  public Set<String> devices(Collection<NftTable> desired) {
    return isEmpty()
        ? Set.of()
        : desired.stream()
            .flatMap(table -> ClosedChains.of(table, close(table)).devices().stream())
            .collect(Collectors.toUnmodifiableSet());
  }

  /// One line for each part: what it is, whom it closes, and why.
  ///
  /// @param describe the name of a chain for people
  public List<String> problems(Collection<NftTable> desired, UnaryOperator<String> describe) {
    var problems = new TreeSet<String>();
    reasons.forEach(
        (part, reason) -> {
          BrokenParts alone = new BrokenParts(Map.of(part, reason));
          String closed =
              desired.stream()
                  .filter(table -> table.family() == part.family())
                  .flatMap(table -> ClosedChains.of(table, alone.close(table)).names().stream())
                  .map(describe)
                  .sorted()
                  .collect(Collectors.joining(", "));
          problems.add("rules: %s drops all, the rest is in force: %s".formatted(closed, reason));
        });
    return List.copyOf(problems);
  }
}

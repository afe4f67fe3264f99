// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftSet;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.nft.NftTransaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Tables in memory: every change must find what it refers to.
final class MemoryTables {

  private final Map<NftFamily, NftTable> tables = new TreeMap<>();

  NftTable table(NftFamily family) {
    return tables.getOrDefault(family, NftTable.empty(family, "calico"));
  }

  Optional<InstalledTable> read(NftFamily family, String name) {
    NftTable table = tables.get(family);
    if (table == null) {
      return Optional.empty();
    }
    Map<String, InstalledTable.Chain> chains = new HashMap<>();
    table
        .chains()
        .forEach(
            (chain, is) ->
                chains.put(
                    chain,
                    new InstalledTable.Chain(
                        is.base(),
                        is.rules().stream().map(r -> Integer.toHexString(r.hashCode())).toList())));
    Map<String, InstalledTable.Elements> sets = new HashMap<>();
    table
        .sets()
        .forEach(
            (set, is) ->
                sets.put(
                    set,
                    new InstalledTable.Elements(Optional.of(is.key()), is.isMap(), is.elements())));
    return Optional.of(new InstalledTable(family, name, chains, sets));
  }

  /// From nothing, or by dropping all there is, as long as something differs.
  static NftTransaction replacing(NftTable desired, Optional<InstalledTable> actual) {
    var scratch = new MemoryTables();
    scratch.tables.put(desired.family(), desired);
    if (actual.equals(scratch.read(desired.family(), desired.name()))) {
      return new NftTransaction(List.of());
    }
    NftFamily family = desired.family();
    String name = desired.name();
    List<NftChange> changes = new ArrayList<>();
    changes.add(new NftChange.RemoveTable(family, name));
    changes.add(new NftChange.PutTable(family, name));
    desired.sets().values().forEach(s -> changes.add(new NftChange.PutSet(family, name, s)));
    desired.chains().values().forEach(c -> changes.add(new NftChange.PutChain(family, name, c)));
    desired
        .sets()
        .values()
        .forEach(s -> changes.add(new NftChange.AddElements(family, name, s, s.elements())));
    desired
        .chains()
        .forEach((c, is) -> changes.add(new NftChange.SetRules(family, name, c, is.rules())));
    return new NftTransaction(changes);
  }

  void apply(NftTransaction transaction) {
    transaction.changes().forEach(this::apply);
    tables.values().forEach(MemoryTables::check);
  }

  private void apply(NftChange change) {
    switch (change) {
      case NftChange.PutTable(var family, var name) ->
          tables.putIfAbsent(family, NftTable.empty(family, name));
      case NftChange.RemoveTable(var family, _) -> tables.remove(family);
      case NftChange.PutChain(var family, _, var chain) ->
          chains(
              family,
              chains ->
                  chains.putIfAbsent(
                      chain.name(), new NftChain(chain.name(), chain.base(), List.of())));
      case NftChange.SetRules(var family, _, var name, var rules) ->
          chains(
              family,
              chains -> {
                NftChain chain = present(chains.get(name), name);
                chains.put(name, new NftChain(name, chain.base(), rules));
              });
      case NftChange.RemoveChain(var family, _, var name) ->
          chains(family, chains -> present(chains.remove(name), name));
      case NftChange.PutSet(var family, _, var set) ->
          sets(
              family,
              sets ->
                  sets.putIfAbsent(
                      set.name(), new NftSet(set.name(), set.key(), set.isMap(), Set.of())));
      case NftChange.AddElements(var family, _, var set, var elements) ->
          elements(family, set, before -> before.addAll(elements));
      case NftChange.RemoveElements(var family, _, var set, var elements) ->
          elements(
              family,
              set,
              before -> {
                if (!before.removeAll(elements)) {
                  throw new IllegalStateException("no such elements in " + set.name());
                }
              });
      case NftChange.RemoveSet(var family, _, var name) ->
          sets(family, sets -> present(sets.remove(name), name));
    }
  }

  private static <T> T present(@Nullable T thing, String name) {
    if (thing == null) {
      throw new IllegalStateException("there is no " + name);
    }
    return thing;
  }

  private void chains(NftFamily family, Consumer<Map<String, NftChain>> how) {
    NftTable table = present(tables.get(family), family.toString());
    var chains = new TreeMap<>(table.chains());
    how.accept(chains);
    tables.put(family, new NftTable(family, table.name(), chains, table.sets()));
  }

  private void sets(NftFamily family, Consumer<Map<String, NftSet>> how) {
    NftTable table = present(tables.get(family), family.toString());
    var sets = new TreeMap<>(table.sets());
    how.accept(sets);
    tables.put(family, new NftTable(family, table.name(), table.chains(), sets));
  }

  private void elements(NftFamily family, NftSet set, Consumer<Set<NftElement>> how) {
    sets(
        family,
        sets -> {
          NftSet now = present(sets.get(set.name()), set.name());
          Set<NftElement> elements = new HashSet<>(now.elements());
          how.accept(elements);
          sets.put(set.name(), new NftSet(set.name(), set.key(), set.isMap(), elements));
        });
  }

  /// Everything that is referred to exists.
  private static void check(NftTable table) {
    table.chains().values().stream()
        .flatMap(chain -> chain.rules().stream())
        .flatMap(MemoryTables::references)
        .forEach(
            name -> {
              if (!table.chains().containsKey(name) && !table.sets().containsKey(name)) {
                throw new IllegalStateException("a rule refers to %s, not there".formatted(name));
              }
            });
    table.sets().values().stream()
        .flatMap(set -> set.elements().stream())
        .forEach(
            element -> {
              if (element instanceof NftElement.GoTo(_, var chain)) {
                present(table.chains().get(chain), chain);
              }
            });
  }

  private static Stream<String> references(NftRule rule) {
    return rule.expressions().stream()
        .flatMap(
            expression ->
                switch (expression) {
                  case NftExpression.Jump(var chain) -> Stream.of(chain);
                  case NftExpression.Goto(var chain) -> Stream.of(chain);
                  case NftExpression.InSet(_, var set, _) -> Stream.of(set);
                  case NftExpression.InPortSet(_, var set, _) -> Stream.of(set);
                  case NftExpression.InterfaceMap(_, var map) -> Stream.of(map);
                  default -> Stream.of();
                });
  }
}

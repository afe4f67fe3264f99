// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.testing;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftSet;
import dev.brindle.linux.nft.NftTable;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// The tables as one transaction changes them, step by step.
final class FakeTables {

  private final Map<Key, NftTable> tables;

  record Key(NftFamily family, String name) implements Comparable<Key> {

    @Override
    public int compareTo(Key other) {
      return Comparator.comparing(Key::family).thenComparing(Key::name).compare(this, other);
    }
  }

  FakeTables(Map<Key, NftTable> before) {
    tables = new TreeMap<>(before);
  }

  Map<Key, NftTable> tables() {
    return tables;
  }

  void apply(NftChange change) {
    switch (change) {
      case NftChange.PutTable(var family, var table) ->
          tables.putIfAbsent(new Key(family, table), NftTable.empty(family, table));
      case NftChange.RemoveTable(var family, var table) -> tables.remove(new Key(family, table));
      case NftChange.PutChain(var family, var table, var chain) ->
          chains(family, table, chains -> putChain(chains, chain));
      case NftChange.SetRules(var family, var table, var chain, var rules) -> {
        rules.forEach(rule -> checkTargets(table(family, table), rule));
        chains(family, table, chains -> setRules(chains, chain, rules));
      }
      case NftChange.RemoveChain(var family, var table, var chain) ->
          removeChain(table(family, table), chain);
      case NftChange.PutSet(var family, var table, var set) ->
          sets(family, table, sets -> putSet(sets, set));
      case NftChange.AddElements(var family, var table, var set, var elements) -> {
        elements.forEach(element -> checkTarget(table(family, table), element));
        changeElements(family, table, set, old -> add(set, old, elements));
      }
      case NftChange.RemoveElements(var family, var table, var set, var elements) ->
          changeElements(family, table, set, old -> remove(set, old, elements));
      case NftChange.RemoveSet(var family, var table, var set) ->
          removeSet(table(family, table), set);
    }
  }

  private NftTable table(NftFamily family, String name) {
    NftTable table = tables.get(new Key(family, name));
    if (table == null) {
      throw refused(Errno.ENOENT, "no table " + name);
    }
    return table;
  }

  private static KernelException refused(Errno errno, String detail) {
    return new KernelException("nft transaction", errno, detail);
  }

  private void chains(
      NftFamily family, String name, UnaryOperator<SortedMap<String, NftChain>> change) {
    NftTable old = table(family, name);
    tables.put(
        new Key(family, name),
        new NftTable(family, name, change.apply(new TreeMap<>(old.chains())), old.sets()));
  }

  private void sets(
      NftFamily family, String name, UnaryOperator<SortedMap<String, NftSet>> change) {
    NftTable old = table(family, name);
    tables.put(
        new Key(family, name),
        new NftTable(family, name, old.chains(), change.apply(new TreeMap<>(old.sets()))));
  }

  private static SortedMap<String, NftChain> putChain(
      SortedMap<String, NftChain> chains, NftChain chain) {
    NftChain present = chains.get(chain.name());
    if (present != null && !present.base().equals(chain.base())) {
      throw refused(Errno.EEXIST, "chain %s is of another kind".formatted(chain.name()));
    }
    chains.putIfAbsent(chain.name(), new NftChain(chain.name(), chain.base(), List.of()));
    return chains;
  }

  private static SortedMap<String, NftChain> setRules(
      SortedMap<String, NftChain> chains, String name, List<NftRule> rules) {
    NftChain present = chains.get(name);
    if (present == null) {
      throw refused(Errno.ENOENT, "no chain " + name);
    }
    chains.put(name, new NftChain(name, present.base(), rules));
    return chains;
  }

  private void removeChain(NftTable table, String name) {
    NftChain chain = table.chains().get(name);
    if (chain == null) {
      throw refused(Errno.ENOENT, "no chain " + name);
    }
    if (!chain.rules().isEmpty() || references(table).chains().contains(name)) {
      throw refused(Errno.EBUSY, "chain %s is in use".formatted(name));
    }
    chains(
        table.family(),
        table.name(),
        chains -> {
          chains.remove(name);
          return chains;
        });
  }

  private static SortedMap<String, NftSet> putSet(SortedMap<String, NftSet> sets, NftSet set) {
    NftSet present = sets.get(set.name());
    if (present == null) {
      sets.put(set.name(), new NftSet(set.name(), set.key(), set.isMap(), Set.of()));
    } else if (present.key() != set.key() || present.isMap() != set.isMap()) {
      throw refused(Errno.EEXIST, "set %s is of another kind".formatted(set.name()));
    }
    return sets;
  }

  private void removeSet(NftTable table, String name) {
    if (!table.sets().containsKey(name)) {
      throw refused(Errno.ENOENT, "no set " + name);
    }
    if (references(table).sets().contains(name)) {
      throw refused(Errno.EBUSY, "set %s is in use".formatted(name));
    }
    sets(
        table.family(),
        table.name(),
        sets -> {
          sets.remove(name);
          return sets;
        });
  }

  private void changeElements(
      NftFamily family, String table, NftSet set, UnaryOperator<Set<NftElement>> change) {
    sets(
        family,
        table,
        sets -> {
          NftSet present = sets.get(set.name());
          if (present == null) {
            throw refused(Errno.ENOENT, "no set " + set.name());
          }
          Set<NftElement> elements = change.apply(new HashSet<>(present.elements()));
          sets.put(set.name(), new NftSet(set.name(), present.key(), present.isMap(), elements));
          return sets;
        });
  }

  private static Set<NftElement> add(NftSet set, Set<NftElement> elements, Set<NftElement> added) {
    for (NftElement element : added) {
      boolean clashes = elements.stream().anyMatch(old -> clash(old, element));
      if (clashes) {
        throw refused(Errno.EEXIST, "%s of set %s overlaps another".formatted(element, set.name()));
      }
      elements.add(element);
    }
    return elements;
  }

  private static boolean clash(NftElement old, NftElement added) {
    if (old.equals(added)) {
      return false;
    }
    return switch (old) {
      case NftElement.Net(var cidr) ->
          added instanceof NftElement.Net(var other) && cidr.overlaps(other);
      case NftElement.Endpoint _ -> false;
      case NftElement.GoTo(var name, _) ->
          added instanceof NftElement.GoTo(var other, _) && name.equals(other);
    };
  }

  private static Set<NftElement> remove(
      NftSet set, Set<NftElement> elements, Set<NftElement> removed) {
    for (NftElement element : removed) {
      if (!elements.remove(element)) {
        throw refused(Errno.ENOENT, "%s is not in set %s".formatted(element, set.name()));
      }
    }
    return elements;
  }

  private static void checkTarget(NftTable table, NftElement element) {
    if (element instanceof NftElement.GoTo(_, var chain) && !table.chains().containsKey(chain)) {
      throw refused(Errno.ENOENT, "no chain " + chain);
    }
  }

  private static void checkTargets(NftTable table, NftRule rule) {
    var references = new References(new HashSet<>(), new HashSet<>());
    rule.expressions().forEach(references::add);
    references.chains().stream()
        .filter(chain -> !table.chains().containsKey(chain))
        .forEach(
            chain -> {
              throw refused(Errno.ENOENT, "no chain " + chain);
            });
    references.sets().stream()
        .filter(set -> !table.sets().containsKey(set))
        .forEach(
            set -> {
              throw refused(Errno.ENOENT, "no set " + set);
            });
  }

  private record References(Set<String> chains, Set<String> sets) {

    void add(NftExpression expression) {
      switch (expression) {
        case NftExpression.Jump(var chain) -> chains.add(chain);
        case NftExpression.Goto(var chain) -> chains.add(chain);
        case NftExpression.InSet(_, var set, _) -> sets.add(set);
        case NftExpression.InPortSet(_, var set, _) -> sets.add(set);
        case NftExpression.InterfaceMap(_, var map) -> sets.add(map);
        default -> {} // refers to nothing
      }
    }
  }

  private static References references(NftTable table) {
    var references = new References(new HashSet<>(), new HashSet<>());
    for (NftChain chain : table.chains().values()) {
      chain.rules().forEach(rule -> rule.expressions().forEach(references::add));
    }
    for (NftSet set : table.sets().values()) {
      for (NftElement element : set.elements()) {
        if (element instanceof NftElement.GoTo(_, var chain)) {
          references.chains().add(chain);
        }
      }
    }
    return references;
  }

  /// What the kernel looks at when all changes are there: no chain may lead to itself.
  void check() {
    for (NftTable table : tables.values()) {
      for (NftChain chain : table.chains().values()) {
        checkEnds(table, chain.name(), new HashSet<>(), new HashSet<>());
      }
    }
  }

  private static void checkEnds(
      NftTable table, String name, Set<String> above, Set<String> checked) {
    if (!above.add(name)) {
      throw refused(Errno.ELOOP, "chain %s leads to itself".formatted(name));
    }
    NftChain chain = table.chains().get(name);
    if (chain != null && checked.add(name)) {
      var references = new References(new HashSet<>(), new HashSet<>());
      chain.rules().forEach(rule -> rule.expressions().forEach(references::add));
      references.chains().forEach(next -> checkEnds(table, next, above, checked));
    }
    above.remove(name);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.reconcile;

import dev.brindle.api.net.Cidr;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftFamily;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Changes of elements, sorted by whom they concern: all that changes about one address, in
/// whichever sets, or about one interface, is one group.
final class ElementGroups {

  private final List<NftChange> changes;
  private final Map<Interface, List<Step>> interfaces = new LinkedHashMap<>();
  private final Map<Cidr, List<Step>> nets = new TreeMap<>();

  /// One element of a change, by the change's index: comparing big changes is slow.
  record Step(int change, NftElement element) {}

  private record Interface(NftFamily family, String name) {}

  /// @param changes `AddElements` and `RemoveElements` only
  ElementGroups(List<NftChange> changes) {
    this.changes = List.copyOf(changes);
    for (int i = 0; i < changes.size(); i++) {
      for (NftElement element : elements(changes.get(i))) {
        sort(new Step(i, element));
      }
    }
  }

  private void sort(Step step) {
    switch (step.element()) {
      case NftElement.Net(var cidr) -> sort(cidr, step);
      case NftElement.Endpoint(var address, _, _) -> sort(Cidr.host(address), step);
      case NftElement.GoTo(var name, _) -> {
        var key = new Interface(family(changes.get(step.change())), name);
        interfaces.computeIfAbsent(key, _ -> new ArrayList<>()).add(step);
      }
    }
  }

  private void sort(Cidr net, Step step) {
    nets.computeIfAbsent(net, _ -> new ArrayList<>()).add(step);
  }

  private static NftFamily family(NftChange change) {
    return switch (change) {
      case NftChange.AddElements(var family, _, _, _) -> family;
      case NftChange.RemoveElements(var family, _, _, _) -> family;
      default -> throw new IllegalArgumentException("no change of elements: " + change);
    };
  }

  /// What overlaps belongs together: in order, only the last outermost can contain the next.
  List<List<Step>> groups() {
    var groups = new ArrayList<>(interfaces.values());
    Cidr outermost = null;
    for (Map.Entry<Cidr, List<Step>> entry : nets.entrySet()) {
      if (outermost != null && outermost.contains(entry.getKey())) {
        groups.getLast().addAll(entry.getValue());
      } else {
        outermost = entry.getKey();
        groups.add(new ArrayList<>(entry.getValue()));
      }
    }
    return groups;
  }

  /// Some groups as changes: removals first, since an interval that grows would overlap what it
  /// was.
  List<NftChange> changes(List<List<Step>> groups) {
    Map<Integer, Set<NftElement>> chosen = new TreeMap<>();
    groups.forEach(
        group ->
            group.forEach(
                step ->
                    chosen
                        .computeIfAbsent(step.change(), _ -> new HashSet<>())
                        .add(step.element())));
    var removed = new ArrayList<NftChange>();
    var added = new ArrayList<NftChange>();
    chosen.forEach(
        (index, elements) -> {
          NftChange change = with(changes.get(index), elements);
          (change instanceof NftChange.RemoveElements ? removed : added).add(change);
        });
    removed.addAll(added);
    return removed;
  }

  /// A change of elements as two, or nothing if it cannot be divided.
  static List<NftChange> halves(NftChange change) {
    List<NftElement> elements = elements(change);
    int middle = elements.size() / 2;
    return middle == 0
        ? List.of()
        : List.of(
            with(change, elements.subList(0, middle)),
            with(change, elements.subList(middle, elements.size())));
  }

  private static List<NftElement> elements(NftChange change) {
    return switch (change) {
      case NftChange.AddElements(_, _, _, var elements) -> List.copyOf(elements);
      case NftChange.RemoveElements(_, _, _, var elements) -> List.copyOf(elements);
      default -> List.of(); // changes of other things have none
    };
  }

  private static NftChange with(NftChange change, Collection<NftElement> elements) {
    return switch (change) {
      case NftChange.AddElements(var family, var table, var set, _) ->
          new NftChange.AddElements(family, table, set, Set.copyOf(elements));
      case NftChange.RemoveElements(var family, var table, var set, _) ->
          new NftChange.RemoveElements(family, table, set, Set.copyOf(elements));
      default -> throw new IllegalArgumentException("no change of elements: " + change);
    };
  }
}

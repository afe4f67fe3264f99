// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.Cidr;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// One desired set: its elements, and which of them differ since it was last settled. Of prefixes
/// only the outermost count as elements.
final class SetState {

  private final NftSet shape;
  private final PrefixCover cover = new PrefixCover();
  private final Set<NftElement> others = new HashSet<>();

  /// Whether an element that was touched since was there before.
  private final Map<NftElement, Boolean> before = new HashMap<>();

  private boolean isWanted;
  private boolean wasWanted;

  SetState(NftSet set) {
    shape = new NftSet(set.name(), set.key(), set.isMap(), Set.of());
  }

  NftSet shape() {
    return shape;
  }

  boolean isNew() {
    return isWanted && !wasWanted;
  }

  boolean isGone() {
    return !isWanted && wasWanted;
  }

  boolean isWanted() {
    return isWanted;
  }

  void want() {
    isWanted = true;
  }

  /// Elements go too, so that the set is empty should it come back.
  void unwant() {
    isWanted = false;
    change(Set.of(), members());
  }

  void become(Collection<NftElement> elements) {
    Set<NftElement> wanted = Set.copyOf(elements);
    Set<NftElement> now = members();
    change(minus(wanted, now), minus(now, wanted));
  }

  void change(Collection<NftElement> added, Collection<NftElement> removed) {
    removed.forEach(this::remove);
    added.forEach(this::add);
  }

  private void add(NftElement element) {
    switch (element) {
      case NftElement.Net(var cidr) -> {
        cover.add(cidr).forEach(this::flipped);
      }
      case NftElement.Endpoint _, NftElement.GoTo _ -> {
        if (others.add(element)) {
          before.putIfAbsent(element, false);
        }
      }
    }
  }

  private void remove(NftElement element) {
    switch (element) {
      case NftElement.Net(var cidr) -> {
        cover.remove(cidr).forEach(this::flipped);
      }
      case NftElement.Endpoint _, NftElement.GoTo _ -> {
        if (others.remove(element)) {
          before.putIfAbsent(element, true);
        }
      }
    }
  }

  private void flipped(Cidr net) {
    before.putIfAbsent(new NftElement.Net(net), !cover.isOutermost(net));
  }

  private Set<NftElement> members() {
    return shape.key() == NftSet.Key.PREFIX ? nets(cover.all()) : Set.copyOf(others);
  }

  /// What the kernel is to hold.
  Set<NftElement> elements() {
    return shape.key() == NftSet.Key.PREFIX ? nets(cover.outermost()) : Set.copyOf(others);
  }

  NftSet whole() {
    return new NftSet(shape.name(), shape.key(), shape.isMap(), elements());
  }

  Set<NftElement> added() {
    return differing(true);
  }

  Set<NftElement> removed() {
    return differing(false);
  }

  private Set<NftElement> differing(boolean isThere) {
    return before.entrySet().stream()
        .filter(entry -> entry.getValue() != isThere && contains(entry.getKey()) == isThere)
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  private boolean contains(NftElement element) {
    return switch (element) {
      case NftElement.Net(var cidr) -> cover.isOutermost(cidr);
      case NftElement.Endpoint _, NftElement.GoTo _ -> others.contains(element);
    };
  }

  /// What is desired now has been taken.
  void settle() {
    before.clear();
    wasWanted = isWanted;
  }

  private static Set<NftElement> nets(Collection<Cidr> prefixes) {
    return prefixes.stream().map(NftElement.Net::new).collect(Collectors.toUnmodifiableSet());
  }

  private static Set<NftElement> minus(Set<NftElement> from, Set<NftElement> what) {
    return from.stream()
        .filter(element -> !what.contains(element))
        .collect(Collectors.toUnmodifiableSet());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.policy.match.LabelIndex;
import dev.brindle.policy.set.AddressSource;
import dev.brindle.policy.set.IpSetContents;
import dev.brindle.policy.set.IpSetMember;
import dev.brindle.policy.set.IpSetName;
import dev.brindle.policy.set.SetDefinition;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The sets that active rules refer to, and what the endpoints and sets of networks of the
/// whole cluster contribute to them.
final class ActiveSets {

  private final Map<IpSetName, SetDefinition> definitions = new HashMap<>();
  private final Map<IpSetName, Integer> users = new HashMap<>();
  private final Map<ResourceKey, AddressSource> sources = new HashMap<>();
  private final LabelIndex<IpSetName, ResourceKey> index = new LabelIndex<>();
  private final IpSetContents contents = new IpSetContents();

  /// One more refers to these sets.
  void acquire(Map<IpSetName, SetDefinition> sets) {
    sets.forEach(
        (name, definition) -> {
          if (users.merge(name, 1, Integer::sum) == 1) {
            start(name, definition);
          }
        });
  }

  /// One fewer refers to these sets.
  void release(Map<IpSetName, SetDefinition> sets) {
    for (IpSetName name : sets.keySet()) {
      users.computeIfPresent(name, (_, count) -> count == 1 ? null : count - 1);
      if (!users.containsKey(name)) {
        index.removeSelector(name);
        contents.drop(name);
        definitions.remove(name);
      }
    }
  }

  void put(ResourceKey key, AddressSource source, Map<String, String> labels) {
    withdraw(key);
    sources.put(key, source);
    index.putItem(key, labels);
    for (IpSetName set : index.selectorsOf(key)) {
      contents.add(set, members(set, source));
    }
  }

  void remove(ResourceKey key) {
    withdraw(key);
    index.removeItem(key);
    sources.remove(key);
  }

  Map<IpSetName, Set<IpSetMember>> all() {
    return contents.all();
  }

  IpSetContents.Changes takeChanges() {
    return contents.takeChanges();
  }

  private void start(IpSetName name, SetDefinition definition) {
    definitions.put(name, definition);
    contents.create(name);
    index.putSelector(name, definition.selector());
    for (ResourceKey key : index.itemsOf(name)) {
      AddressSource source = sources.get(key);
      if (source != null) {
        contents.add(name, definition.members(source));
      }
    }
  }

  private void withdraw(ResourceKey key) {
    AddressSource old = sources.get(key);
    if (old != null) {
      for (IpSetName set : index.selectorsOf(key)) {
        contents.remove(set, members(set, old));
      }
    }
  }

  private Set<IpSetMember> members(IpSetName set, AddressSource source) {
    SetDefinition definition = definitions.get(set);
    if (definition == null) {
      throw new IllegalStateException("set " + set + " is filled but not defined");
    }
    return definition.members(source);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.engine;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.policy.match.LabelIndex;
import dev.brindle.policy.set.AddressSource;
import dev.brindle.policy.set.IpSetContents;
import dev.brindle.policy.set.IpSetMember;
import dev.brindle.policy.set.IpSetName;
import dev.brindle.policy.set.ServiceName;
import dev.brindle.policy.set.SetDefinition;
import dev.brindle.policy.set.SetDefinition.OfSelected;
import dev.brindle.policy.set.SetDefinition.OfService;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The sets that active rules refer to, and what the endpoints, sets of networks and slices of
/// services of the whole cluster contribute to them.
final class ActiveSets {

  private final Map<IpSetName, SetDefinition> definitions = new HashMap<>();
  private final Map<IpSetName, Integer> users = new HashMap<>();
  private final Map<ResourceKey, AddressSource> sources = new HashMap<>();
  private final LabelIndex<IpSetName, ResourceKey> index = new LabelIndex<>();
  private final ServiceSlices slices = new ServiceSlices();
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
        end(name);
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

  void putSlice(ResourceKey key, ServiceName service, AddressSource source) {
    withdraw(key);
    sources.put(key, source);
    slices.put(key, service);
    for (IpSetName set : slices.setsOf(key)) {
      contents.add(set, members(set, source));
    }
  }

  void removeSlice(ResourceKey key) {
    withdraw(key);
    slices.remove(key);
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
    for (ResourceKey key : filed(name, definition)) {
      AddressSource source = sources.get(key);
      if (source != null) {
        contents.add(name, definition.members(source));
      }
    }
  }

  /// @return who contributes to it
  private Set<ResourceKey> filed(IpSetName name, SetDefinition definition) {
    return switch (definition) {
      case OfSelected selected -> {
        index.putSelector(name, selected.selector());
        yield index.itemsOf(name);
      }
      case OfService served -> {
        slices.addSet(served.service(), name);
        yield slices.of(served.service());
      }
    };
  }

  private void end(IpSetName name) {
    switch (definitions.get(name)) {
      case OfSelected _ -> index.removeSelector(name);
      case OfService served -> slices.removeSet(served.service(), name);
      case null -> throw undefined(name);
    }
    contents.drop(name);
    definitions.remove(name);
  }

  private void withdraw(ResourceKey key) {
    AddressSource old = sources.get(key);
    if (old != null) {
      for (IpSetName set : index.selectorsOf(key)) {
        contents.remove(set, members(set, old));
      }
      for (IpSetName set : slices.setsOf(key)) {
        contents.remove(set, members(set, old));
      }
    }
  }

  private Set<IpSetMember> members(IpSetName set, AddressSource source) {
    SetDefinition definition = definitions.get(set);
    if (definition == null) {
      throw undefined(set);
    }
    return definition.members(source);
  }

  private static IllegalStateException undefined(IpSetName set) {
    return new IllegalStateException("set " + set + " is in use but not defined");
  }
}

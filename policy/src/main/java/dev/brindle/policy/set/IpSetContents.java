// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.set;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The members of all sets. A member stays while anyone contributes it. Remembers what was there
/// when the changes were last taken.
public final class IpSetContents {

  private final Map<IpSetName, Map<IpSetMember, Integer>> contributors = new HashMap<>();
  private final Map<IpSetName, Touched> touched = new HashMap<>();

  /// @param existed the set, before the first change
  /// @param wasMember the touched members, before their first change
  private record Touched(boolean existed, Map<IpSetMember, Boolean> wasMember) {}

  /// @param fresh sets that were not there, with all members
  public record Changes(
      Map<IpSetName, Set<IpSetMember>> fresh,
      Map<IpSetName, Difference> changed,
      Set<IpSetName> gone) {}

  public record Difference(Set<IpSetMember> added, Set<IpSetMember> removed) {}

  /// @throws IllegalStateException if it is there already
  public void create(IpSetName set) {
    touch(set);
    if (contributors.putIfAbsent(set, new HashMap<>()) != null) {
      throw new IllegalStateException("set " + set + " is there already");
    }
  }

  public void drop(IpSetName set) {
    Touched before = touch(set);
    members(set).keySet().forEach(member -> before.wasMember().putIfAbsent(member, true));
    contributors.remove(set);
  }

  /// One more contributes each of these.
  public void add(IpSetName set, Set<IpSetMember> more) {
    Map<IpSetMember, Integer> counts = members(set);
    Touched before = touch(set);
    for (IpSetMember member : more) {
      before.wasMember().putIfAbsent(member, counts.containsKey(member));
      counts.merge(member, 1, Integer::sum);
    }
  }

  /// One fewer contributes each of these.
  public void remove(IpSetName set, Set<IpSetMember> fewer) {
    Map<IpSetMember, Integer> counts = members(set);
    Touched before = touch(set);
    for (IpSetMember member : fewer) {
      before.wasMember().putIfAbsent(member, counts.containsKey(member));
      counts.computeIfPresent(member, (_, count) -> count == 1 ? null : count - 1);
    }
  }

  public Map<IpSetName, Set<IpSetMember>> all() {
    Map<IpSetName, Set<IpSetMember>> all = new HashMap<>();
    contributors.forEach((set, counts) -> all.put(set, Set.copyOf(counts.keySet())));
    return Map.copyOf(all);
  }

  /// What is different since the last call. Back and forth in between leaves no trace.
  public Changes takeChanges() {
    Map<IpSetName, Set<IpSetMember>> fresh = new HashMap<>();
    Map<IpSetName, Difference> changed = new HashMap<>();
    Set<IpSetName> gone = new HashSet<>();
    touched.forEach(
        (set, before) -> {
          Map<IpSetMember, Integer> now = contributors.get(set);
          if (now == null) {
            if (before.existed()) {
              gone.add(set);
            }
          } else if (!before.existed()) {
            fresh.put(set, Set.copyOf(now.keySet()));
          } else {
            Difference difference = difference(before, now.keySet());
            if (!difference.added().isEmpty() || !difference.removed().isEmpty()) {
              changed.put(set, difference);
            }
          }
        });
    touched.clear();
    return new Changes(fresh, changed, gone);
  }

  private static Difference difference(Touched before, Set<IpSetMember> now) {
    Set<IpSetMember> added = new HashSet<>();
    Set<IpSetMember> removed = new HashSet<>();
    before
        .wasMember()
        .forEach(
            (member, was) -> {
              boolean is = now.contains(member);
              if (is && !was) {
                added.add(member);
              } else if (was && !is) {
                removed.add(member);
              }
            });
    return new Difference(added, removed);
  }

  private Touched touch(IpSetName set) {
    return touched.computeIfAbsent(
        set, _ -> new Touched(contributors.containsKey(set), new HashMap<>()));
  }

  private Map<IpSetMember, Integer> members(IpSetName set) {
    Map<IpSetMember, Integer> members = contributors.get(set);
    if (members == null) {
      throw new IllegalStateException("set " + set + " is not there");
    }
    return members;
  }
}

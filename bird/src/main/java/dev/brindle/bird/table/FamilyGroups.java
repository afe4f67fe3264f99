// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.bird.wire.Family;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who is told the routes of one family: a group for each policy, as long as it has members. One
/// owner.
final class FamilyGroups {

  private final Family family;
  private final AttributeBlocks blocks;
  private final Sources sources;
  private final ByteBufAllocator allocator;
  private final PrefixIndex index;
  private final PathTable paths;
  private final Map<ExportPolicy, Membership> groups = new HashMap<>();
  private final List<Membership> inOrder = new ArrayList<>();
  private int addPathGroups;

  /// A group, and how it decides.
  private record Membership(ExportPolicy policy, PeerGroup group, GroupRules rules) {}

  FamilyGroups(
      Family family,
      AttributeBlocks blocks,
      Sources sources,
      ByteBufAllocator allocator,
      PrefixIndex index,
      PathTable paths) {
    this.family = family;
    this.blocks = blocks;
    this.sources = sources;
    this.allocator = allocator;
    this.index = index;
    this.paths = paths;
  }

  // ---- members

  /// A peer that has been told nothing.
  void join(Receiver member, ExportPolicy policy) {
    group(policy).join(member, new BitSet());
  }

  private PeerGroup group(ExportPolicy policy) {
    Membership membership = groups.get(policy);
    if (membership == null) {
      GroupRules rules = new GroupRules(family, index, paths, blocks, sources, policy);
      PeerGroup group = group(policy, rules);
      membership = new Membership(policy, group, rules);
      addPathGroups += tellsPaths(policy) ? 1 : 0;
      groups.put(policy, membership);
      inOrder.add(membership);
      for (int prefix = 0; prefix < index.limit(); prefix++) {
        if (index.isUsed(prefix) && paths.count(prefix) > 0) {
          group.changed(prefix);
        }
      }
    }
    return membership.group();
  }

  private PeerGroup group(ExportPolicy policy, GroupRules rules) {
    int longest = policy.longestMessage();
    if (!tellsPaths(policy)) {
      return new ExportGroup(index, family, longest, rules, allocator);
    }
    ToldPaths told = new ToldPaths();
    AddPathRules several = new AddPathRules(paths, rules, told, policy.paths().limit());
    return new AddPathGroup(
        told, several, new ExportGroup(index, family, longest, several, allocator, told));
  }

  private boolean tellsPaths(ExportPolicy policy) {
    return policy.paths().families().contains(family);
  }

  void leave(Receiver member, ExportPolicy policy) {
    Membership membership = groups.get(policy);
    if (membership == null) {
      return;
    }
    membership.group().leave(member);
    close(policy);
  }

  private void close(ExportPolicy policy) {
    Membership membership = groups.get(policy);
    if (membership != null && membership.group().isEmpty()) {
      membership.group().close();
      addPathGroups -= tellsPaths(policy) ? 1 : 0;
      groups.remove(policy);
      inOrder.remove(membership);
    }
  }

  /// A peer that is to be told everything again, by the same rules or others.
  void move(Receiver member, ExportPolicy from, ExportPolicy to) {
    PeerGroup target = group(to); // first, so that it is not made anew if it is the same
    PeerGroup origin = group(from);
    BitSet had = translated(origin.had(member), origin, target);
    origin.leave(member);
    target.join(member, had);
    close(from);
  }

  /// What a member has been told, as another group says it.
  private static BitSet translated(BitSet had, PeerGroup from, PeerGroup to) {
    if (to == from || (from instanceof ExportGroup && to instanceof ExportGroup)) {
      return had;
    }
    if (from instanceof AddPathGroup origin && to instanceof AddPathGroup target) {
      return target.translated(had, origin);
    }
    throw new IllegalArgumentException("add-path begins and ends with a session");
  }

  void partFromSlow() {
    inOrder.forEach(membership -> membership.group().partFromSlow());
  }

  // ---- news

  /// Whether somebody is told several paths of a prefix.
  boolean haveAddPath() {
    return addPathGroups > 0;
  }

  /// What is wanted of a prefix may be different.
  void changed(int prefix) {
    for (int i = 0; i < inOrder.size(); i++) {
      inOrder.get(i).group().changed(prefix);
    }
  }

  /// The same, of paths that are not among the best.
  void changedPaths(int prefix) {
    for (Membership membership : inOrder) {
      if (tellsPaths(membership.policy())) {
        membership.group().changed(prefix);
      }
    }
  }

  /// Tells the peers what has changed.
  ///
  /// @return as `PeerGroup.flush`
  int tell() {
    int sent = 0;
    for (int i = 0; i < inOrder.size(); i++) {
      sent += tell(inOrder.get(i));
    }
    return sent;
  }

  /// If it fails, it is the sessions of this group that end, and no others.
  private static int tell(Membership membership) {
    try {
      return membership.group().flush();
    } catch (RuntimeException e) {
      membership.group().failed(e);
      return 0;
    } finally {
      membership.rules().settle();
    }
  }

  /// Whether the number of a prefix still means something to somebody.
  boolean need(int prefix) {
    for (int i = 0; i < inOrder.size(); i++) {
      if (inOrder.get(i).group().needs(prefix)) {
        return true;
      }
    }
    return false;
  }

  /// Whether anybody has been told a path of this source.
  boolean tellOf(int source) {
    return inOrder.stream().anyMatch(membership -> membership.group().tellsOf(source));
  }

  // ---- looking

  /// The group of those who are told by a policy, if there are any.
  @Nullable PeerGroup find(ExportPolicy policy) {
    Membership membership = groups.get(policy);
    return membership == null ? null : membership.group();
  }

  int advertised(int source, ExportPolicy policy) {
    PeerGroup group = find(policy);
    return group == null ? 0 : group.advertised(source);
  }

  boolean isAdvertised(int prefix, int source, ExportPolicy policy) {
    PeerGroup group = find(policy);
    return group != null && group.isAdvertised(prefix, source);
  }

  /// Which paths a member has of us, by their places in `RouteView.listed`.
  BitSet advertisedPaths(int prefix, int source, ExportPolicy policy) {
    PeerGroup group = find(policy);
    BitSet told = new BitSet();
    if (group != null) {
      for (int slot = 0; slot < paths.count(prefix); slot++) {
        boolean isBest = slot == paths.best(prefix);
        told.set(slot, group.isAdvertised(prefix, paths.ident(prefix, slot), isBest, source));
      }
    }
    return told;
  }

  int waiting(Receiver member, ExportPolicy policy) {
    PeerGroup group = find(policy);
    return group == null ? 0 : group.waiting(member);
  }

  /// @return where to go on; negative when all was written
  int repeat(int source, ExportPolicy policy, int from, int most, ByteBuf out) {
    PeerGroup group = find(policy);
    return group == null ? -1 : group.repeat(source, from, most, out);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.podcidr;

import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.FeedListener;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Tells of claims on nodes' networks what a feed tells of Nodes.
final class PodCidrListener implements FeedListener {

  private final Set<ResourceKind> kinds;
  private final FeedListener listener;

  /// Those told of, by the Node they are from.
  private final Map<ResourceKey, Set<ResourceKey>> told = new HashMap<>();

  /// @param kinds what the listener asked for
  PodCidrListener(Set<ResourceKind> kinds, FeedListener listener) {
    this.kinds = kinds;
    this.listener = listener;
  }

  @Override
  public void changed(List<Change> changes) {
    List<Change> seen = new ArrayList<>();
    for (Change change : changes) {
      if (change.key().kind() != ResourceKind.NODE) {
        seen.add(change);
        continue;
      }
      Optional<CalicoNode> node = change.value().map(CalicoNode.class::cast);
      if (kinds.contains(ResourceKind.NODE)) {
        seen.add(new Change(change.key(), node.map(PodCidrViews::withTunnels)));
      }
      if (kinds.contains(ResourceKind.BLOCK_AFFINITY)) {
        addClaims(change.key(), node, seen);
      }
    }
    if (!seen.isEmpty()) {
      listener.changed(seen);
    }
  }

  private void addClaims(ResourceKey key, Optional<CalicoNode> node, List<Change> seen) {
    List<BlockAffinity> claims = node.map(PodCidrViews::affinities).orElse(List.of());
    Set<ResourceKey> keys = claims.stream().map(BlockAffinity::key).collect(Collectors.toSet());
    Set<ResourceKey> before = told.getOrDefault(key, Set.of());
    before.stream().filter(each -> !keys.contains(each)).map(Change::gone).forEach(seen::add);
    // a Node changes all the time (its heartbeat), what it is the source of does not
    claims.stream()
        .filter(claim -> !before.contains(claim.key()))
        .map(Change::to)
        .forEach(seen::add);
    if (keys.isEmpty()) {
      told.remove(key);
    } else {
      told.put(key, keys);
    }
  }

  @Override
  public void inSync() {
    listener.inSync();
  }

  @Override
  public void failed(String why, boolean isRefusal) {
    listener.failed(why, isRefusal);
  }
}

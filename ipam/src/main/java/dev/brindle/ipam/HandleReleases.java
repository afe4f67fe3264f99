// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.datastore.group.GroupCommit;
import dev.brindle.ipam.block.Assignment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/// Takes what handles hold out of blocks. Those that come for a block while it is being written are
/// released together, in one write: a node that is drained writes its blocks a few times, and not
/// once for each pod. Safe for many threads.
final class HandleReleases {

  private final ReentrantLock turn;
  private final BiFunction<Cidr, Set<String>, List<Assignment>> release;
  private final Map<Cidr, GroupCommit<String, List<Assignment>>> blocks = new ConcurrentHashMap<>();

  /// @param turn who has it may write blocks
  /// @param release takes all that some handles hold out of a block, and says what that was
  HandleReleases(ReentrantLock turn, BiFunction<Cidr, Set<String>, List<Assignment>> release) {
    this.turn = turn;
    this.release = release;
  }

  /// @return what was released
  List<Assignment> release(Cidr block, String handle) {
    return blocks
        .computeIfAbsent(
            block,
            _ ->
                new GroupCommit<>(
                    "release out of " + block, turn, handles -> releaseAll(block, handles)))
        .commit(handle);
  }

  private List<List<Assignment>> releaseAll(Cidr block, List<String> handles) {
    Map<String, List<Assignment>> released =
        release.apply(block, Set.copyOf(handles)).stream()
            .collect(Collectors.groupingBy(Assignment::handle));
    return handles.stream().map(each -> released.getOrDefault(each, List.of())).toList();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A key of a session whose segments are signed by TCP-AO (RFC 5925 §3.1).
///
/// @param id what our segments say they are signed with
/// @param receiveId what the peer's say
public record AoKey(int id, int receiveId, AoAlgorithm algorithm, Password secret) {

  private static final int MOST = 255;

  /// @throws IllegalArgumentException if an identifier does not fit into an octet
  public AoKey {
    if (id < 0 || id > MOST || receiveId < 0 || receiveId > MOST) {
      throw new IllegalArgumentException(
          "key %d, received %d: not in 0..%d".formatted(id, receiveId, MOST));
    }
  }

  /// Whether each can be told from the others by what segments say.
  public static boolean areDistinct(List<AoKey> keys) {
    Set<Integer> ids = new HashSet<>();
    Set<Integer> receiveIds = new HashSet<>();
    return keys.stream().allMatch(it -> ids.add(it.id) && receiveIds.add(it.receiveId));
  }

  /// Whether a session may go from keys to others: it is signed before and afterwards, and no
  /// identifier means two keys on the way.
  public static boolean mayRoll(List<AoKey> before, List<AoKey> after) {
    Set<AoKey> all = new HashSet<>(before);
    all.addAll(after);
    return before.isEmpty() == after.isEmpty() && areDistinct(List.copyOf(all));
  }
}

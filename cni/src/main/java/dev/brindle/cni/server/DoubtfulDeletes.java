// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// DELs of containers of which this daemon knows only that their ADD was refused, while the store
/// was away: a runtime makes a new one for each try. An earlier daemon may have booked for the same
/// container all the same, so they are looked at together, in one look, when the store is back.
///
/// Nothing of it is on the disk, and the eldest is forgotten where there are too many: what an
/// earlier daemon booked for that one is left to GC.
final class DoubtfulDeletes {

  private static final int KEPT = 4096;

  private final Map<String, PendingDeletes.Pending> doubts =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, PendingDeletes.Pending> eldest) {
          return size() > KEPT;
        }
      };

  synchronized void add(String attachment, PendingDeletes.Pending delete) {
    doubts.put(attachment, delete);
  }

  /// It is looked at, or plugged in anew.
  synchronized void remove(String attachment) {
    doubts.remove(attachment);
  }

  synchronized boolean has(String attachment) {
    return doubts.containsKey(attachment);
  }

  synchronized boolean isEmpty() {
    return doubts.isEmpty();
  }

  synchronized List<PendingDeletes.Pending> all() {
    return List.copyOf(doubts.values());
  }
}

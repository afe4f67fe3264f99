// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import java.util.LinkedHashMap;
import java.util.Map;

/// Knows of which containers nothing is to be taken away: their one ADD was refused before anything
/// was made or written, or all of it is gone again. While the store is away a runtime makes a new
/// container for each try, and the DEL of each would be owed to the store otherwise, thousands in
/// an hour.
///
/// Forgets the eldest, and all when the daemon ends: then such a DEL is owed, which is safe.
final class RefusedAdds {

  private static final int KEPT = 4096;

  /// By attachment: whether there is nothing of it.
  private final Map<String, Boolean> refused =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > KEPT;
        }
      };

  /// Something of it is there, or may be.
  synchronized void begun(String attachment) {
    refused.remove(attachment);
    refused.put(attachment, false);
  }

  synchronized void refused(String attachment) {
    refused.putIfAbsent(attachment, true);
  }

  /// What there was of it is taken away, and nobody else ever knew of it.
  synchronized void gone(String attachment) {
    refused.remove(attachment);
    refused.put(attachment, true);
  }

  synchronized boolean isOwedNothing(String attachment) {
    return refused.getOrDefault(attachment, false);
  }
}

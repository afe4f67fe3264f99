// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static dev.brindle.cni.protocol.CniError.Code.TRY_AGAIN_LATER;

import dev.brindle.cni.protocol.CniException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Knows which ADDs come too late: a runtime that gave one up, killed the plugin and sent DEL does
/// not want what it asked for before. Such a call may still be in a slot behind a long one.
final class LateCalls {

  /// More than a runtime takes away while one call is under way.
  private static final int KEPT = 4096;

  /// By attachment: the number of its last DEL.
  private final Map<String, Long> deleted =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > KEPT;
        }
      };

  /// @param call its number; 0 if no plugin made it
  synchronized void deleted(String attachment, long call) {
    if (call != 0) {
      deleted.remove(attachment);
      deleted.put(attachment, call);
    }
  }

  /// @throws CniException if the attachment was deleted by a call that was made later than this one
  synchronized void refuse(String attachment, long call) {
    Long last = deleted.get(attachment);
    if (last != null && call != 0 && call < last) {
      throw new CniException(
          TRY_AGAIN_LATER,
          "the runtime gave this ADD up: its DEL came before the daemon got to it");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore;

import dev.brindle.api.resource.Change;
import java.util.List;

/// Who a feed tells. Calls come from the feed's thread and must return soon: post, do not work.
public interface FeedListener {

  /// What is now. Changes of one key come in the order they were written; some in between may be
  /// missing.
  void changed(List<Change> changes);

  /// All that there was at the beginning has been told. Comes once.
  void inSync();

  /// The feed cannot go on for now; it tries again by itself. Comes at each try that fails.
  ///
  /// @param why in words for people
  /// @param isRefusal whether the store does not allow it, so that waiting is of no use
  default void failed(String why, boolean isRefusal) {}
}

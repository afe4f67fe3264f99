// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd.live;

import dev.brindle.bird.bfd.BfdReport;

/// Who wants to know how a session is.
public interface BfdWatcher {

  /// The state of one of the ends is another. On the thread of BFD: return at once.
  void changed(BfdReport before, BfdReport now);
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki.live;

import dev.brindle.bird.rpki.CacheErrorException;
import dev.brindle.bird.rpki.VrpBatch;
import java.util.Optional;
import java.util.function.Consumer;

/// Where VRPs go: the table that routes are judged by. Calls come from the thread of the caches,
/// are carried out in their order, and do not wait.
public interface VrpSink {

  /// @param isWhole it takes the place of all there is
  /// @param done called when it is in the table, with what is wrong with it if it is not; from any
  ///     thread
  void apply(VrpBatch batch, boolean isWhole, Consumer<Optional<CacheErrorException>> done);

  /// Nothing that any cache said holds any more.
  void flush();
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.table.UpdateBatch;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.Reading;

/// What a connection's loop hands to the speaker's thread, in the order it came.
sealed interface Incoming {

  /// UPDATEs, one after the other.
  record Routes(UpdateBatch batch) implements Incoming {}

  /// A message other than an UPDATE as it came, before what it says.
  record Heard(Octets message) implements Incoming {}

  /// Anything else, or the reason why nothing more is read.
  record Other(Reading reading) implements Incoming {}
}

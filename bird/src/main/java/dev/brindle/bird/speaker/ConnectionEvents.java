// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import java.util.List;

/// What a connection tells its owner, on the speaker's thread.
interface ConnectionEvents {

  /// More than what is under way comes only after `PeerConnection.readOn`.
  void received(List<Incoming> news);

  void lost(String reason);

  /// We failed at reading or writing it; nothing more comes.
  void broken(Throwable cause);

  /// The peer takes what we send again, or no longer.
  void writable(boolean isWritable);
}

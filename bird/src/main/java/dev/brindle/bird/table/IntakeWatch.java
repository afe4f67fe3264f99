// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.PathAttributes;

/// Hears what becomes of each route that a peer tells.
public interface IntakeWatch {

  /// It is taken, as the filter left it.
  void taken(int source, int pathId, Cidr prefix, PathAttributes attributes);

  /// What was taken before is no more: withdrawn, or refused now.
  void dropped(int source, int pathId, Cidr prefix);

  /// The peer was to tell it again and has not.
  void forgotten(int source, int pathId, Cidr prefix);
}

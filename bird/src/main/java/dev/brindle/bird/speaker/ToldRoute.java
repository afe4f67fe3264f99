// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.filter.Verdict;
import dev.brindle.bird.wire.PathAttributes;

/// What a peer said about a prefix when it was asked.
public sealed interface ToldRoute {

  /// @param attributes as the peer told them
  /// @param verdict of import, and the rule
  record Told(PathAttributes attributes, Verdict verdict) implements ToldRoute {}

  /// It has none.
  record Withdrawn() implements ToldRoute {}

  /// It has told all of its routes, and this one was not among them (RFC 7313).
  record Untold() implements ToldRoute {}

  /// It cannot be asked, or the session ended meanwhile.
  record Unknown(String why) implements ToldRoute {}
}

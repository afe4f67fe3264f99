// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.bird.wire.PathAttributes;

/// What a filter says about a route, and which rule said it.
public sealed interface Verdict {

  String rule();

  /// @param attributes perhaps changed
  /// @param elevated it goes before what is our own (live migration)
  record Accept(PathAttributes attributes, boolean elevated, String rule) implements Verdict {}

  record Reject(String rule) implements Verdict {}
}

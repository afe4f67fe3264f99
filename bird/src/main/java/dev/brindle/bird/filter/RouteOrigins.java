// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.AsPath;

/// Who may be the origin of which prefixes. What it answers may change between two routes; whoever
/// changes it has the routes judged anew that it concerns.
public interface RouteOrigins {

  /// Knows of no prefix.
  RouteOrigins NONE = (_, _) -> RpkiState.NOT_FOUND;

  RpkiState state(Cidr prefix, AsPath path);
}

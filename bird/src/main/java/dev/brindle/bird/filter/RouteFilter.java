// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.PathAttributes;

/// Decides on routes, one at a time. A value: two equal filters decide alike.
public sealed interface RouteFilter permits AcceptAll, CalicoExport, CalicoImport {

  /// @param isLocal we are its origin; otherwise a peer told us
  Verdict judge(Cidr prefix, PathAttributes attributes, boolean isLocal);
}

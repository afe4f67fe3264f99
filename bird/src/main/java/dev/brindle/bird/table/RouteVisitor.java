// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.table;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.PathAttributes;

/// Is shown routes one by one.
public interface RouteVisitor {

  void route(int pathId, Cidr prefix, PathAttributes attributes);
}

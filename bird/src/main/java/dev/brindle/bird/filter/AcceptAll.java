// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.PathAttributes;

/// Lets everything through, unchanged.
public record AcceptAll() implements RouteFilter {

  @Override
  public Verdict judge(Cidr prefix, PathAttributes attributes, RouteContext context) {
    return new Verdict.Accept(attributes, false, "accept all");
  }

  @Override
  public boolean dependsOnPrefix() {
    return false;
  }

  @Override
  public boolean dependsOnPeer() {
    return false;
  }
}

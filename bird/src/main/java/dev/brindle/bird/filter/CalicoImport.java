// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.PathAttributes;

/// What Calico takes from peers: everything. A route with a better priority than normal also goes
/// before our own, which is how a pod that moves here is reached here first.
public record CalicoImport(RoutePriorities normal) implements RouteFilter {

  @Override
  public Verdict judge(Cidr prefix, PathAttributes attributes, RouteContext context) {
    long usual = normal.localPref(prefix.family());
    boolean elevated = attributes.localPref().orElse(0) > usual;
    return new Verdict.Accept(attributes, elevated, elevated ? "elevated priority" : "accept all");
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

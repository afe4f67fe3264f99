// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.Community;
import dev.brindle.bird.wire.PathAttributes;

/// Another filter's verdict; but what asks for its packets to be dropped (RFC 7999) is told to
/// nobody outside (§3.2).
///
/// @param inner decides whether it is accepted at all
public record HeededBlackhole(RouteFilter inner) implements RouteFilter {

  /// Whether packets to the prefix are to be dropped, if whoever told it is heeded. Nobody may have
  /// more than one address dropped by way of one route (§3.3).
  public static boolean isAsked(Cidr prefix, PathAttributes attributes) {
    return prefix.length() == prefix.family().bits()
        && attributes.communities().contains(Community.BLACKHOLE);
  }

  @Override
  public Verdict judge(Cidr prefix, PathAttributes attributes, RouteContext context) {
    Verdict verdict = inner.judge(prefix, attributes, context);
    return verdict instanceof Verdict.Accept(var accepted, var elevated, var rule)
            && isAsked(prefix, accepted)
            && !accepted.communities().contains(Community.NO_EXPORT)
        ? new Verdict.Accept(accepted.withCommunity(Community.NO_EXPORT), elevated, rule)
        : verdict;
  }

  @Override
  public Telling tell(Cidr prefix, PathAttributes attributes, RouteContext context) {
    return inner.tell(prefix, attributes, context);
  }

  /// On its length.
  @Override
  public boolean dependsOnPrefix() {
    return true;
  }

  @Override
  public boolean dependsOnPeer() {
    return inner.dependsOnPeer();
  }

  @Override
  public boolean dependsOnRpki() {
    return inner.dependsOnRpki();
  }

  @Override
  public String toString() {
    return inner.toString();
  }
}

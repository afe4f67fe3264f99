// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.wire.PathAttributes;

/// Decides on routes, one at a time. A value: two equal filters decide alike.
public sealed interface RouteFilter
    permits AcceptAll,
        CalicoExport,
        CalicoImport,
        FilterChain,
        HeededBlackhole,
        RejectAll,
        RuleFilter {

  Verdict judge(Cidr prefix, PathAttributes attributes, RouteContext context);

  /// @param isLocal we are its origin; otherwise a peer told us
  default Verdict judge(Cidr prefix, PathAttributes attributes, boolean isLocal) {
    return judge(prefix, attributes, RouteContext.of(isLocal));
  }

  /// For telling a peer: the verdict, and what the filter wants of the rules that come after it.
  default Telling tell(Cidr prefix, PathAttributes attributes, RouteContext context) {
    return Telling.asUsual(judge(prefix, attributes, context));
  }

  /// False: all prefixes of one family with equal attributes and context get equal verdicts, so
  /// that one verdict may be remembered for each set of attributes.
  boolean dependsOnPrefix();

  /// False: all peers get the same verdict, so that they may be told as one.
  boolean dependsOnPeer();

  /// False: what the RPKI says makes no difference, so that nothing is judged anew when it changes.
  default boolean dependsOnRpki() {
    return false;
  }
}

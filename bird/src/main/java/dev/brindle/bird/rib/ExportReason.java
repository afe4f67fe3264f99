// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.filter.RouteFilter;
import dev.brindle.bird.filter.Verdict;

/// Why a peer is told of a path, or not: `ExportRules` in words.
public final class ExportReason {

  private ExportReason() {}

  public static String of(Cidr prefix, Path path, Neighbour peer, RouteFilter filter) {
    String objection = ExportRules.objection(path, peer);
    if (!objection.isEmpty()) {
      return objection;
    }
    Verdict verdict = filter.tell(prefix, path.attributes(), peer.context(path.source())).verdict();
    return switch (verdict) {
      case Verdict.Reject(var rule) -> "rejected: " + rule;
      case Verdict.Accept(_, _, var rule) ->
          ExportRules.told(prefix, path, peer, filter).isPresent()
              ? "accepted: " + rule
              : "we have no %s address to be its next hop".formatted(prefix.family());
    };
  }
}

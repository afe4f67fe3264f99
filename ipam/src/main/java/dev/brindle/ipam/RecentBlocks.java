// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/// A guess from which block a request will be served: the one that served the last that wanted the
/// same, for as many as that had left. A wrong one costs time, and nothing else. Safe for many
/// threads.
final class RecentBlocks {

  /// Pods of many namespaces may be on a node.
  private static final int MOST = 100;

  /// The latest is last.
  private final SequencedMap<Kind, Wish.Source> sources = new LinkedHashMap<>();

  /// @param request whoever has made it
  private record Kind(AssignRequest request, IpFamily family) {}

  synchronized void note(Wish served) {
    served
        .sources()
        .forEach(
            (family, source) ->
                sources.putLast(new Kind(served.request().ofAnybody(), family), source));
    while (sources.size() > MOST) {
      sources.pollFirstEntry();
    }
  }

  /// Who asks is expected to take as many.
  synchronized Optional<Cidr> expect(AssignRequest request, IpFamily family) {
    var kind = new Kind(request.ofAnybody(), family);
    Wish.Source source = sources.get(kind);
    int left = source == null ? -1 : source.free() - request.wanted(family);
    if (source == null || left < 0) {
      return Optional.empty();
    }
    sources.put(kind, new Wish.Source(source.block(), left));
    return Optional.of(source.block());
  }
}

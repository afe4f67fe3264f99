// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.table.ListedPath;
import dev.brindle.bird.table.RouteView;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.PathAttributes;
import java.util.List;
import java.util.Optional;

/// What a peer whose session is up hears of us, for those who ask. On the speaker's thread.
record PeerHearing(PeerPolicy policy, Conversation current, PeerEars ears) {

  /// Those of the paths that the peer has of us: the best, or several with add-path.
  ///
  /// @param paths as `RouteView.listed` has them
  List<ListedPath> told(Family family, int number, List<ListedPath> paths) {
    return ears.advertisedPaths(family, number).stream().mapToObj(paths::get).toList();
  }

  /// A path as the peer is told it, if it is.
  Optional<PathAttributes> asTold(Cidr prefix, Path path) {
    return policy.told(prefix, path, current);
  }

  /// The paths that the peer is told; if there are none, why it is not told the best.
  ///
  /// @param paths as `RouteView.listed` has them
  List<RouteExplanation.Export> explain(RouteView routes, int number, List<ListedPath> paths) {
    Cidr prefix = routes.cidr(number);
    List<ListedPath> told = told(routes.family(), number, paths);
    List<ListedPath> shown =
        told.isEmpty() ? paths.stream().filter(ListedPath::isBest).toList() : told;
    return shown.stream().map(it -> explain(prefix, it.path(), !told.isEmpty())).toList();
  }

  private RouteExplanation.Export explain(Cidr prefix, Path path, boolean isTold) {
    return new RouteExplanation.Export(
        policy.peer().name(),
        policy.peer().address(),
        isTold,
        policy.exportReason(prefix, path, current),
        isTold ? asTold(prefix, path) : Optional.empty());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.rib.Choice;
import dev.brindle.bird.rib.Path;
import java.util.List;

/// All that is known about a prefix.
///
/// @param paths chosen or not
/// @param choice with the rule that decided
public record RouteReport(Cidr prefix, List<Path> paths, Choice choice) {

  public RouteReport {
    paths = List.copyOf(paths);
  }
}

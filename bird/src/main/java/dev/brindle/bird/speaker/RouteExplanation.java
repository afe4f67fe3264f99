// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.Choice;
import dev.brindle.bird.table.ListedPath;
import dev.brindle.bird.wire.PathAttributes;
import java.util.List;
import java.util.Optional;

/// Why a prefix is as it is.
///
/// @param decidedBy the rule that ruled out the last other path; empty if there is no path
/// @param exports for each peer whose session is up
/// @param rejecting peers of whose routes some were rejected: this one may be among them
public record RouteExplanation(
    Cidr prefix,
    List<Candidate> paths,
    Optional<Choice.Rule> decidedBy,
    List<Export> exports,
    List<Rejecting> rejecting) {

  public RouteExplanation {
    paths = List.copyOf(paths);
    exports = List.copyOf(exports);
    rejecting = List.copyOf(rejecting);
  }

  /// A path that was accepted.
  ///
  /// @param importFilter what it has passed
  /// @param lostBy the rule by which others were better; empty for the best
  public record Candidate(ListedPath path, String importFilter, Optional<Choice.Rule> lostBy) {}

  /// What a peer is told.
  ///
  /// @param isAdvertised the peer has a path of us
  /// @param reason the rule by which it is told or not
  /// @param attributes as it is told them
  public record Export(
      String peer,
      IpAddress address,
      boolean isAdvertised,
      String reason,
      Optional<PathAttributes> attributes) {}

  /// A peer some of whose routes were not taken; they are not kept.
  public record Rejecting(String peer, IpAddress address, long rejected) {}
}

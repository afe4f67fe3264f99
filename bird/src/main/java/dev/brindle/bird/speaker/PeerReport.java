// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.bfd.BfdReport;
import dev.brindle.bird.topology.PeerType;
import java.time.Instant;
import java.util.Optional;

/// How one peer is.
///
/// @param state `Established`, or another of RFC 4271's six in the same spelling
/// @param since when this state began
/// @param reason of the last end of the session or attempt, or why there can be none; may be empty
/// @param received prefixes that the peer told and has not withdrawn, refused ones not counted
/// @param rejected prefixes refused since the session came up, each time counted
/// @param advertised prefixes the peer has of us
/// @param stale its routes are kept while it restarts
/// @param leaked how many of the rejected had leaked: marked for customers only (RFC 9234)
/// @param bfd the session that watches the path to it, if it is watched
/// @param draining it is told to take other ways, because this one will soon be gone
/// @param description from the configuration; may be empty
/// @param details what else is known
public record PeerReport(
    String name,
    PeerType type,
    IpAddress address,
    AsNumber as,
    String state,
    Instant since,
    String reason,
    int received,
    long rejected,
    int advertised,
    boolean stale,
    Optional<BfdReport> bfd,
    long leaked,
    boolean draining,
    String description,
    PeerDetails details) {

  /// Of a peer whose path is not watched.
  public PeerReport(
      String name,
      PeerType type,
      IpAddress address,
      AsNumber as,
      String state,
      Instant since,
      String reason,
      int received,
      long rejected,
      int advertised,
      boolean stale) {
    this(
        name,
        type,
        address,
        as,
        state,
        since,
        reason,
        received,
        rejected,
        advertised,
        stale,
        Optional.empty(),
        0,
        false,
        "",
        PeerDetails.NONE);
  }

  public boolean isEstablished() {
    return "Established".equals(state);
  }
}

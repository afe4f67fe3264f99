// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.ListenAddress;
import java.util.List;
import java.util.Optional;

/// How the speaker is, at one moment.
///
/// @param converged the tables are complete after the start
/// @param peers in the order of their names
/// @param prefixes with at least one path
/// @param draining all peers are told to take other ways, those to come too
/// @param rpki empty without caches
/// @param mrt empty where no files are written by themselves
public record SpeakerReport(
    AsNumber as,
    IpAddress identifier,
    List<ListenAddress> listening,
    boolean converged,
    List<PeerReport> peers,
    int prefixes,
    boolean draining,
    Optional<RpkiReport> rpki,
    Optional<MrtReport> mrt) {

  public SpeakerReport {
    listening = List.copyOf(listening);
    peers = List.copyOf(peers);
  }

  /// Of a speaker that does not drain, without RPKI and MRT.
  public SpeakerReport(
      AsNumber as,
      IpAddress identifier,
      List<ListenAddress> listening,
      boolean converged,
      List<PeerReport> peers,
      int prefixes) {
    this(
        as,
        identifier,
        listening,
        converged,
        peers,
        prefixes,
        false,
        Optional.empty(),
        Optional.empty());
  }
}

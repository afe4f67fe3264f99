// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import dev.brindle.api.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What packets of full size meet on the way to other nodes, and whether tunnels get there.
public final class PathCheck {

  private PathCheck() {}

  /// What became of a packet.
  public sealed interface Echo {

    /// It arrived: its receiver said so.
    record Arrived() implements Echo {}

    /// Somebody on the way, or our own kernel, says how large it may be.
    record TooLarge(int mtu) implements Echo {}

    /// Nobody said anything.
    record Silence() implements Echo {}

    record Refused(String why) implements Echo {}
  }

  /// @param size of a whole packet that must get there: what pods send, in its encapsulation
  /// @param small what became of a small packet
  /// @param large what became of one of that size
  /// @param tunnel what became of a small packet to the peer's tunnel address; empty without tunnel
  /// @param tunnelName for people
  public record Peer(
      String name,
      IpAddress address,
      int size,
      Echo small,
      Echo large,
      Optional<Echo> tunnel,
      String tunnelName) {}

  public static List<Finding> of(List<Peer> peers) {
    List<Finding> found = new ArrayList<>();
    peers.forEach(peer -> path(peer).ifPresent(found::add));
    peers.forEach(peer -> tunnel(peer).ifPresent(found::add));
    boolean hasWarning = found.stream().anyMatch(each -> each.check() == Check.PATHS);
    if (!hasWarning) {
      found.addFirst(
          Finding.ok(
              Check.PATHS,
              peers.isEmpty()
                  ? "no other node to send to"
                  : "%d ways take packets of full size".formatted(peers.size())));
    }
    if (found.stream().noneMatch(each -> each.check() == Check.TUNNELS)
        && peers.stream().anyMatch(peer -> peer.tunnel().isPresent())) {
      found.add(Finding.ok(Check.TUNNELS, "packets come through"));
    }
    return found;
  }

  private static Optional<Finding> path(Peer peer) {
    return switch (peer.large()) {
      case Echo.Arrived() -> Optional.empty();
      case Echo.TooLarge(var mtu) ->
          Optional.of(
              Symptom.PATH_TOO_NARROW.at(
                  "%s (%s): %d bytes are needed, the way takes %d"
                      .formatted(peer.name(), peer.address(), peer.size(), mtu)));
      case Echo.Silence() when peer.small() instanceof Echo.Arrived ->
          Optional.of(
              Symptom.PATH_BLACK_HOLE.at(
                  "%s (%s): %d bytes vanish without a word, small packets arrive"
                      .formatted(peer.name(), peer.address(), peer.size())));
      case Echo.Silence() -> Optional.of(Finding.unknown(Check.PATHS, silent(peer)));
      case Echo.Refused(var why) ->
          Optional.of(
              Finding.unknown(
                  Check.PATHS, "%s (%s): %s".formatted(peer.name(), peer.address(), why)));
    };
  }

  private static String silent(Peer peer) {
    return "%s (%s) answers no UDP at all: it is down, or a firewall drops, or ICMP errors do not come back"
        .formatted(peer.name(), peer.address());
  }

  private static Optional<Finding> tunnel(Peer peer) {
    if (peer.tunnel().isEmpty()) {
      return Optional.empty();
    }
    String way = "%s by %s".formatted(peer.name(), peer.tunnelName());
    boolean isThere = peer.small() instanceof Echo.Arrived;
    return switch (peer.tunnel().get()) {
      case Echo.Arrived() -> Optional.empty();
      case Echo.Silence() when isThere ->
          Optional.of(
              Symptom.TUNNEL_BLOCKED.at(
                  "%s: nothing comes back, though the node itself answers".formatted(way)));
      case Echo.Silence() ->
          Optional.of(Finding.unknown(Check.TUNNELS, way + ": the node itself does not answer"));
      case Echo.TooLarge(var mtu) ->
          Optional.of(Finding.unknown(Check.TUNNELS, "%s: MTU %d".formatted(way, mtu)));
      case Echo.Refused(var why) ->
          Optional.of(Finding.unknown(Check.TUNNELS, "%s: %s".formatted(way, why)));
    };
  }
}

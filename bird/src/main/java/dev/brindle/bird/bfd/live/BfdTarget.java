// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd.live;

import dev.brindle.api.net.IpAddress;
import java.util.List;
import java.util.Optional;

/// Between which addresses a session runs.
///
/// @param link the interface of a link-local peer
/// @param source what we send from; empty for what the kernel takes
/// @param listen where packets of the peer are taken; of its family, at least one, `0.0.0.0` or
///     `::` for anywhere
public record BfdTarget(
    IpAddress peer,
    Optional<String> link,
    Optional<IpAddress> source,
    boolean isMultihop,
    List<IpAddress> listen) {

  /// @throws IllegalArgumentException if the families differ, or there is nowhere to listen
  public BfdTarget {
    listen = List.copyOf(listen);
    if (listen.isEmpty()) {
      throw new IllegalArgumentException(
          "BFD with %s has no address of its family to listen on".formatted(peer));
    }
    for (IpAddress ours : listen) {
      if (ours.family() != peer.family()) {
        throw new IllegalArgumentException("BFD with %s cannot listen on %s".formatted(peer, ours));
      }
    }
    if (source.isPresent() && source.get().family() != peer.family()) {
      throw new IllegalArgumentException(
          "BFD with %s cannot send from %s".formatted(peer, source.get()));
    }
  }

  /// A peer whose address is enough to find it.
  public BfdTarget(
      IpAddress peer, Optional<IpAddress> source, boolean isMultihop, List<IpAddress> listen) {
    this(peer, Optional.empty(), source, isMultihop, listen);
  }

  /// `192.0.2.2`, `fe80::2%eth0`.
  String name() {
    return link.map(it -> peer + "%" + it).orElseGet(peer::toString);
  }

  /// Single hop 3784, multihop 4784.
  int port() {
    return isMultihop ? 4784 : 3784;
  }
}

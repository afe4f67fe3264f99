// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.topology.PeerConfig;
import java.util.Optional;

/// What a session needs of this machine before it can begin: without it there is none, rather than
/// one that is less secure than it should be.
///
/// @param canSign the kernel signs segments with a password
/// @param canBoundHops the kernel drops what comes from too far away
record SessionNeeds(boolean canSign, boolean canBoundHops) {

  static SessionNeeds metBy(Transport transport) {
    return new SessionNeeds(transport.hasPasswords(), transport.hasTtlSecurity());
  }

  /// Why there can be no session with this peer; empty if there can.
  Optional<String> refusal(PeerConfig peer) {
    if (peer.refusal().isPresent()) {
      return peer.refusal();
    }
    if (peer.ttlSecurity() + peer.multihop() > 0 && !canBoundHops) {
      return Optional.of("ttlSecurity and multihop need epoll");
    }
    Optional<String> lacking = AoSupport.refusal(peer.aoKeys());
    return lacking.isEmpty() && peer.password().isPresent() && !canSign
        ? Optional.of("a password needs epoll and a kernel with CONFIG_TCP_MD5SIG")
        : lacking;
  }
}

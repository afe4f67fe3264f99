// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.IpAddress;

/// Finds the neighbour on a link by what it advertises, and lets it find us: for peers that are
/// named by an interface alone. Learns addresses; changes nothing about where packets go.
public interface NeighbourDiscovery {

  /// Where nobody can be found.
  NeighbourDiscovery NONE =
      (link, listener) -> {
        listener.lost("neighbors on links are not looked for here");
        return () -> {};
      };

  /// Looks from now on, and advertises us, until the watch is closed. Returns at once; what goes
  /// wrong is told to the listener, and tried again.
  ///
  /// @param link the name of an interface, which may be missing
  Watch watch(String link, Listener listener);

  /// Is called from any thread, and must return soon. Everything may be told again.
  interface Listener {

    /// @param address link-local, of the one neighbour on the link
    void found(IpAddress address);

    /// There is nobody, or no link.
    void lost(String reason);
  }

  /// May be closed again.
  interface Watch extends AutoCloseable {

    @Override
    void close();
  }
}

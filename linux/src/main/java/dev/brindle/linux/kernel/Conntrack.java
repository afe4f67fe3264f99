// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import dev.brindle.api.net.IpAddress;

/// The table of tracked connections.
public interface Conntrack {

  /// Forgets every connection from or to an address, in either direction, before or after
  /// translation.
  ///
  /// @return how many there were
  int forget(IpAddress address);
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import dev.brindle.linux.model.ForwardingEntry;
import dev.brindle.linux.model.Neighbour;
import java.util.List;

/// Permanent neighbour and forwarding entries.
public interface Neighbours {

  /// The permanent entries of one interface.
  List<Neighbour> neighbours(String device);

  /// Adds, or replaces what the address had.
  void put(Neighbour neighbour);

  /// It is no error if it is gone.
  void remove(Neighbour neighbour);

  /// The permanent entries of one VXLAN interface.
  List<ForwardingEntry> forwarding(String device);

  /// Adds, or replaces what the MAC address had.
  void put(ForwardingEntry entry);

  /// It is no error if it is gone.
  void remove(ForwardingEntry entry);
}

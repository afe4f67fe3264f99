// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.IpAddress;
import java.util.List;
import java.util.Set;

/// What a node knows of its reserve where no store is needed to read it. It is asked and told by
/// one thread at a time, in the order in which the store is changed.
public interface ReserveBook {

  /// Of a process that keeps no reserve.
  ReserveBook NONE =
      new ReserveBook() {

        @Override
        public boolean giveUp(Holding holding) {
          return false;
        }

        @Override
        public Set<IpAddress> used() {
          return Set.of();
        }

        @Override
        public void booked(List<Reserved> all) {
          throw new IllegalStateException("no reserve is kept here, but it got " + all);
        }
      };

  /// Takes an address out of the reserve for good: the store is about to give it to somebody.
  ///
  /// @return whether that may be; false if a pod has it already
  boolean giveUp(Holding holding);

  /// What pods have of it, and the store does not know.
  Set<IpAddress> used();

  /// All that the store has booked for the reserve.
  void booked(List<Reserved> all);
}

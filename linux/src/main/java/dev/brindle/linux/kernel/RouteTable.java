// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import java.util.List;

/// The main routing table.
public interface RouteTable {

  /// All routes of the main table, of all owners; not the local table's. Hops on devices that
  /// vanish
  /// meanwhile are left out.
  List<Route> list(IpFamily family);

  /// The routes of both families that have a hop on this device; none if there is no such device.
  List<Route> listOn(String device);

  /// Carries out all changes in few system calls. One that fails does not stop the others.
  ///
  /// @return the failures, in the order of the changes; empty if all is well
  List<RouteFailure> apply(List<RouteChange> changes);

  /// A change that the kernel refused.
  record RouteFailure(RouteChange change, KernelException cause) {}
}

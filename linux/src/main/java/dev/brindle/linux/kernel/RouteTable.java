// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import dev.brindle.api.net.IpFamily;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteSelection;
import java.util.List;
import java.util.function.Consumer;

/// The routing tables.
public interface RouteTable {

  /// All routes of the main table, of all owners; not the local table's. Hops on devices that
  /// vanish meanwhile are left out.
  List<Route> list(IpFamily family);

  /// The routes of both families that have a hop on this device; none if there is no such device.
  List<Route> listOn(String device);

  /// Carries out all changes in few system calls. One that fails does not stop the others.
  ///
  /// @return the failures, in the order of the changes; empty if all is well
  List<RouteFailure> apply(List<RouteChange> changes);

  /// Begins to read the routes that fit.
  default RouteWalk walk(RouteSelection which) {
    List<Route> all = list(which.family());
    return each -> {
      all.stream().filter(which::includes).forEach(each);
      return false;
    };
  }

  /// Tells what others do to routes of all tables, and what happens to interfaces, from now on.
  /// What `apply` of this table does is not told: the kernel does not even send it. The listener
  /// is called on a thread of its own and must return soon.
  AutoCloseable watch(Consumer<RouteNews> listener);

  /// A change that the kernel refused.
  record RouteFailure(RouteChange change, KernelException cause) {}
}

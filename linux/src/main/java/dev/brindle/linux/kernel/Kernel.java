// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.kernel;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.LinkSetup;
import dev.brindle.linux.model.Neighbour;
import dev.brindle.linux.model.RouteChange;
import java.util.List;

/// All we ask of the kernel of one network namespace. Calls block; an instance is one thread's at a
/// time.
public interface Kernel extends AutoCloseable {

  RouteTable routes();

  Links links();

  Neighbours neighbours();

  Nft nft();

  Sysctl sysctl();

  Conntrack conntrack();

  TrafficControl traffic();

  /// Gives an interface its addresses, sets it up, and adds neighbours and routes. Repeating it
  /// does no harm.
  ///
  /// @throws KernelException naming the first thing that was refused; what comes after that may be
  ///     there or not
  default void setUp(LinkSetup setup) {
    int index =
        links()
            .find(setup.device())
            .map(Link::index)
            .orElseThrow(
                () -> new KernelException("find interface " + setup.device(), Errno.ENODEV));
    for (InterfaceAddress address : setup.addresses()) {
      links().addAddress(index, address);
    }
    links().setUp(index, true);
    for (Neighbour neighbour : setup.neighbours()) {
      neighbours().put(neighbour);
    }
    List<RouteChange> puts =
        setup.routes().stream().<RouteChange>map(RouteChange.Put::new).toList();
    for (RouteTable.RouteFailure failure : routes().apply(puts)) {
      throw failure.cause();
    }
  }

  /// Closes the sockets. What was written stays.
  @Override
  void close();
}

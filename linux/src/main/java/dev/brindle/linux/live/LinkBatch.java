// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.NetlinkSocket;
import dev.brindle.linux.model.LinkSetup;
import dev.brindle.linux.model.Neighbour;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.netlink.AddressMessages;
import dev.brindle.linux.netlink.LinkMessages;
import dev.brindle.linux.netlink.MessageWriter;
import dev.brindle.linux.netlink.NeighbourMessages;
import dev.brindle.linux.netlink.Refusal;
import dev.brindle.linux.netlink.RouteMessages;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// All that makes one interface of use, as messages for one send.
final class LinkBatch {

  private final MessageWriter out = new MessageWriter();
  private final List<Step> steps = new ArrayList<>();

  /// @param what for the error message
  /// @param fine refusals that mean that it is so already
  private record Step(Supplier<String> what, Set<Errno> fine) {}

  private LinkBatch() {}

  /// @throws KernelException EINVAL if the kernel has no way to express a route
  static LinkBatch of(int index, LinkSetup setup) {
    var batch = new LinkBatch();
    for (InterfaceAddress address : setup.addresses()) {
      AddressMessages.add(batch.out, index, address);
      batch.steps.add(
          new Step(
              () -> "add address %s to interface %d".formatted(address, index),
              Set.of(Errno.EEXIST)));
    }
    LinkMessages.setUp(batch.out, index, true);
    batch.step(() -> "set interface %d up".formatted(index));
    for (Neighbour neighbour : setup.neighbours()) {
      NeighbourMessages.put(batch.out, index, neighbour);
      batch.step(() -> "put neighbour " + neighbour);
    }
    for (Route route : setup.routes()) {
      batch.put(route, index);
    }
    return batch;
  }

  private void put(Route route, int index) {
    String what = "put route " + route.destination();
    try {
      RouteMessages.put(out, route, _ -> index);
    } catch (IllegalArgumentException e) {
      throw new KernelException(what, Errno.EINVAL, String.valueOf(e.getMessage()));
    }
    step(() -> what);
  }

  private void step(Supplier<String> what) {
    steps.add(new Step(what, Set.of()));
  }

  /// @throws KernelException naming the first step that was refused
  void run(NetlinkSocket socket) {
    for (Refusal refusal : socket.run(out)) {
      Step step = steps.get(refusal.index());
      if (!step.fine().contains(refusal.errno())) {
        throw refusal.asException(step.what().get());
      }
    }
  }
}

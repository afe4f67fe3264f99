// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Neighbours;
import dev.brindle.linux.model.ForwardingEntry;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.Neighbour;
import dev.brindle.linux.netlink.MessageWriter;
import dev.brindle.linux.netlink.NeighbourMessages;
import java.util.List;
import java.util.Optional;
import java.util.function.ObjIntConsumer;

/// Neighbour and forwarding entries over NETLINK_ROUTE.
final class LiveNeighbours implements Neighbours {

  private final LazySocket socket;
  private final LiveLinks links;

  LiveNeighbours(LazySocket socket, LiveLinks links) {
    this.socket = socket;
    this.links = links;
  }

  @Override
  public List<Neighbour> neighbours(String device) {
    int index = index(device);
    return socket.list(
        NeighbourMessages::listNeighbours,
        message -> NeighbourMessages.neighbour(message, index, device));
  }

  @Override
  public void put(Neighbour neighbour) {
    int index = index(neighbour.device());
    socket.run("put neighbour " + neighbour, out -> NeighbourMessages.put(out, index, neighbour));
  }

  @Override
  public void remove(Neighbour neighbour) {
    removeUnlessGone(
        neighbour.device(),
        "remove neighbour " + neighbour,
        (out, index) -> NeighbourMessages.remove(out, index, neighbour));
  }

  @Override
  public List<ForwardingEntry> forwarding(String device) {
    int index = index(device);
    return socket.list(
        NeighbourMessages::listForwarding,
        message -> NeighbourMessages.forwarding(message, index, device));
  }

  @Override
  public void put(ForwardingEntry entry) {
    int index = index(entry.device());
    socket.run("put forwarding " + entry, out -> NeighbourMessages.put(out, index, entry));
  }

  @Override
  public void remove(ForwardingEntry entry) {
    removeUnlessGone(
        entry.device(),
        "remove forwarding " + entry,
        (out, index) -> NeighbourMessages.remove(out, index, entry));
  }

  private void removeUnlessGone(String device, String what, ObjIntConsumer<MessageWriter> message) {
    Optional<Link> link = links.find(device);
    if (link.isEmpty()) {
      return;
    }
    socket
        .refusal(out -> message.accept(out, link.get().index()))
        .filter(refusal -> !refusal.errno().equals(Errno.ENOENT))
        .ifPresent(
            refusal -> {
              throw refusal.asException(what);
            });
  }

  private int index(String device) {
    return links
        .find(device)
        .map(Link::index)
        .orElseThrow(() -> new KernelException("find interface " + device, Errno.ENODEV));
  }
}

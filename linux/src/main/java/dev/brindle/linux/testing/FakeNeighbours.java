// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.testing;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Neighbours;
import dev.brindle.linux.model.ForwardingEntry;
import dev.brindle.linux.model.Neighbour;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Neighbour and forwarding entries in memory; they go with their interface.
public final class FakeNeighbours implements Neighbours {

  private final FakeLinks links;
  private final Consumer<String> enter;
  private final Set<Neighbour> neighbours = new LinkedHashSet<>();
  private final Set<ForwardingEntry> forwarding = new LinkedHashSet<>();

  FakeNeighbours(FakeLinks links, Consumer<String> enter) {
    this.links = links;
    this.enter = enter;
    links.onGone(
        link -> {
          neighbours.removeIf(entry -> entry.device().equals(link.name()));
          forwarding.removeIf(entry -> entry.device().equals(link.name()));
        });
  }

  @Override
  public List<Neighbour> neighbours(String device) {
    check("find interface " + device, device);
    return neighbours.stream().filter(entry -> entry.device().equals(device)).toList();
  }

  @Override
  public void put(Neighbour neighbour) {
    String what = "put neighbour " + neighbour;
    enter.accept(what);
    check(what, neighbour.device());
    neighbours.removeIf(
        entry ->
            entry.device().equals(neighbour.device())
                && entry.address().equals(neighbour.address()));
    neighbours.add(neighbour);
  }

  @Override
  public void remove(Neighbour neighbour) {
    enter.accept("remove neighbour " + neighbour);
    neighbours.removeIf(
        entry ->
            entry.device().equals(neighbour.device())
                && entry.address().equals(neighbour.address()));
  }

  @Override
  public List<ForwardingEntry> forwarding(String device) {
    check("find interface " + device, device);
    return forwarding.stream().filter(entry -> entry.device().equals(device)).toList();
  }

  @Override
  public void put(ForwardingEntry entry) {
    String what = "put forwarding " + entry;
    enter.accept(what);
    check(what, entry.device());
    forwarding.removeIf(
        old -> old.device().equals(entry.device()) && old.mac().equals(entry.mac()));
    forwarding.add(entry);
  }

  @Override
  public void remove(ForwardingEntry entry) {
    enter.accept("remove forwarding " + entry);
    forwarding.remove(entry);
  }

  private void check(String what, String device) {
    if (links.find(device).isEmpty()) {
      throw new KernelException(what, Errno.ENODEV);
    }
  }
}

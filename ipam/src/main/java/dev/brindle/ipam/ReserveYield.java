// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.ipam.block.Assignment;
import dev.brindle.ipam.block.Block;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Gives addresses of the reserve to pods that come while the store is there, when nothing else is
/// left of the node's own: a reserve must not make a node claim or borrow sooner.
final class ReserveYield {

  private final BlockStore store;
  private final HandOver handOver;
  private final ReserveBook book;

  ReserveYield(BlockStore store, HandOver handOver, ReserveBook book) {
    this.store = store;
    this.handOver = handOver;
    this.book = book;
  }

  /// @param blocks of the node
  List<IpAddress> take(Collection<Cidr> blocks, int count, AssignRequest request) {
    List<IpAddress> taken = new ArrayList<>();
    for (Cidr block : blocks) {
      for (Assignment held : reserved(block, request.node())) {
        if (taken.size() < count && give(block, held, request.handle(), request.attributes())) {
          taken.add(held.address());
        }
      }
    }
    return taken;
  }

  /// @return whether the address was in the node's reserve, and is the handle's now
  boolean take(
      Cidr block, IpAddress address, String handle, Map<String, String> attributes, String node) {
    return reserved(block, node).stream()
        .filter(held -> held.address().equals(address))
        .anyMatch(held -> give(block, held, handle, attributes));
  }

  private List<Assignment> reserved(Cidr block, String node) {
    String handle = Reserve.handle(node);
    return ReserveBook.NONE.equals(book)
        ? List.of()
        : store.block(block).stream()
            .map(Block::assignments)
            .flatMap(List::stream)
            .filter(held -> held.handle().equals(handle))
            .toList();
  }

  private boolean give(Cidr block, Assignment held, String handle, Map<String, String> attributes) {
    Holding holding = Holding.of(held);
    return book.giveUp(holding) && handOver.move(block, holding, handle, attributes);
  }
}

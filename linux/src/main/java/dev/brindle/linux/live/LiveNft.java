// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.live;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Nft;
import dev.brindle.linux.kernel.NftRefusedException;
import dev.brindle.linux.libc.NetlinkSocket;
import dev.brindle.linux.netlink.MessageWriter;
import dev.brindle.linux.netlink.NftMessages;
import dev.brindle.linux.netlink.NftTableMessages;
import dev.brindle.linux.netlink.NftTableMessages.FoundChain;
import dev.brindle.linux.netlink.NftTableMessages.FoundElement;
import dev.brindle.linux.netlink.NftTableMessages.FoundRule;
import dev.brindle.linux.netlink.NftTableMessages.FoundSet;
import dev.brindle.linux.netlink.Refusal;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftTransaction;
import dev.brindle.linux.reconcile.NftStages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// nf_tables over NETLINK_NETFILTER.
final class LiveNft implements Nft {

  private static final int READ_ATTEMPTS = 10;

  private final LazySocket socket;

  LiveNft(LazySocket socket) {
    this.socket = socket;
  }

  @Override
  public void run(NftTransaction transaction) {
    if (transaction.isEmpty()) {
      return;
    }
    NftMessages.Batch whole = NftMessages.of(transaction);
    int capacity = socket.get().sendCapacity();
    if (whole.messages().size() <= capacity) {
      send(whole);
      return;
    }
    NftStages.of(transaction, changes -> NftMessages.size(changes) <= capacity)
        .forEach(stage -> send(NftMessages.of(stage)));
  }

  private void send(NftMessages.Batch batch) {
    NetlinkSocket open = socket.get();
    if (batch.messages().size() > open.sendCapacity()) {
      throw tooLong(batch, open.sendCapacity());
    }
    List<Refusal> refusals = open.transact(batch.messages());
    if (!refusals.isEmpty()) {
      throw batch.asException(refusals);
    }
  }

  /// What is left of a big transaction that cannot be taken apart further: one chain, say.
  private static NftRefusedException tooLong(NftMessages.Batch batch, int capacity) {
    List<NftChange> changes = batch.transaction().changes();
    String detail =
        "%d bytes; the socket takes %d: raise net.core.wmem_max or run with CAP_NET_ADMIN"
            .formatted(batch.messages().size(), capacity);
    int culprit = changes.size() == 1 ? 1 : 0; // the only change, or nobody in particular
    return batch.asException(List.of(new Refusal(culprit, Errno.EMSGSIZE, detail)));
  }

  /// Chains, rules, sets and elements are lists of their own. If a transaction of anybody came
  /// between, they need not fit together, and are read anew.
  @Override
  public Optional<InstalledTable> read(NftFamily family, String table) {
    for (int attempt = 1; attempt <= READ_ATTEMPTS; attempt++) {
      int before = generation();
      Optional<InstalledTable> found = readOnce(family, table);
      if (generation() == before) {
        return found;
      }
    }
    throw new KernelException(
        "read table " + table,
        Errno.EINTR,
        "others changed nf_tables during each of %d attempts".formatted(READ_ATTEMPTS));
  }

  private int generation() {
    var out = new MessageWriter();
    NftTableMessages.askGeneration(out);
    return socket
        .get()
        .ask(out, "ask for the generation of nf_tables", Set.of())
        .map(NftTableMessages::generation)
        .orElseThrow(() -> new IllegalStateException("no answer that is no error"));
  }

  private Optional<InstalledTable> readOnce(NftFamily family, String table) {
    try {
      return exists(family, table) ? Optional.of(readPresent(family, table)) : Optional.empty();
    } catch (KernelException e) {
      if (e.errno().equals(Errno.ENOENT) && !exists(family, table)) {
        return Optional.empty(); // went away in the middle
      }
      throw e;
    }
  }

  private boolean exists(NftFamily family, String table) {
    var out = new MessageWriter();
    NftTableMessages.askTable(out, family, table);
    return socket.get().ask(out, "read table " + table, Set.of(Errno.ENOENT)).isPresent();
  }

  private InstalledTable readPresent(NftFamily family, String table) {
    List<FoundChain> chains =
        socket.list(
            out -> NftTableMessages.listChains(out, family),
            message -> NftTableMessages.chain(message, table));
    Map<String, List<String>> hashes =
        socket
            .list(
                out -> NftTableMessages.listRules(out, family, table),
                message -> NftTableMessages.rule(message, table))
            .stream()
            .collect(
                Collectors.groupingBy(
                    FoundRule::chain, Collectors.mapping(FoundRule::hash, Collectors.toList())));
    List<FoundSet> sets =
        socket.list(
            out -> NftTableMessages.listSets(out, family, table),
            message -> NftTableMessages.set(message, family, table));
    var elements = new HashMap<String, InstalledTable.Elements>();
    for (FoundSet set : sets) {
      elements.put(set.name(), NftTableMessages.elements(set, elements(family, table, set.name())));
    }
    return new InstalledTable(
        family,
        table,
        chains.stream()
            .collect(
                Collectors.toMap(
                    FoundChain::name,
                    chain ->
                        new InstalledTable.Chain(
                            chain.base(), hashes.getOrDefault(chain.name(), List.of())))),
        elements);
  }

  private List<FoundElement> elements(NftFamily family, String table, String set) {
    var all = new ArrayList<FoundElement>();
    socket
        .list(
            out -> NftTableMessages.listElements(out, family, table, set),
            message -> Optional.of(NftTableMessages.elements(message)))
        .forEach(all::addAll);
    return all;
  }
}

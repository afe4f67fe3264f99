// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.testing;

import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Nft;
import dev.brindle.linux.kernel.NftRefusedException;
import dev.brindle.linux.kernel.NftRefusedException.Refused;
import dev.brindle.linux.netlink.NftMessages;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftSet;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.nft.NftTransaction;
import dev.brindle.linux.nft.RuleComment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// nf_tables in memory: all or nothing, with the kernel's ideas of what may be referred to.
public final class FakeNft implements Nft {

  private final Consumer<String> enter;
  private final Consumer<String> enterRead;
  private Map<FakeTables.Key, NftTable> tables = new TreeMap<>();
  private final Map<Predicate<NftChange>, Errno> unwanted = new LinkedHashMap<>();
  private int transactions;

  FakeNft(Consumer<String> enter, Consumer<String> enterRead) {
    this.enter = enter;
    this.enterRead = enterRead;
  }

  @Override
  public void run(NftTransaction transaction) {
    if (transaction.isEmpty()) {
      return;
    }
    enter.accept("nft transaction");
    NftMessages.of(transaction); // refuses what cannot be said to the kernel
    List<Refused> refused = refusedByWish(transaction);
    if (!refused.isEmpty()) {
      throw refusal(refused);
    }
    var next = new FakeTables(tables);
    for (NftChange change : transaction.changes()) {
      apply(next, change);
    }
    next.check();
    tables = next.tables();
    transactions++;
  }

  private static void apply(FakeTables next, NftChange change) {
    try {
      next.apply(change);
    } catch (KernelException e) {
      throw refusal(List.of(new Refused(change, e.errno(), String.valueOf(e.getMessage()))));
    }
  }

  private List<Refused> refusedByWish(NftTransaction transaction) {
    var refused = new ArrayList<Refused>();
    for (NftChange change : transaction.changes()) {
      unwanted.forEach(
          (which, errno) -> {
            if (which.test(change)) {
              refused.add(new Refused(change, errno, "%s: %s".formatted(name(change), errno)));
            }
          });
    }
    return refused;
  }

  private static NftRefusedException refusal(List<Refused> refused) {
    return new NftRefusedException(
        "nft transaction", refused.getFirst().errno(), refused.getFirst().reason(), refused);
  }

  private static String name(NftChange change) {
    return switch (change) {
      case NftChange.SetRules(_, _, var chain, _) -> "rules of chain " + chain;
      case NftChange.AddElements(_, _, var set, _) -> "add elements to set " + set.name();
      case NftChange.PutSet(_, _, var set) -> "put set " + set.name();
      default -> change.toString();
    };
  }

  /// Refuses these changes, and so the transactions they are in, from now on.
  public void refuse(Predicate<NftChange> which, Errno errno) {
    unwanted.put(which, errno);
  }

  /// Refuses only what the kernel refuses.
  public void refuseNothing() {
    unwanted.clear();
  }

  /// How many took place.
  public int transactions() {
    return transactions;
  }

  /// What the table holds, rules and all.
  public Optional<NftTable> table(NftFamily family, String name) {
    return Optional.ofNullable(tables.get(new FakeTables.Key(family, name)));
  }

  @Override
  public Optional<InstalledTable> read(NftFamily family, String table) {
    enterRead.accept("read table " + table);
    return table(family, table).map(FakeNft::installed);
  }

  private static InstalledTable installed(NftTable table) {
    var chains = new HashMap<String, InstalledTable.Chain>();
    for (NftChain chain : table.chains().values()) {
      chains.put(
          chain.name(),
          new InstalledTable.Chain(
              chain.base(),
              chain.rules().stream().map(rule -> RuleComment.hash(table.family(), rule)).toList()));
    }
    var sets = new HashMap<String, InstalledTable.Elements>();
    for (NftSet set : table.sets().values()) {
      sets.put(
          set.name(),
          new InstalledTable.Elements(Optional.of(set.key()), set.isMap(), set.elements()));
    }
    return new InstalledTable(table.family(), table.name(), chains, sets);
  }
}

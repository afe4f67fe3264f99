// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.dataplane;

import dev.brindle.api.net.IpFamily;
import dev.brindle.felix.render.PolicyRenderer;
import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Nft;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.nft.NftTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Rules and sets. Knows what the kernel holds after its own last transaction and then sends only
/// differences; when it does not know, at the start, after a refusal and now and then, it reads.
final class NftStep {

  private final Nft nft;
  private final PolicyRenderer renderer;
  private final TablePlan plan;
  private List<IpFamily> families = List.of();
  private boolean isKnown;
  private int lastSize;

  NftStep(Nft nft, PolicyRenderer renderer, TablePlan plan) {
    this.nft = nft;
    this.renderer = renderer;
    this.plan = plan;
  }

  /// Reads before the next change.
  void distrust() {
    isKnown = false;
  }

  /// How many changes the last transaction had.
  int lastSize() {
    return lastSize;
  }

  List<String> apply(List<IpFamily> wanted) {
    if (!families.equals(wanted)) {
      families = List.copyOf(wanted);
      isKnown = false;
    }
    try {
      NftTransaction transaction = isKnown ? differences() : fromKernel();
      lastSize = transaction.changes().size();
      if (!transaction.isEmpty()) {
        nft.run(transaction);
      }
      isKnown = true;
      return List.of();
    } catch (KernelException e) {
      isKnown = false;
      return List.of("rules: " + e.getMessage());
    }
  }

  private NftTransaction differences() {
    return new NftTransaction(
        renderer.take().changes().stream().filter(change -> isWanted(family(change))).toList());
  }

  private NftTransaction fromKernel() {
    List<NftChange> changes = new ArrayList<>();
    for (NftTable table : renderer.tables()) {
      Optional<InstalledTable> installed = nft.read(table.family(), table.name());
      if (isWanted(table.family())) {
        changes.addAll(plan.between(table, installed).changes());
      } else if (installed.isPresent()) {
        changes.add(new NftChange.RemoveTable(table.family(), table.name()));
      }
    }
    return new NftTransaction(changes);
  }

  private boolean isWanted(NftFamily family) {
    return families.stream().anyMatch(wanted -> NftFamily.of(wanted) == family);
  }

  private static NftFamily family(NftChange change) {
    return switch (change) {
      case NftChange.PutTable(var family, _) -> family;
      case NftChange.RemoveTable(var family, _) -> family;
      case NftChange.PutChain(var family, _, _) -> family;
      case NftChange.SetRules(var family, _, _, _) -> family;
      case NftChange.RemoveChain(var family, _, _) -> family;
      case NftChange.PutSet(var family, _, _) -> family;
      case NftChange.AddElements(var family, _, _, _) -> family;
      case NftChange.RemoveElements(var family, _, _, _) -> family;
      case NftChange.RemoveSet(var family, _, _) -> family;
    };
  }
}

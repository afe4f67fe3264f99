// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.dataplane;

import dev.brindle.api.net.IpFamily;
import dev.brindle.felix.render.BrokenParts;
import dev.brindle.felix.render.PolicyRenderer;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.kernel.Nft;
import dev.brindle.linux.kernel.NftRefusedException;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.linux.nft.NftTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Rules and sets. Knows what the kernel holds after its own last transaction and then sends only
/// differences; when it does not know, at the start, after a refusal and now and then, it reads.
///
/// What the kernel refuses is left out and drops instead (`BrokenParts`), until it changes or all
/// is compared again.
final class NftStep {

  private static final Set<Errno> PASSING =
      Set.of(Errno.EAGAIN, Errno.EBUSY, Errno.EINTR, Errno.ENOMEM, Errno.ENOBUFS, Errno.EPERM);

  private final Nft nft;
  private final PolicyRenderer renderer;
  private final TablePlan plan;
  private List<IpFamily> families = List.of();
  private List<IpFamily> closedFamilies = List.of();
  private boolean isKnown;

  /// Whether this kernel took our rules before.
  private boolean isProven;

  private int lastSize;
  private BrokenParts broken = BrokenParts.NONE;
  private Set<String> closedDevices = Set.of();
  private List<String> problems = List.of();

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

  /// Whether the last attempt brought the kernel to what is desired, but for what it refuses.
  boolean isInForce() {
    return isKnown;
  }

  /// Interfaces whose endpoints are cut off because the kernel refused rules of theirs.
  Set<String> closedDevices() {
    return closedDevices;
  }

  /// @param closed families of which pods are to send nothing
  List<String> apply(List<IpFamily> wanted, List<IpFamily> closed) {
    if (!families.equals(wanted) || !closedFamilies.equals(closed)) {
      families = List.copyOf(wanted);
      closedFamilies = List.copyOf(closed);
      isKnown = false;
    }
    try {
      if (!isKnown || !takeDifferences()) {
        takeAll();
      }
      isKnown = true;
      isProven = true;
      return problems;
    } catch (KernelException e) {
      isKnown = false;
      return List.of(isProven ? "rules: " + e.getMessage() : NftSupport.problem(e));
    }
  }

  /// @return whether the kernel took them
  private boolean takeDifferences() {
    NftTransaction transaction = differences();
    if (broken.isTouchedBy(transaction)) {
      return false;
    }
    try {
      run(transaction);
      return true;
    } catch (NftRefusedException e) {
      if (isPassing(e)) {
        throw e;
      }
      return false; // compared with the kernel it will show whose fault it is
    }
  }

  /// Makes the kernel have everything but what it refuses.
  private void takeAll() {
    broken = BrokenParts.NONE;
    List<NftTable> desired = renderer.tables();
    Optional<String> open = close();
    boolean isTaken = false;
    while (!isTaken) { // each time more is left out
      try {
        run(fromKernel(desired));
        isTaken = true;
      } catch (NftRefusedException e) {
        broken = withoutBlamed(desired, e);
      }
    }
    closedDevices = broken.devices(desired);
    List<String> found = new ArrayList<>(broken.problems(desired, renderer::describe));
    open.ifPresent(found::add);
    problems = found;
  }

  /// By itself: a kernel that does not filter a family must not keep the other one from its rules.
  ///
  /// @return why it could not be done
  private Optional<String> close() {
    for (IpFamily family : closedFamilies) {
      NftTable table = renderer.closedTable(family);
      try {
        run(plan.between(table, nft.read(table.family(), table.name())));
      } catch (NftRefusedException e) {
        if (isPassing(e)) {
          throw e;
        }
        return Optional.of(
            "%s is not supported (ipv6Support), and the kernel refuses to drop what pods send of it: %s"
                .formatted(family, e.getMessage()));
      }
    }
    return Optional.empty();
  }

  private BrokenParts withoutBlamed(List<NftTable> desired, NftRefusedException e) {
    if (isPassing(e)) {
      throw e;
    }
    return broken.and(e.refused(), desired).orElseThrow(() -> e);
  }

  /// Whether the same may work later.
  private static boolean isPassing(NftRefusedException e) {
    return PASSING.contains(e.errno());
  }

  private void run(NftTransaction transaction) {
    lastSize = transaction.changes().size();
    if (!transaction.isEmpty()) {
      nft.run(transaction);
    }
  }

  private NftTransaction differences() {
    return new NftTransaction(
        renderer.take().changes().stream().filter(change -> isWanted(family(change))).toList());
  }

  private NftTransaction fromKernel(List<NftTable> desired) {
    List<NftChange> changes = new ArrayList<>();
    for (NftTable table : desired) {
      Optional<InstalledTable> installed = nft.read(table.family(), table.name());
      if (isWanted(table.family())) {
        changes.addAll(plan.between(broken.close(table), installed).changes());
      } else if (installed.isPresent() && !isClosed(table.family())) {
        changes.add(new NftChange.RemoveTable(table.family(), table.name()));
      }
    }
    return new NftTransaction(changes);
  }

  private boolean isWanted(NftFamily family) {
    return families.stream().anyMatch(wanted -> NftFamily.of(wanted) == family);
  }

  private boolean isClosed(NftFamily family) {
    return closedFamilies.stream().anyMatch(closed -> NftFamily.of(closed) == family);
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

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpamBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A request under way: what it has got so far, and what its handle counts for that. Its own
/// thread has it before and after the turn; in between whoever has the turn.
final class Wish {

  private final AssignRequest request;
  private final List<IpAddress> assigned = new ArrayList<>();

  /// Counted for the handle, and held by no address of the block.
  private final Map<Cidr, Integer> surplus = new TreeMap<>();

  private final Map<Cidr, Integer> held = new TreeMap<>();
  private final List<String> messages = new ArrayList<>();
  private final Map<IpFamily, Source> sources = new EnumMap<>(IpFamily.class);
  private boolean isCounted;
  private Optional<String> refusal = Optional.empty();
  private Optional<String> reason = Optional.empty();
  private Optional<RuntimeException> failure = Optional.empty();
  private Optional<RuntimeException> aside = Optional.empty();
  private boolean isInDoubt;
  private boolean isDone;

  /// Where its last address of a family is from.
  ///
  /// @param free addresses that the block has left
  record Source(Cidr block, int free) {}

  Wish(AssignRequest request) {
    this.request = request;
  }

  AssignRequest request() {
    return request;
  }

  IpamBlock.Attribute holder() {
    return new IpamBlock.Attribute(
        request.handle(), request.attributes(), Map.of(), Optional.empty());
  }

  /// How many addresses of a family are to be had for it yet.
  int missing(IpFamily family) {
    boolean isOver = refusal.isPresent() || reason.isPresent() || failure.isPresent();
    return isOver || aside.isPresent() ? 0 : request.wanted(family) - count(family);
  }

  private int count(IpFamily family) {
    return Math.toIntExact(assigned.stream().filter(each -> each.family() == family).count());
  }

  boolean isComplete() {
    return assigned.size() == request.num4() + request.num6();
  }

  // ---- the handle

  /// What its handle has to count yet before it may take so many out of a block.
  int uncounted(Cidr block, int count) {
    return count - surplus.getOrDefault(block, 0);
  }

  /// Whether its handle is there, for all that this wish knows.
  boolean isCounted() {
    return isCounted;
  }

  void counted(Cidr block, int count) {
    isCounted = true;
    surplus.merge(block, count, Integer::sum);
  }

  /// Its own of the block by now: counted before.
  ///
  /// @param free addresses that the block has left
  void got(Cidr block, Collection<IpAddress> some, int free) {
    isInDoubt = false;
    assigned.addAll(some);
    sources.put(block.family(), new Source(block, free));
    held.merge(block, some.size(), Integer::sum);
    surplus.merge(block, -some.size(), Integer::sum);
  }

  /// Its own, and its handle is as it should be.
  void gotCounted(Collection<IpAddress> some) {
    assigned.addAll(some);
  }

  /// Counted too much, by block.
  Map<Cidr, Integer> surplus() {
    Map<Cidr, Integer> some = new TreeMap<>(surplus);
    some.values().removeIf(count -> count <= 0);
    return some;
  }

  /// What it got, by block.
  Map<Cidr, Integer> held() {
    return held;
  }

  Map<IpFamily, Source> sources() {
    return sources;
  }

  // ---- what becomes of it

  /// What was told of an earlier round, or family, matters no more.
  void begin() {
    messages.clear();
  }

  /// Why there may be less than it wants.
  void tell(String message) {
    messages.add(message);
  }

  /// It gets nothing more, and that is why.
  void refuse(String why) {
    refusal = Optional.of(why);
  }

  /// A block is being written with addresses for it.
  void doubt() {
    isInDoubt = true;
  }

  /// Nothing was written.
  void doubtNoMore() {
    isInDoubt = false;
  }

  /// The store has not said whether it got addresses.
  boolean isInDoubt() {
    return isInDoubt;
  }

  /// All was tried for a family. If there is less than it wants it gets none of the next family.
  void close(IpFamily family) {
    int wanted = request.wanted(family);
    if (reason.isEmpty() && aside.isEmpty() && count(family) < wanted) {
      List<String> all = new ArrayList<>();
      all.add(
          "Assigned %d out of %d requested %s addresses".formatted(count(family), wanted, family));
      all.addAll(messages);
      refusal.ifPresent(all::add);
      reason = Optional.of(String.join("; ", all));
    }
  }

  /// The same for each family.
  void closeAll() {
    for (IpFamily family : IpFamily.values()) {
      close(family);
    }
  }

  /// That nobody knows what became of it is worse than that it gets nothing more.
  void fail(RuntimeException e) {
    if (e instanceof IpamException refused) {
      refuse(refused.reason());
    } else {
      failure = Optional.of(e);
    }
  }

  /// Left out of this round, which asked in vain for it; nothing was written for it.
  void setAside(RuntimeException e) {
    aside = Optional.of(e);
  }

  /// @return why it was left out; empty if it was not
  Optional<RuntimeException> takeBack() {
    Optional<RuntimeException> why = aside;
    aside = Optional.empty();
    return why;
  }

  void done() {
    isDone = true;
  }

  boolean isDone() {
    return isDone;
  }

  Optional<RuntimeException> failure() {
    return failure;
  }

  /// What it got, IPv4 first.
  List<IpAddress> addresses() {
    return Arrays.stream(IpFamily.values())
        .flatMap(family -> assigned.stream().filter(each -> each.family() == family))
        .toList();
  }

  AssignResult result() {
    return reason.map(this::lessBecause).orElseGet(() -> new AssignResult.Full(addresses()));
  }

  AssignResult lessBecause(String why) {
    List<IpAddress> addresses = addresses();
    return addresses.isEmpty()
        ? new AssignResult.None(why)
        : new AssignResult.Partial(addresses, why);
  }
}

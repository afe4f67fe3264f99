// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam.block;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.Metadata;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A block of addresses: reading it, and what changes make of it. Each change gives a new block
/// with the next sequence number; whether it becomes true is decided by the write.
public record Block(IpamBlock resource) {

  /// A block with all addresses free.
  ///
  /// @param start where its sequence begins: never again the same for a block of this CIDR
  public static Block unused(Cidr cidr, BlockOwner owner, Instant claimed, long start) {
    int size = Ordinals.size(cidr);
    return new Block(
        new IpamBlock(
            Metadata.named(BlockNames.blockKey(cidr).name()),
            new IpamBlock.Spec(
                cidr,
                Optional.of(owner.text()),
                claimed.toString(),
                Collections.nCopies(size, IpamBlock.FREE),
                IntStream.range(0, size).boxed().toList(),
                List.of(),
                start,
                Map.of(),
                false)));
  }

  public Cidr cidr() {
    return spec().cidr();
  }

  public IpamBlock.Spec spec() {
    return resource.spec();
  }

  public Optional<BlockOwner> owner() {
    return spec().affinity().flatMap(BlockOwner::parse);
  }

  public boolean isOwnedBy(BlockOwner owner) {
    return owner().equals(Optional.of(owner));
  }

  public int free() {
    return spec().unallocated().size();
  }

  /// Free, and not reserved.
  public int free(Reservations reserved) {
    return reserved.networks().isEmpty() ? free() : Math.toIntExact(unreserved(reserved).count());
  }

  /// Cooling addresses count as in use.
  public boolean isEmpty() {
    return spec().allocations().stream().allMatch(index -> index == IpamBlock.FREE);
  }

  /// All addresses that are held, in order; those that cool down are not.
  public List<Assignment> assignments() {
    List<Assignment> assignments = new ArrayList<>();
    for (int ordinal = 0; ordinal < spec().allocations().size(); ordinal++) {
      assignmentOf(ordinal).ifPresent(assignments::add);
    }
    return assignments;
  }

  public Optional<Assignment> assignmentOf(IpAddress address) {
    return cidr().contains(address) ? assignmentOf(Ordinals.of(cidr(), address)) : Optional.empty();
  }

  private Optional<Assignment> assignmentOf(int ordinal) {
    int index = spec().allocations().get(ordinal);
    if (index == IpamBlock.FREE) {
      return Optional.empty();
    }
    IpamBlock.Attribute attribute = spec().attributes().get(index);
    if (attribute.releasedAt().isPresent()) {
      return Optional.empty();
    }
    long sequence =
        spec().sequenceNumberForAllocation().getOrDefault(Integer.toString(ordinal), 0L);
    return Optional.of(new Assignment(Ordinals.address(cidr(), ordinal), attribute, sequence));
  }

  /// Whether nobody holds an address inside, and it does not cool down.
  public boolean isFree(IpAddress address) {
    return cidr().contains(address)
        && spec().allocations().get(Ordinals.of(cidr(), address)) == IpamBlock.FREE;
  }

  /// Takes the longest free addresses, as many as there are.
  ///
  /// @param reserved not these: they stay in the queue
  public BlockChange assign(int count, IpamBlock.Attribute holder, Reservations reserved) {
    return take(unreserved(reserved).limit(count).toList(), holder);
  }

  private Stream<Integer> unreserved(Reservations reserved) {
    return spec().unallocated().stream()
        .filter(ordinal -> !reserved.contains(Ordinals.address(cidr(), ordinal)));
  }

  /// Takes one address; nothing if it is not free.
  public BlockChange assign(IpAddress address, IpamBlock.Attribute holder) {
    return take(isFree(address) ? List.of(Ordinals.of(cidr(), address)) : List.of(), holder);
  }

  private BlockChange take(List<Integer> ordinals, IpamBlock.Attribute holder) {
    List<IpamBlock.Attribute> attributes = new ArrayList<>(spec().attributes());
    int index = attributes.indexOf(holder);
    if (index < 0) {
      index = attributes.size();
      attributes.add(holder);
    }
    List<Integer> allocations = new ArrayList<>(spec().allocations());
    List<Integer> unallocated = new ArrayList<>(spec().unallocated());
    Map<String, Long> sequences = new TreeMap<>(spec().sequenceNumberForAllocation());
    for (int ordinal : ordinals) {
      allocations.set(ordinal, index);
      sequences.put(Integer.toString(ordinal), spec().sequenceNumber());
    }
    unallocated.removeAll(Set.copyOf(ordinals));
    return new BlockChange(
        with(allocations, unallocated, attributes, sequences), addresses(ordinals));
  }

  /// Gives a held address to another holder, as if it had been assigned just now.
  public Block handedOver(IpAddress address, IpamBlock.Attribute holder) {
    return take(List.of(Ordinals.of(cidr(), address)), holder).block().compacted();
  }

  /// Frees addresses; those that nobody holds are left out. With a cool-down they stay taken until
  /// `collect` finds it over.
  public BlockChange release(List<IpAddress> addresses, Instant now, int coolDownSeconds) {
    List<Integer> held =
        addresses.stream()
            .filter(address -> assignmentOf(address).isPresent())
            .map(address -> Ordinals.of(cidr(), address))
            .distinct()
            .toList();
    Block released = coolDownSeconds > 0 ? cooling(held, now) : freed(held);
    return new BlockChange(released, addresses(held));
  }

  private Block cooling(List<Integer> ordinals, Instant now) {
    List<IpamBlock.Attribute> attributes = new ArrayList<>(spec().attributes());
    attributes.add(new IpamBlock.Attribute("", Map.of(), Map.of(), Optional.of(now.toString())));
    List<Integer> allocations = new ArrayList<>(spec().allocations());
    Map<String, Long> sequences = new TreeMap<>(spec().sequenceNumberForAllocation());
    for (int ordinal : ordinals) {
      allocations.set(ordinal, attributes.size() - 1);
      sequences.put(Integer.toString(ordinal), spec().sequenceNumber());
    }
    return with(allocations, spec().unallocated(), attributes, sequences).compacted();
  }

  private Block freed(List<Integer> ordinals) {
    List<Integer> allocations = new ArrayList<>(spec().allocations());
    List<Integer> unallocated = new ArrayList<>(spec().unallocated());
    Map<String, Long> sequences = new TreeMap<>(spec().sequenceNumberForAllocation());
    for (int ordinal : ordinals) {
      allocations.set(ordinal, IpamBlock.FREE);
      unallocated.add(ordinal);
      sequences.remove(Integer.toString(ordinal));
    }
    return with(allocations, unallocated, spec().attributes(), sequences).compacted();
  }

  /// Frees what has cooled down by now. The same block if there is nothing to free.
  public Block collect(Instant now, int coolDownSeconds) {
    Instant limit = now.minusSeconds(Math.max(0, coolDownSeconds));
    List<Integer> cooled =
        IntStream.range(0, spec().allocations().size())
            .filter(ordinal -> hasCooled(spec().allocations().get(ordinal), limit))
            .boxed()
            .toList();
    return cooled.isEmpty() ? this : freed(cooled);
  }

  private boolean hasCooled(int index, Instant limit) {
    return index != IpamBlock.FREE
        && spec()
            .attributes()
            .get(index)
            .releasedAt()
            .map(Instant::parse)
            .filter(released -> !released.isAfter(limit))
            .isPresent();
  }

  /// The same with the next sequence number, so that a write that expects this one fails.
  public Block touched() {
    return with(
        spec().allocations(),
        spec().unallocated(),
        spec().attributes(),
        spec().sequenceNumberForAllocation());
  }

  /// Nobody's; anyone may take addresses, nobody blocks.
  public Block disowned() {
    IpamBlock.Spec old = spec();
    return new Block(
        new IpamBlock(
            resource.metadata(),
            new IpamBlock.Spec(
                old.cidr(),
                Optional.empty(),
                "",
                old.allocations(),
                old.unallocated(),
                old.attributes(),
                old.sequenceNumber() + 1,
                old.sequenceNumberForAllocation(),
                old.deleted())));
  }

  /// Without attributes that nothing points to.
  private Block compacted() {
    List<Integer> used =
        spec().allocations().stream()
            .filter(index -> index != IpamBlock.FREE)
            .distinct()
            .sorted()
            .toList();
    List<Integer> allocations =
        spec().allocations().stream()
            .map(index -> index == IpamBlock.FREE ? index : (Integer) used.indexOf(index))
            .toList();
    List<IpamBlock.Attribute> attributes = used.stream().map(spec().attributes()::get).toList();
    return with(
        spec().sequenceNumber(),
        allocations,
        spec().unallocated(),
        attributes,
        spec().sequenceNumberForAllocation());
  }

  private Block with(
      List<Integer> allocations,
      List<Integer> unallocated,
      List<IpamBlock.Attribute> attributes,
      Map<String, Long> sequences) {
    return with(spec().sequenceNumber() + 1, allocations, unallocated, attributes, sequences);
  }

  private Block with(
      long sequence,
      List<Integer> allocations,
      List<Integer> unallocated,
      List<IpamBlock.Attribute> attributes,
      Map<String, Long> sequences) {
    IpamBlock.Spec old = spec();
    return new Block(
        new IpamBlock(
            resource.metadata(),
            new IpamBlock.Spec(
                old.cidr(),
                old.affinity(),
                old.affinityClaimTime(),
                allocations,
                unallocated,
                attributes,
                sequence,
                sequences,
                old.deleted())));
  }

  private List<IpAddress> addresses(List<Integer> ordinals) {
    return ordinals.stream().map(ordinal -> Ordinals.address(cidr(), ordinal)).toList();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.datastore.Datastore;
import dev.brindle.ipam.audit.PoolUsage;
import dev.brindle.ipam.block.Assignment;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import dev.brindle.ipam.claim.Affinities;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Hands out addresses and takes them back. Safe for many threads, and for many processes on one
/// store: an address is held by one at a time, whoever is killed whenever.
///
/// Every method may throw `DatastoreException`; addresses that were being assigned may then be held
/// and are released by their handle.
public final class Allocator {

  private final BlockStore store;
  private final HandleCounts handles;
  private final BlockClaims claims;
  private final AddressTaker taker;
  private final AssignQueue requests;
  private final AddressRelease release;
  private final ReserveYield reserve;
  private final ReserveUpkeep upkeep;
  private final HandOver handOver;
  private final Vacancy vacancy;

  private final HandleTurns handleTurns = new HandleTurns();

  /// Threads of one process would only hinder each other: they want the same block.
  private final ReentrantLock turn = new ReentrantLock(true);

  public Allocator(Datastore datastore) {
    this(datastore, ReserveBook.NONE);
  }

  /// Of a node that keeps a reserve: what it is asked for comes first.
  public Allocator(Datastore datastore, ReserveBook book) {
    this(datastore, InstantSource.system(), () -> ThreadLocalRandom.current().nextLong(), book);
  }

  /// @param random safe for threads; for pauses
  public Allocator(Datastore datastore, InstantSource clock, RandomGenerator random) {
    this(datastore, clock, random, ReserveBook.NONE);
  }

  /// @param random safe for threads; for pauses
  /// @param book of the node's reserve
  public Allocator(
      Datastore datastore, InstantSource clock, RandomGenerator random, ReserveBook book) {
    WriteRetry retry = new WriteRetry(random);
    this.store = new BlockStore(datastore);
    this.handles = new HandleCounts(datastore, store, retry);
    this.claims = new BlockClaims(store, retry, clock);
    this.taker = new AddressTaker(store, handles, retry, clock);
    this.release = new AddressRelease(store, handles, retry, clock, turn);
    this.handOver = new HandOver(store, handles, retry);
    this.reserve = new ReserveYield(store, handOver, book);
    var freeBlocks = new FreeBlocks(store, claims, clock, random);
    this.vacancy = new Vacancy(store, freeBlocks, clock);
    var round = new AssignRound(store, claims, taker, freeBlocks, reserve);
    this.requests = new AssignQueue(turn, handles, round::serve);
    this.upkeep = new ReserveUpkeep(store, taker, release, handles, book);
  }

  /// Gives out addresses, IPv4 first; what many calls at once want goes together.
  public AssignResult autoAssign(AssignRequest request) {
    return handleTurns.inTurn(request.handle(), () -> requests.assign(request));
  }

  /// Why no pod of a node could get an address of a family now. Changes nothing and hinders nobody,
  /// but looks at all blocks.
  ///
  /// @param pools only these; none for any that its pods may use unasked
  /// @return empty if one could
  public Optional<String> shortage(String node, IpFamily family, List<Cidr> pools) {
    try {
      return vacancy.obstacle(node, family, pools);
    } catch (IpamException e) {
      return Optional.of(e.reason());
    }
  }

  /// Gives out this address and no other.
  ///
  /// @param use what it is for; empty if the pool's allowed uses do not matter
  public AssignResult assignIp(
      IpAddress address,
      String handle,
      Map<String, String> attributes,
      String node,
      Optional<IpPool.AllowedUse> use) {
    return inTurn(
        () -> {
          try {
            BlockOwner owner =
                use.map(it -> BlockOwner.of(it, node)).orElseGet(() -> BlockOwner.node(node));
            return assign(address, handle, attributes, owner, use);
          } catch (IpamException e) {
            return new AssignResult.None(e.reason());
          }
        });
  }

  private AssignResult assign(
      IpAddress address,
      String handle,
      Map<String, String> attributes,
      BlockOwner owner,
      Optional<IpPool.AllowedUse> use) {
    IpPool pool = PoolChoice.of(store.pools(), address.family()).containing(address, use);
    Cidr usual = new Cidr(address, pool.spec().blockSize());
    boolean isUsual = store.block(usual).isPresent();
    Cidr cidr = isUsual ? usual : blockAround(address).orElse(usual);
    if (store.block(cidr).isEmpty()) {
      claims.claim(owner, cidr);
    }
    IpamConfig.Spec config = store.config();
    boolean isStrict = config.strictAffinity();
    Optional<Block> block = store.block(cidr);
    boolean isOwn = block.filter(found -> found.isOwnedBy(owner)).isPresent();
    if (isStrict && !isOwn) {
      return new AssignResult.None(
          "block %s is not affine to %s and strict affinity is enabled"
              .formatted(cidr, owner.name()));
    }
    Optional<BlockOwner> required = isStrict ? Optional.of(owner) : Optional.empty();
    List<IpAddress> taken =
        block
            .map(
                found ->
                    taker.take(
                        found, address, handle, attributes, required, config.ipCooldownSeconds()))
            .orElse(List.of());
    if (taken.isEmpty() && reserve.take(cidr, address, handle, attributes, owner.name())) {
      return new AssignResult.Full(List.of(address));
    }
    return taken.isEmpty()
        ? new AssignResult.None(
            "Address already assigned in block: %s %s"
                .formatted(address, holder(store.block(cidr), address)))
        : new AssignResult.Full(taken);
  }

  /// In words for people.
  private static String holder(Optional<Block> block, IpAddress address) {
    return block
        .flatMap(found -> found.assignmentOf(address))
        .map(
            held -> {
              Map<String, String> notes = held.holder().activeOwner();
              return Stream.of("pod", "service")
                  .filter(notes::containsKey)
                  .findFirst()
                  .map(
                      kind ->
                          "is held by %s %s/%s"
                              .formatted(kind, notes.get("namespace"), notes.get(kind)))
                  .orElseGet(() -> "is held by " + held.handle());
            })
        .orElse("was given back a moment ago and is not given out again yet");
  }

  /// The block that holds an address now, whatever the size of the pool's blocks has become. Looks
  /// at all blocks.
  private Optional<Cidr> blockAround(IpAddress address) {
    return store.blocks().stream()
        .map(Block::cidr)
        .filter(block -> block.contains(address))
        .findFirst();
  }

  /// Takes back all addresses of a handle; what many calls at once take back goes together.
  ///
  /// @return what was released; nothing if the handle is not known
  public List<IpAddress> releaseByHandle(String handle) {
    return handleTurns.inTurn(handle, () -> release.byHandle(handle));
  }

  /// Drops a handle that counts addresses of which no block knows, as a process leaves one that
  /// ends between the two writes. Who is just assigning makes it anew.
  ///
  /// @return whether it is gone by this
  public boolean dropEmptyHandle(String handle) {
    return handleTurns.inTurn(handle, () -> handles.dropEmpty(handle));
  }

  /// Takes back addresses, whoever holds them. Those that nobody holds are left out.
  ///
  /// @return what was released
  public List<IpAddress> releaseIps(List<IpAddress> addresses) {
    return inTurn(() -> release.byAddress(addresses));
  }

  /// Takes back addresses that are still in the same hands.
  ///
  /// @return what was released
  public List<IpAddress> releaseHoldings(Collection<Holding> holdings) {
    return inTurn(() -> release.exactly(holdings));
  }

  /// The same, where it is known of which blocks they are: no others are looked at, and whoever
  /// wants addresses meanwhile waits for one block, not for all.
  ///
  /// @param holdings by block
  /// @return what was released
  public List<IpAddress> releaseHoldings(Map<Cidr, Set<Holding>> holdings) {
    int coolDown = release.coolDown();
    List<IpAddress> released = new ArrayList<>();
    holdings.forEach(
        (block, some) -> released.addAll(inTurn(() -> release.exactly(block, some, coolDown))));
    return List.copyOf(released);
  }

  /// Has a node's reserve be as large as wanted, and in no place where it should not be. Reads and
  /// writes for this node alone, whatever the size of the cluster.
  ///
  /// @param wanted of each family; 0 gives all back
  /// @return whether there are so many now; if not, the node's blocks have no more to give
  public boolean keepReserve(String node, int wanted) {
    return inTurn(() -> upkeep.keep(node, wanted));
  }

  /// Gives an address of a node's reserve to whom it was promised while the store was away. May be
  /// done again.
  ///
  /// @return whether it is theirs now; false if it is in other hands than it was
  public boolean handOver(
      Reserved reserved, String node, String handle, Map<String, String> attributes) {
    return inTurn(
        () -> handOver.move(reserved.block(), reserved.holding(node), handle, attributes));
  }

  /// What a handle holds, in order; nothing if it is not known.
  public List<IpAddress> addressesOf(String handle) {
    return heldBy(handle).values().stream()
        .flatMap(List::stream)
        .map(Assignment::address)
        .sorted()
        .toList();
  }

  /// The same, by the block that it is from.
  public Map<Cidr, List<Assignment>> heldBy(String handle) {
    return handles.held(handle);
  }

  /// What a node holds, also out of blocks of others. Looks at all blocks.
  public List<Assignment> assignmentsOf(String node) {
    return store.blocks().stream()
        .flatMap(block -> block.assignments().stream())
        .filter(held -> held.node().equals(node))
        .toList();
  }

  /// Who holds an address.
  public Optional<Assignment> assignment(IpAddress address) {
    return blockAround(address).flatMap(store::block).flatMap(block -> block.assignmentOf(address));
  }

  /// How full pools and blocks are, by the name of the pool; blocks outside every pool come last.
  public List<PoolUsage> poolUsage() {
    return PoolUsage.of(
        store.pools(), store.blocks().stream().map(Block::resource).toList(), store.reservations());
  }

  /// Ends a node's claims: empty blocks go, others stay for the addresses in use.
  public void releaseClaimsOf(String node) {
    BlockOwner owner = BlockOwner.node(node);
    inTurn(() -> store.affinities(owner).stream().allMatch(this::releaseClaim));
  }

  /// Frees addresses in these blocks whose time to cool down is over.
  public void collect(Collection<Cidr> blocks) {
    inTurn(
        () -> {
          release.collect(blocks);
          return true;
        });
  }

  /// Ends those claims of a node whose blocks are empty.
  ///
  /// @return whether it has none left
  public boolean releaseEmptyClaimsOf(String node) {
    BlockOwner owner = BlockOwner.node(node);
    return inTurn(
        () ->
            store.affinities(owner).stream()
                .map(affinity -> claims.release(owner, affinity.spec().cidr(), true))
                .reduce(true, Boolean::logicalAnd));
  }

  /// Ends a claim of a node if the block is empty.
  ///
  /// @return whether the claim is gone
  public boolean releaseEmptyClaim(BlockOwner owner, Cidr block) {
    return inTurn(() -> claims.release(owner, block, true));
  }

  /// Ends all claims on blocks of a pool: empty blocks go, others stay for the addresses in use.
  public void releaseClaimsIn(Cidr pool) {
    inTurn(
        () ->
            store.affinities().stream()
                .filter(affinity -> pool.contains(affinity.spec().cidr()))
                .allMatch(this::releaseClaim));
  }

  private boolean releaseClaim(BlockAffinity affinity) {
    return claims.release(Affinities.owner(affinity), affinity.spec().cidr(), false);
  }

  private <T> T inTurn(Supplier<T> work) {
    turn.lock();
    try {
      return work.get();
    } finally {
      turn.unlock();
    }
  }
}

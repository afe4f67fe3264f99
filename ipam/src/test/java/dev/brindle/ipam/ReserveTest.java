// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import static dev.brindle.ipam.IpamState.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.ipam.AssignResult.Full;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Addresses that a node books ahead: where they come from, and who gets them.
class ReserveTest {

  private static final String RESERVE = Reserve.handle("n1");

  private final MemoryDatastore store = new MemoryDatastore();
  private final Book book = new Book();
  private final Allocator allocator = allocator();

  /// What a node knows of its reserve, in memory.
  private static final class Book implements ReserveBook {

    private final Set<IpAddress> used = new HashSet<>();
    private List<Reserved> all = List.of();
    private final List<IpAddress> givenUp = new ArrayList<>();

    @Override
    public boolean giveUp(Holding holding) {
      if (used.contains(holding.address())) {
        return false;
      }
      givenUp.add(holding.address());
      return true;
    }

    @Override
    public Set<IpAddress> used() {
      return used;
    }

    @Override
    public void booked(List<Reserved> booked) {
      all = booked;
    }
  }

  private Allocator allocator() {
    return new Allocator(store, InstantSource.system(), RandomGenerator.getDefault(), book);
  }

  @AfterEach
  void soundAtTheEnd() {
    IpamState.mustBeSound(store);
    store.close();
  }

  private IpAddress pod(String handle) {
    return allocator.autoAssign(workload(1, 0, handle, "n1")).addresses().getFirst();
  }

  @Test
  void itIsBookedInTheBlockOfThePods() {
    IpamState.pool(store, "p", "10.0.0.0/24", 28);
    IpAddress pod = pod("a");

    assertThat(allocator.keepReserve("n1", 4)).isTrue();

    assertThat(IpamState.handles(store)).isEqualTo(Map.of("a", 1, RESERVE, 4));
    assertThat(IpamState.owners(store)).hasSize(1);
    assertThat(book.all)
        .hasSize(4)
        .allSatisfy(
            each -> {
              assertThat(each.block().contains(pod)).isTrue();
              assertThat(each.pool()).isEqualTo("p");
              assertThat(allocator.assignment(each.address()))
                  .hasValueSatisfying(
                      held -> {
                        assertThat(Holding.of(held)).isEqualTo(each.holding("n1"));
                        assertThat(held.holder().activeOwner())
                            .isEqualTo(Map.of("node", "n1", "type", "brindleReserve"));
                      });
            });
  }

  @Test
  void whatIsThereIsNotBookedAgain() {
    IpamState.pool(store, "p", "10.0.0.0/24", 28);
    pod("a");
    allocator.keepReserve("n1", 4);
    List<Reserved> before = book.all;
    String block = IpamState.blocks(store).toString();

    assertThat(allocator().keepReserve("n1", 4)).isTrue();

    assertThat(book.all).isEqualTo(before);
    assertThat(IpamState.blocks(store)).hasToString(block);
  }

  @Test
  void noBlockIsClaimedForIt() {
    IpamState.pool(store, "p", "10.0.0.0/24", 30);

    assertThat(allocator.keepReserve("n1", 4)).isFalse();
    assertThat(IpamState.owners(store)).isEmpty();
    pod("a");

    assertThat(allocator.keepReserve("n1", 4)).as("the block has three left").isFalse();
    assertThat(IpamState.handles(store)).isEqualTo(Map.of("a", 1, RESERVE, 3));
    assertThat(IpamState.owners(store)).hasSize(1);
  }

  /// Else its owner, and the controllers, could never give it back.
  @Test
  void aBlockThatHoldsNothingElseIsLeft() {
    IpamState.pool(store, "p", "10.0.0.0/24", 28);
    pod("a");
    allocator.keepReserve("n1", 4);
    allocator.releaseByHandle("a");

    allocator.keepReserve("n1", 4);

    assertThat(IpamState.handles(store)).isEmpty();
    assertThat(book.all).isEmpty();
    assertThat(book.givenUp).hasSize(4);
    assertThat(allocator.releaseEmptyClaimsOf("n1")).isTrue();
    assertThat(IpamState.owners(store)).isEmpty();
  }

  @Test
  void podsComeFirst() {
    IpamState.pool(store, "p", "10.0.0.0/24", 30);
    pod("a");
    allocator.keepReserve("n1", 2);
    List<IpAddress> reserved = book.all.stream().map(Reserved::address).toList();

    assertThat(reserved).doesNotContain(pod("b"));
    assertThat(reserved).contains(pod("c"));
    assertThat(reserved).contains(pod("d"));

    assertThat(IpamState.owners(store)).as("all in one block").hasSize(1);
    assertThat(IpamState.handles(store)).isEqualTo(Map.of("a", 1, "b", 1, "c", 1, "d", 1));
    assertThat(book.givenUp).containsExactlyInAnyOrderElementsOf(reserved);
    pod("e");
    assertThat(IpamState.owners(store)).hasSize(2);
  }

  /// A pod that came while the store was away has it: what the store says of it is old.
  @Test
  void whatAPodHasIsGivenToNobody() {
    IpamState.pool(store, "p", "10.0.0.0/30", 30);
    pod("a");
    allocator.keepReserve("n1", 3);
    book.all.forEach(each -> book.used.add(each.address()));

    assertThat(allocator.autoAssign(workload(1, 0, "b", "n1"))).isNotInstanceOf(Full.class);
    assertThat(
            allocator.assignIp(
                book.all.getFirst().address(), "b", Map.of(), "n1", Optional.empty()))
        .isNotInstanceOf(Full.class);
    allocator.keepReserve("n1", 0);
    assertThat(IpamState.handles(store)).isEqualTo(Map.of("a", 1, RESERVE, 3));
  }

  @Test
  void whoAsksForOneOfThemGetsIt() {
    IpamState.pool(store, "p", "10.0.0.0/24", 28);
    pod("a");
    allocator.keepReserve("n1", 4);
    IpAddress wanted = book.all.getLast().address();

    assertThat(allocator.assignIp(wanted, "b", Map.of("pod", "b"), "n1", Optional.empty()))
        .isInstanceOf(Full.class);

    assertThat(IpamState.handles(store)).isEqualTo(Map.of("a", 1, "b", 1, RESERVE, 3));
    assertThat(allocator.addressesOf("b")).containsExactly(wanted);
  }

  @Test
  void othersGetNone() {
    IpamState.pool(store, "p", "10.0.0.0/30", 30);
    pod("a");
    allocator.keepReserve("n1", 3);

    assertThat(new Allocator(store).autoAssign(workload(1, 0, "b", "n2")))
        .isNotInstanceOf(Full.class);
    assertThat(new Allocator(store).autoAssign(workload(1, 0, "b", "n1")))
        .as("who does not know what pods have of it")
        .isNotInstanceOf(Full.class);
  }

  @Test
  void itGoesWithTheSetting() {
    IpamState.pool(store, "p", "10.0.0.0/24", 28);
    pod("a");
    allocator.keepReserve("n1", 4);

    allocator.keepReserve("n1", 1);
    assertThat(IpamState.handles(store)).isEqualTo(Map.of("a", 1, RESERVE, 1));
    allocator.keepReserve("n1", 0);

    assertThat(IpamState.handles(store)).isEqualTo(Map.of("a", 1));
    assertThat(book.all).isEmpty();
  }

  @Test
  void itGoesOutOfPoolsThatAreNotForUnaskedPods() {
    for (IpPool.AssignmentMode mode : IpPool.AssignmentMode.values()) {
      for (String selector : List.of("all()", "kind == 'edge'")) {
        for (boolean isDisabled : new boolean[] {false, true}) {
          boolean isFit =
              mode == IpPool.AssignmentMode.AUTOMATIC && selector.equals("all()") && !isDisabled;
          inPool(mode, selector, isDisabled, isFit ? 4 : 0);
        }
      }
    }
  }

  private void inPool(
      IpPool.AssignmentMode mode, String selector, boolean isDisabled, int expected) {
    ResourceKey key = ResourceKey.of(ResourceKind.IP_POOL, "p");
    store.delete(key);
    IpamState.pool(store, "p", "10.0.0.0/24", 28);
    pod("a");
    allocator.keepReserve("n1", 4);
    IpPool.Spec spec = ((IpPool) store.get(key).orElseThrow()).spec();
    store.delete(key);
    store.create(
        new IpPool(
            Metadata.named("p"),
            new IpPool.Spec(
                spec.cidr(),
                spec.ipipMode(),
                spec.vxlanMode(),
                false,
                isDisabled,
                false,
                spec.blockSize(),
                selector,
                "",
                List.of(),
                mode)));

    allocator.keepReserve("n1", 4);

    assertThat(book.all).as("%s %s %s", mode, selector, isDisabled).hasSize(expected);
    assertThat(IpamState.handles(store).getOrDefault(RESERVE, 0)).isEqualTo(expected);
    allocator.releaseByHandle("a");
  }

  @Test
  void reservedNetworksAreLeft() {
    IpamState.pool(store, "p", "10.0.0.0/29", 29);
    pod("a");
    allocator.keepReserve("n1", 4);
    IpAddress banned = book.all.getFirst().address();
    IpamState.reservation(store, "r", banned.toString());

    allocator.keepReserve("n1", 4);

    assertThat(book.all).hasSize(4).noneMatch(each -> each.address().equals(banned));
  }

  @Test
  void eachFamilyHasItsOwn() {
    IpamState.pool(store, "p", "10.0.0.0/24", 28);
    IpamState.pool(store, "q", "fd00::/112", 122);
    allocator.autoAssign(workload(1, 1, "a", "n1"));

    assertThat(allocator.keepReserve("n1", 2)).isTrue();

    assertThat(book.all).extracting(each -> each.pool()).containsExactly("p", "p", "q", "q");
  }

  @Test
  void oneThatWasPromisedIsHandedOver() {
    IpamState.pool(store, "p", "10.0.0.0/24", 28);
    pod("a");
    allocator.keepReserve("n1", 4);
    Reserved promised = book.all.getFirst();

    assertThat(allocator.handOver(promised, "n1", "b", Map.of("pod", "b"))).isTrue();
    assertThat(allocator.handOver(promised, "n1", "b", Map.of("pod", "b"))).isTrue();

    assertThat(IpamState.handles(store)).isEqualTo(Map.of("a", 1, "b", 1, RESERVE, 3));
    assertThat(allocator.assignment(promised.address()))
        .hasValueSatisfying(
            held -> {
              assertThat(held.holder().activeOwner()).isEqualTo(Map.of("pod", "b"));
              assertThat(held.sequence()).isNotEqualTo(promised.sequence());
            });
    assertThat(allocator.handOver(promised, "n1", "c", Map.of())).as("it is taken").isFalse();
    assertThat(IpamState.handles(store)).doesNotContainKey("c");
  }

  /// Somebody released it by force, and it was booked for the reserve again.
  @Test
  void anotherBookingOfTheAddressIsAnother() {
    IpamState.pool(store, "p", "10.0.0.0/30", 30);
    pod("a");
    allocator.keepReserve("n1", 1);
    Reserved promised = book.all.getFirst();
    allocator.releaseIps(List.of(promised.address()));
    allocator.assignIp(promised.address(), RESERVE, Map.of(), "n1", Optional.empty());

    assertThat(allocator.handOver(promised, "n1", "b", Map.of())).isFalse();

    assertThat(IpamState.handles(store)).isEqualTo(Map.of("a", 1, RESERVE, 1));
  }

  @Test
  void handingOverMayEndAnywhere() {
    IpamState.pool(store, "p", "10.0.0.0/24", 28);
    pod("a");
    for (int writes = 0; ; writes++) {
      allocator.keepReserve("n1", 2);
      Reserved promised = book.all.getFirst();
      boolean isComplete = isHandedOver(promised, writes);
      IpamState.mustBeSound(store);
      assertThat(allocator.assignment(promised.address()))
          .hasValueSatisfying(held -> assertThat(held.handle()).isIn("b", RESERVE));

      assertThat(allocator.handOver(promised, "n1", "b", Map.of())).isTrue();
      assertThat(allocator.releaseByHandle("b")).containsExactly(promised.address());
      if (isComplete) {
        assertThat(writes).isGreaterThan(2);
        break;
      }
    }
    allocator.keepReserve("n1", 0);
    assertThat(IpamState.handles(store)).isEqualTo(Map.of("a", 1));
  }

  private boolean isHandedOver(Reserved promised, int writes) {
    try {
      return new Allocator(new DyingDatastore(store, writes))
          .handOver(promised, "n1", "b", Map.of());
    } catch (DyingDatastore.Killed _) {
      return false;
    }
  }

  @Test
  void itGoesWithTheNode() {
    IpamState.pool(store, "p", "10.0.0.0/24", 28);
    pod("a");
    allocator.keepReserve("n1", 4);
    var node = new CalicoNode(Metadata.named("n1"), CalicoNode.Spec.EMPTY);

    NodeRemoval.takeBack(store, new Allocator(store), node);

    assertThat(IpamState.handles(store)).isEmpty();
    assertThat(store.list(ResourceKind.IPAM_BLOCK)).isEmpty();
  }
}

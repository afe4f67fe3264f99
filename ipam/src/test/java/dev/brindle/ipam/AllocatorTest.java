// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import static dev.brindle.ipam.IpamState.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.ipam.AssignResult.Full;
import dev.brindle.ipam.AssignResult.None;
import dev.brindle.ipam.AssignResult.Partial;
import dev.brindle.ipam.audit.PoolUsage;
import dev.brindle.ipam.block.Block;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AllocatorTest {

  private final MemoryDatastore store = new MemoryDatastore();
  private Instant now = Instant.parse("2026-11-21T00:00:00Z");
  private final Allocator allocator = new Allocator(store, () -> now, RandomGenerator.getDefault());

  @AfterEach
  void soundAtTheEnd() {
    IpamState.mustBeSound(store);
    store.close();
  }

  @Test
  void theFirstAddressMakesABlock() {
    IpamState.pool(store, "p", "10.0.0.0/24", 26);

    AssignResult result = allocator.autoAssign(workload(1, 0, "Net.A", "n1"));

    assertThat(result).isInstanceOf(Full.class);
    Block block = IpamState.blocks(store).getFirst();
    assertThat(result.addresses()).containsExactly(block.cidr().address());
    assertThat(IpamState.owners(store)).containsExactly(block.cidr() + "=n1");
    assertThat(IpamState.affinities(store))
        .containsExactly("n1 %s confirmed".formatted(block.cidr()));
    assertThat(IpamState.handles(store)).isEqualTo(Map.of("Net.A", 1));
    assertThat(allocator.addressesOf("Net.A")).isEqualTo(result.addresses());
    assertThat(block.resource().metadata().name())
        .isEqualTo(block.cidr().toString().replaceAll("[./]", "-"));
  }

  @Test
  void reservedAddressesAreNotGivenOutUnasked() {
    IpamState.pool(store, "p", "10.0.0.0/28", 29);
    IpamState.reservation(store, "odd", "10.0.0.1", "10.0.0.3/32");
    IpamState.reservation(store, "more", "10.0.0.4/30");

    AssignResult result = allocator.autoAssign(workload(16, 0, "all", "n1"));

    assertThat(result).isInstanceOf(Partial.class);
    assertThat(result.addresses())
        .extracting(IpAddress::toString)
        .containsExactlyInAnyOrder(
            "10.0.0.0",
            "10.0.0.2",
            "10.0.0.8",
            "10.0.0.9",
            "10.0.0.10",
            "10.0.0.11",
            "10.0.0.12",
            "10.0.0.13",
            "10.0.0.14",
            "10.0.0.15");
    IpAddress wanted = IpAddress.parse("10.0.0.3");
    assertThat(allocator.assignIp(wanted, "asked", Map.of(), "n1", Optional.empty()).addresses())
        .as("who asks for it gets it")
        .containsExactly(wanted);
    PoolUsage usage = allocator.poolUsage().getFirst();
    assertThat(usage.inUse()).isEqualTo(11);
    assertThat(usage.reserved()).isEqualTo(5);
    assertThat(usage.free()).isZero();
  }

  @Test
  void aBlockThatIsWhollyReservedIsNotClaimed() {
    IpamState.pool(store, "p", "10.0.0.0/28", 30);
    IpamState.reservation(store, "r", "10.0.0.0/29", "10.0.0.8/31", "10.0.0.10/31");

    assertThat(allocator.autoAssign(workload(5, 0, "h", "n1")).addresses()).hasSize(4);

    assertThat(IpamState.owners(store)).containsExactly("10.0.0.12/30=n1");
  }

  @Test
  void aBlockThatIsReservedLaterIsUsedNoMore() {
    IpamState.pool(store, "p", "10.0.0.0/29", 30);
    IpAddress first = allocator.autoAssign(workload(1, 0, "a", "n1")).addresses().getFirst();
    Cidr block = new Cidr(first, 30);
    IpamState.reservation(store, "r", block.toString());

    assertThat(allocator.autoAssign(workload(1, 0, "b", "n1")).addresses())
        .singleElement()
        .matches(address -> !block.contains(address));
    assertThat(allocator.autoAssign(workload(1, 0, "c", "n2")).addresses())
        .as("nor is it borrowed from")
        .singleElement()
        .matches(address -> !block.contains(address));
    assertThat(allocator.releaseByHandle("a")).containsExactly(first);
  }

  @Test
  void whatIsReservedMustBeKnown() {
    IpamState.pool(store, "p", "10.0.0.0/28", 29);
    IpamState.reservation(store, "r", "10.0.0");

    assertThat(allocator.autoAssign(workload(1, 0, "h", "n1")))
        .isEqualTo(
            new None(
                "Assigned 0 out of 1 requested IPv4 addresses; IPReservation(r) reserves '10.0.0',"
                    + " which is no address and no network"));
  }

  @Test
  void bothFamiliesComeTogether() {
    IpamState.pool(store, "p4", "10.0.0.0/24", 26);
    IpamState.pool(store, "p6", "fd00::/64", 122);

    AssignResult result = allocator.autoAssign(workload(1, 1, "h", "n1"));

    assertThat(result).isInstanceOf(Full.class);
    assertThat(result.addresses()).hasSize(2);
    assertThat(result.addresses().getFirst().isIpv4()).isTrue();
    assertThat(result.addresses().getLast().isIpv6()).isTrue();
    assertThat(allocator.releaseByHandle("h"))
        .containsExactlyInAnyOrderElementsOf(result.addresses());
  }

  @Test
  void aMissingFamilyIsPartial() {
    IpamState.pool(store, "p4", "10.0.0.0/24", 26);

    AssignResult result = allocator.autoAssign(workload(1, 1, "h", "n1"));

    assertThat(result).isInstanceOf(Partial.class);
    assertThat(((Partial) result).reason())
        .isEqualTo(
            "Assigned 0 out of 1 requested IPv6 addresses; cannot find a qualified ippool:"
                + " create or enable an IPv6 pool");
  }

  @Test
  void releasedAddressesGoToTheEndOfTheQueue() {
    IpamState.pool(store, "p", "10.0.0.0/30", 30);
    IpAddress first = only(allocator.autoAssign(workload(1, 0, "a", "n1")));
    assertThat(allocator.releaseByHandle("a")).containsExactly(first);

    List<IpAddress> next = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      next.add(only(allocator.autoAssign(workload(1, 0, "b" + i, "n1"))));
    }
    assertThat(next).last().isEqualTo(first);
    assertThat(next).hasSize(4).doesNotHaveDuplicates();
  }

  @Test
  void releaseIsForTheHandleOnly() {
    IpamState.pool(store, "p", "10.0.0.0/24", 26);
    allocator.autoAssign(workload(2, 0, "a", "n1"));
    AssignResult other = allocator.autoAssign(workload(1, 0, "b", "n1"));

    assertThat(allocator.releaseByHandle("a")).hasSize(2);
    assertThat(allocator.releaseByHandle("a")).isEmpty();
    assertThat(allocator.releaseByHandle("unknown")).isEmpty();
    IpamState.mustHoldExactly(store, other.addresses());
    assertThat(IpamState.handles(store)).isEqualTo(Map.of("b", 1));
  }

  @Test
  void releaseByAddressLeavesTheRest() {
    IpamState.pool(store, "p", "10.0.0.0/24", 26);
    List<IpAddress> held = allocator.autoAssign(workload(3, 0, "a", "n1")).addresses();

    assertThat(allocator.releaseIps(List.of(held.get(1), IpAddress.parse("10.0.0.250"))))
        .containsExactly(held.get(1));
    assertThat(IpamState.handles(store)).isEqualTo(Map.of("a", 2));
    assertThat(allocator.addressesOf("a")).containsExactly(held.get(0), held.get(2));
  }

  @Test
  void aFullPoolSaysSo() {
    IpamState.pool(store, "p", "10.0.0.0/30", 31);
    AssignResult result = allocator.autoAssign(workload(5, 0, "a", "n1"));

    assertThat(result.addresses()).hasSize(4);
    assertThat(((Partial) result).reason())
        .isEqualTo(
            "Assigned 4 out of 5 requested IPv4 addresses; No IPs available in pools:"
                + " [10.0.0.0/30], IPPool p is full (4 addresses); add an IPPool, or delete pods that are not"
                + " needed ('ipam show' tells what is in use)");
    assertThat(allocator.autoAssign(workload(1, 0, "b", "n2")))
        .isEqualTo(
            new None(
                ((Partial) result).reason().replace("Assigned 4 out of 5", "Assigned 0 out of 1")));
    assertThat(IpamState.handles(store)).isEqualTo(Map.of("a", 4));
  }

  @Test
  void whoHasNoBlockBorrows() {
    IpamState.pool(store, "p", "10.0.0.0/30", 30);
    allocator.autoAssign(workload(1, 0, "a", "n1"));
    AssignResult borrowed = allocator.autoAssign(workload(1, 0, "b", "n2"));

    assertThat(borrowed).isInstanceOf(Full.class);
    assertThat(IpamState.owners(store)).containsExactly("10.0.0.0/30=n1");
    assertThat(allocator.poolUsage().getFirst().blocks().getFirst().borrowed())
        .extracting(lent -> lent.address() + " " + lent.borrowingNode() + " " + lent.blockOwner())
        .containsExactly(borrowed.addresses().getFirst() + " n2 n1");
  }

  @Test
  void strictAffinityForbidsBorrowing() {
    IpamState.config(store, true, 0);
    IpamState.pool(store, "p", "10.0.0.0/30", 30);
    allocator.autoAssign(workload(1, 0, "a", "n1"));

    assertThat(allocator.autoAssign(workload(1, 0, "b", "n2")))
        .isEqualTo(
            new None(
                "Assigned 0 out of 1 requested IPv4 addresses;"
                    + " No more free affine blocks and strict affinity enabled: add an IPPool, or"
                    + " run 'ipam configure --strictaffinity=false'"));
  }

  @Test
  void aNodeHasItsLimitOfBlocks() {
    IpamState.config(store, true, 1);
    IpamState.pool(store, "p", "10.0.0.0/24", 31);

    assertThat(allocator.autoAssign(workload(3, 0, "a", "n1")))
        .isInstanceOfSatisfying(
            Partial.class,
            result -> {
              assertThat(result.addresses()).hasSize(2);
              assertThat(result.reason())
                  .isEqualTo(
                      "Assigned 2 out of 3 requested IPv4 addresses; Need to allocate an IPAM block"
                          + " but could not - limit of 1 blocks reached for this node: 'ipam"
                          + " configure --max-blocks-per-host' raises it");
            });
  }

  @Test
  void poolsAreChosenByNode() {
    IpamState.pool(store, "a", "10.0.0.0/24", 26, "zone == 'x'", false);
    IpamState.pool(store, "b", "10.1.0.0/24", 26, "zone == 'y'", false);
    store.create(node("n1", Map.of("zone", "y")));

    assertThat(only(allocator.autoAssign(workload(1, 0, "h", "n1"))).toString())
        .startsWith("10.1.0.");
    assertThat(allocator.autoAssign(workload(1, 0, "i", "n2")))
        .isEqualTo(
            new None(
                "Assigned 0 out of 1 requested IPv4 addresses;"
                    + " no configured Calico pools for node n2: create an IPPool whose selectors"
                    + " fit it"));
  }

  @Test
  void anEmptyBlockOfAPoolThatLeftTheNodeIsGivenUp() {
    IpamState.pool(store, "a", "10.0.0.0/24", 26, "zone == 'x'", false);
    IpamState.pool(store, "b", "10.1.0.0/24", 26);
    Resource node =
        ((WriteResult.Written) store.create(node("n1", Map.of("zone", "x")))).resource();
    allocator.autoAssign(workload(1, 0, "h", "n1"));
    allocator.releaseByHandle("h");
    store.update(node.withMetadata(node.metadata().withLabels(Map.of())));

    allocator.autoAssign(workload(1, 0, "i", "n1"));

    assertThat(IpamState.owners(store)).singleElement().asString().startsWith("10.1.0.");
    assertThat(IpamState.affinities(store)).hasSize(1);
  }

  @Test
  void disabledPoolsGiveNothing() {
    IpamState.pool(store, "a", "10.0.0.0/24", 26, "all()", true);

    assertThat(allocator.autoAssign(workload(1, 0, "h", "n1")))
        .isEqualTo(
            new None(
                "Assigned 0 out of 1 requested IPv4 addresses; cannot find a qualified ippool:"
                    + " create or enable an IPv4 pool"));
  }

  /// Calico's controllers say so where another pool has the same addresses.
  @Test
  void poolsThatAreNotAllocatableGiveNothing() {
    IpamState.pool(store, "a", "10.0.0.0/24", 26);
    IpamState.pool(store, "b", "10.1.0.0/24", 26);
    var key = ResourceKey.of(ResourceKind.IP_POOL, "a");
    var pool = (IpPool) store.get(key).orElseThrow();
    var condition = Map.of("type", "Allocatable", "status", "False", "reason", "CIDROverlap");
    store.updateStatus(
        new IpPool(pool.metadata(), pool.spec(), Map.of("conditions", List.of(condition))));

    assertThat(only(allocator.autoAssign(workload(1, 0, "h", "n1"))).toString())
        .startsWith("10.1.0.");
  }

  @Test
  void requestedPoolsMustBeThere() {
    IpamState.pool(store, "a", "10.0.0.0/24", 26);
    IpamState.pool(store, "b", "10.1.0.0/24", 26, "!all()", false);
    AssignRequest request = workload(1, 0, "h", "n1");

    assertThat(
            only(allocator.autoAssign(request.withPools(List.of(Cidr.parse("10.1.0.0/24")))))
                .toString())
        .startsWith("10.1.0.");
    assertThat(allocator.autoAssign(request.withPools(List.of(Cidr.parse("10.2.0.0/24")))))
        .isEqualTo(
            new None(
                "Assigned 0 out of 1 requested IPv4 addresses;"
                    + " the given pool (10.2.0.0/24) does not exist, or is not enabled: enabled are"
                    + " [a (10.0.0.0/24), b (10.1.0.0/24)]"));
    assertThat(allocator.autoAssign(request.withUse(IpPool.AllowedUse.LOAD_BALANCER)))
        .isEqualTo(
            new None(
                "Assigned 0 out of 1 requested IPv4 addresses; cannot find a qualified ippool,"
                    + " no pools match the required use (LoadBalancer)"));
  }

  /// They are no node's: no limit of nodes holds for them, and they have blocks of their own.
  @Test
  void servicesHaveBlocksOfTheirOwn() {
    IpamState.config(store, false, 1);
    IpPool.Spec usual = IpPool.Spec.of(Cidr.parse("192.0.2.0/29"));
    store.create(
        new IpPool(
            Metadata.named("public"),
            new IpPool.Spec(
                usual.cidr(),
                usual.ipipMode(),
                usual.vxlanMode(),
                false,
                false,
                false,
                31,
                "",
                "",
                List.of(IpPool.AllowedUse.LOAD_BALANCER),
                usual.assignmentMode())));
    Optional<IpPool.AllowedUse> use = Optional.of(IpPool.AllowedUse.LOAD_BALANCER);
    Map<String, String> notes = Map.of("service", "web", "namespace", "shop");
    IpAddress third = IpAddress.parse("192.0.2.3");
    AssignRequest request = workload(4, 0, "lb-b", "load-balancer").withUse(use.get());

    assertThat(allocator.assignIp(third, "lb-a", notes, "load-balancer", use))
        .isEqualTo(new Full(List.of(third)));
    assertThat(allocator.assignIp(third, "lb-b", notes, "load-balancer", use))
        .isEqualTo(
            new None("Address already assigned in block: 192.0.2.3 is held by service shop/web"));
    assertThat(allocator.autoAssign(request)).isInstanceOf(Full.class);
    assertThat(store.list(ResourceKind.IPAM_BLOCK))
        .extracting(block -> ((IpamBlock) block).spec().affinity())
        .hasSizeGreaterThan(1)
        .containsOnly(Optional.of("virtual:load-balancer"));
    assertThat(allocator.autoAssign(request))
        .isInstanceOfSatisfying(
            Partial.class, result -> assertThat(result.reason()).contains("services"));
  }

  @Test
  void aSelectorThatDoesNotParseFailsTheRequest() {
    IpamState.pool(store, "a", "10.0.0.0/24", 26, "zone ==", false);

    assertThat(allocator.autoAssign(workload(1, 0, "h", "n1")))
        .isInstanceOfSatisfying(
            None.class, none -> assertThat(none.reason()).contains("IPPool(a): nodeSelector"));
  }

  @Test
  void aGivenAddressIsGivenOnce() {
    IpamState.pool(store, "a", "10.0.0.0/24", 26);
    IpAddress address = IpAddress.parse("10.0.0.77");

    assertThat(allocator.assignIp(address, "h", Map.of(), "n1", Optional.empty()))
        .isEqualTo(new Full(List.of(address)));
    assertThat(allocator.assignIp(address, "i", Map.of(), "n1", Optional.empty()))
        .isEqualTo(new None("Address already assigned in block: 10.0.0.77 is held by h"));
    assertThat(IpamState.owners(store)).containsExactly("10.0.0.64/26=n1");
    assertThat(IpamState.handles(store)).isEqualTo(Map.of("h", 1));
    assertThat(allocator.assignment(address)).isPresent();
    assertThat(
            allocator.assignIp(IpAddress.parse("10.9.0.1"), "h", Map.of(), "n1", Optional.empty()))
        .isEqualTo(
            new None(
                "The provided IP address is not in a configured pool: 10.9.0.1: enabled are [a (10.0.0.0/24)]"));
    assertThat(
            allocator.assignIp(
                IpAddress.parse("10.0.0.1"),
                "h",
                Map.of(),
                "n1",
                Optional.of(IpPool.AllowedUse.LOAD_BALANCER)))
        .isEqualTo(
            new None(
                "IP address 10.0.0.1 is in IP pool \"a\", which is not allowed for use"
                    + " \"LoadBalancer\" (allowedUses: [Workload Tunnel])"));
  }

  @Test
  void oldEmptyBlocksOfOthersAreTakenOver() {
    IpamState.pool(store, "a", "10.0.0.0/30", 30);
    allocator.autoAssign(workload(1, 0, "h", "n1"));
    allocator.releaseByHandle("h");

    now = now.plus(Duration.ofSeconds(61));
    assertThat(allocator.autoAssign(workload(1, 0, "i", "n2"))).isInstanceOf(Full.class);
    assertThat(IpamState.owners(store)).containsExactly("10.0.0.0/30=n2");
    assertThat(IpamState.affinities(store)).containsExactly("n2 10.0.0.0/30 confirmed");
  }

  @Test
  void blocksOfAnotherSizeAreNotOverlapped() {
    IpamState.pool(store, "a", "10.0.0.0/28", 29);
    allocator.autoAssign(workload(8, 0, "h", "n1"));
    store.delete(ResourceKey.of(ResourceKind.IP_POOL, "a"));
    IpamState.pool(store, "b", "10.0.0.0/28", 30);

    AssignResult result = allocator.autoAssign(workload(9, 0, "i", "n2"));
    assertThat(result.addresses()).hasSize(8);
  }

  @Test
  void coolingAddressesRest() {
    store.create(
        new IpamConfig(
            Metadata.named("default"), new IpamConfig.Spec(false, Optional.of(true), 0, "", 30)));
    IpamState.pool(store, "a", "10.0.0.0/32", 32);
    allocator.autoAssign(workload(1, 0, "h", "n1"));
    assertThat(allocator.releaseByHandle("h")).hasSize(1);

    assertThat(allocator.addressesOf("h")).isEmpty();
    assertThat(allocator.autoAssign(workload(1, 0, "i", "n1"))).isInstanceOf(None.class);
    now = now.plus(Duration.ofSeconds(30));
    assertThat(allocator.autoAssign(workload(1, 0, "i", "n1"))).isInstanceOf(Full.class);
  }

  @Test
  void claimsOfANodeEnd() {
    IpamState.pool(store, "a", "10.0.0.0/28", 30);
    List<IpAddress> held = allocator.autoAssign(workload(5, 0, "h", "n1")).addresses();
    allocator.releaseIps(List.of(held.get(4)));

    allocator.releaseClaimsOf("n1");

    assertThat(IpamState.affinities(store)).isEmpty();
    assertThat(IpamState.owners(store)).singleElement().asString().endsWith("=-");
    allocator.releaseByHandle("h");
    assertThat(IpamState.owners(store)).isEmpty();
  }

  @Test
  void usageAddsUp() {
    IpamState.pool(store, "a", "10.0.0.0/24", 26);
    allocator.autoAssign(workload(5, 0, "h", "n1"));

    assertThat(allocator.poolUsage())
        .singleElement()
        .satisfies(
            usage -> {
              assertThat(usage.total()).isEqualTo(256);
              assertThat(usage.inUse()).isEqualTo(5);
              assertThat(usage.free()).isEqualTo(251);
            });
  }

  private static Resource node(String name, Map<String, String> labels) {
    return new CalicoNode(
        Metadata.named(name).withLabels(labels),
        new CalicoNode.Spec(
            Optional.empty(),
            Optional.empty(),
            "",
            Optional.empty(),
            "",
            List.of(),
            List.of(),
            List.of()));
  }

  private static IpAddress only(AssignResult result) {
    assertThat(result).isInstanceOf(Full.class);
    return result.addresses().getFirst();
  }
}

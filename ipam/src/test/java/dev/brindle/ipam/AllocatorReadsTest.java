// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.memory.MemoryDatastore;
import dev.brindle.ipam.block.BlockNames;
import dev.brindle.ipam.block.BlockOwner;
import dev.brindle.ipam.claim.Affinities;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What an assignment asks the store for, however many nodes and blocks there are.
class AllocatorReadsTest {

  private final MemoryDatastore store = new MemoryDatastore();
  private final List<String> asked = new ArrayList<>();
  private final Allocator allocator = new Allocator(recording());

  private Datastore recording() {
    return (Datastore)
        Proxy.newProxyInstance(
            Datastore.class.getClassLoader(),
            new Class<?>[] {Datastore.class},
            (_, method, arguments) -> {
              Object first = arguments[0];
              String what = first instanceof ResourceKind kind ? kind.kindName() : "one";
              asked.add(method.getName() + " " + what + " " + (arguments.length - 1));
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @BeforeEach
  void cluster() {
    IpamState.pool(store, "p", "10.0.0.0/16", 26);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void assign(Allocator by, String node, String handle) {
    assertThat(by.autoAssign(AssignRequest.forWorkload(1, 0, handle, Map.of(), node)).addresses())
        .hasSize(1);
  }

  @Test
  void anAssignmentFromAnOwnBlockListsNeitherBlocksNorOthersAffinities() {
    assign(allocator, "n1", "first");
    asked.clear();
    assign(allocator, "n1", "second");
    List<String> alone = List.copyOf(asked);

    var others = new Allocator(store);
    for (int i = 0; i < 100; i++) {
      assign(others, "other" + i, "h" + i);
    }
    asked.clear();
    assign(allocator, "n1", "third");

    assertThat(asked).isEqualTo(alone);
    assertThat(alone)
        .containsExactly(
            "get one 0", // IPAMConfiguration
            "list IPReservation 0",
            "list IPPool 0",
            "affinitiesOf one 0",
            "get one 0", // the block
            "create one 0", // the handle
            "update one 0",
            "get one 0"); // the handle: has nobody dropped it?
    assertThat(alone)
        .filteredOn(question -> question.startsWith("list"))
        .containsExactly("list IPReservation 0", "list IPPool 0");
    assertThat(alone).containsOnlyOnce("affinitiesOf one 0");
  }

  @Test
  void aWantedAddressInABlockOfThePoolsSizeListsNoBlocks() {
    assign(allocator, "n1", "first");
    IpAddress held = allocator.addressesOf("first").getFirst();
    asked.clear();

    allocator.assignIp(held.plus(5), "second", Map.of(), "n1", Optional.empty());

    assertThat(asked)
        .filteredOn(question -> question.startsWith("list"))
        .containsExactly("list IPPool 0");
  }

  /// Names of one node's affinities may begin with another's name.
  @Test
  void aNodeWhoseNameBeginsAnothersKeepsToItsOwnBlocks() {
    var long1 = "n".repeat(239);
    for (String node : List.of("a-10", "a", "a-10-0", long1 + "1", long1 + "2")) {
      assign(allocator, node, "first-" + node.hashCode());
      assign(allocator, node, "second-" + node.hashCode());
    }

    assertThat(IpamState.owners(store)).hasSize(5);
    for (String node : List.of("a", "a-10-0", long1 + "2")) {
      allocator.releaseByHandle("first-" + node.hashCode());
      allocator.releaseByHandle("second-" + node.hashCode());
      allocator.releaseClaimsOf(node);
    }
    assertThat(IpamState.owners(store))
        .extracting(owner -> owner.substring(owner.indexOf('=') + 1))
        .containsExactlyInAnyOrder("a-10", long1 + "1");
  }

  @Test
  void everyAffinitysNameBeginsWithItsOwnersPrefix() {
    for (int length : new int[] {1, 200, 208, 215, 238, 239, 240, 241, 253}) {
      BlockOwner owner = BlockOwner.node("x".repeat(length));
      for (Cidr block :
          Arrays.asList(
              Cidr.parse("10.0.0.0/26"), Cidr.parse("2001:db8:1111:2222:3333:4444:5555:0/122"))) {
        String name = Affinities.pending(owner, block).metadata().name();
        assertThat(name).startsWith(BlockNames.affinityPrefix(owner)).hasSizeLessThan(253);
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.podcidr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.HandedOn;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.memory.MemoryDatastore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Nodes' networks stand for blocks.
class PodCidrDatastoreTest {

  private final MemoryDatastore memory = new MemoryDatastore();
  private final PodCidrDatastore store = new PodCidrDatastore(memory);

  /// What it does not hand on would be what a store says that can do nothing.
  @Test
  void handsOnAllThatAStoreCanDo() {
    assertThat(HandedOn.missing(PodCidrDatastore.class))
        .containsExactly("affinitiesOf[class java.lang.String]"); // by list, which it answers
  }

  private static CalicoNode node(String name, String... podCidrs) {
    return new CalicoNode(
        Metadata.named(name),
        CalicoNode.Spec.EMPTY,
        podCidrs.length == 0 ? Map.of() : Map.of("podCIDRs", List.of(podCidrs)));
  }

  private void change(CalicoNode node) {
    ResourceKey key = node.key();
    Resource old = memory.get(key).orElseThrow();
    memory.update(
        node.withMetadata(node.metadata().withResourceVersion(old.metadata().resourceVersion())));
  }

  private List<String> claims() {
    return store.list(ResourceKind.BLOCK_AFFINITY).stream()
        .map(PodCidrDatastoreTest::text)
        .toList();
  }

  private static String text(Resource resource) {
    BlockAffinity.Spec spec = ((BlockAffinity) resource).spec();
    return "%s %s %s %s"
        .formatted(resource.metadata().name(), spec.node(), spec.cidr(), spec.state());
  }

  @Test
  void aNodeClaimsItsNetworks() {
    memory.create(node("b", "10.9.1.0/24"));
    memory.create(node("a", "10.9.0.0/24", "fd00:9::/64", "10.9.0.0/24", "none"));
    memory.create(node("c"));

    assertThat(claims())
        .containsExactly(
            "a-10-9-0-0-24 a 10.9.0.0/24 confirmed",
            "a-fd00-9---64 a fd00:9::/64 confirmed",
            "b-10-9-1-0-24 b 10.9.1.0/24 confirmed");
    assertThat(store.affinitiesOf("a")).hasSize(2);
    assertThat(store.get(ResourceKey.of(ResourceKind.BLOCK_AFFINITY, "b-10-9-1-0-24"))).isPresent();
    assertThat(store.listing(ResourceKind.BLOCK_AFFINITY).resources()).hasSize(3);
  }

  @Test
  void recordsOfOurIpamAreNotSeenAndNotWritten() {
    var handle = new IpamHandle(Metadata.named("h"), new IpamHandle.Spec("h", Map.of(), false));
    memory.create(handle);

    assertThat(store.hasIpam()).isFalse();
    assertThat(memory.hasIpam()).isTrue();
    assertThat(store.list(ResourceKind.IPAM_HANDLE)).isEmpty();
    assertThat(store.get(handle.key())).isEmpty();
    assertThatExceptionOfType(DatastoreException.class)
        .isThrownBy(() -> store.create(handle))
        .withMessage(
            "operation create is not supported on IPAMHandle(h): with usePodCIDR pods' addresses"
                + " are those of spec.podCIDRs of Kubernetes' Nodes");
    assertThatExceptionOfType(DatastoreException.class)
        .isThrownBy(() -> store.delete(handle.key()));
    assertThat(memory.get(handle.key())).isPresent();
  }

  @Test
  void theFirstAddressIsTheTunnels() {
    memory.create(node("a", "fd00:9::/64", "10.9.0.0/24"));

    CalicoNode read = (CalicoNode) store.get(node("a").key()).orElseThrow();

    assertThat(read.spec().bgp().flatMap(CalicoNode.Bgp::ipv4IPIPTunnelAddr))
        .contains(IpAddress.parse("10.9.0.1"));
    assertThat(read.spec().wireguard()).isEmpty();
    assertThat(store.list(ResourceKind.NODE)).containsExactly(read);
    WriteResult again = store.update(read);
    assertThat(again).isInstanceOf(WriteResult.Written.class);
  }

  @Test
  void theFirstAddressIsWireguardsToo() {
    memory.create(
        new CalicoNode(
            Metadata.named("a"),
            CalicoNode.Spec.EMPTY,
            Map.of("podCIDRs", List.of("10.9.0.0/24"), "wireguardPublicKey", "k=")));

    CalicoNode read = (CalicoNode) store.get(node("a").key()).orElseThrow();

    assertThat(read.spec().wireguard().flatMap(CalicoNode.Wireguard::interfaceIPv4Address))
        .contains(IpAddress.parse("10.9.0.1"));
  }

  /// What a listener knows at the end, and that Nodes' heartbeats are no news of claims.
  @Test
  void aFeedTellsOfClaims() throws InterruptedException {
    memory.create(node("a", "10.9.0.0/24"));
    memory.create(pool());
    var known = new Known();
    try (var _ = store.feed(List.of(ResourceKind.BLOCK_AFFINITY, ResourceKind.IP_POOL), known)) {
      assertThat(known.inSync.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(known.take(2).keySet())
          .containsExactlyInAnyOrder("IPPool(p)", "BlockAffinity(a-10-9-0-0-24)");

      change(
          node("a", "10.9.0.0/24").withMetadata(Metadata.named("a").withLabels(Map.of("x", "y"))));
      memory.create(node("b", "10.9.1.0/24", "fd00:9::/64"));
      assertThat(known.take(2).keySet())
          .containsExactlyInAnyOrder(
              "BlockAffinity(b-10-9-1-0-24)", "BlockAffinity(b-fd00-9---64)");

      change(node("a", "10.9.7.0/24"));
      Map<String, Optional<Resource>> moved = known.take(2);
      assertThat(moved.get("BlockAffinity(a-10-9-0-0-24)")).isEmpty();
      assertThat(moved.get("BlockAffinity(a-10-9-7-0-24)")).isPresent();

      memory.delete(node("b").key());
      assertThat(known.take(2).values()).allMatch(Optional::isEmpty);
    }
  }

  private static IpPool pool() {
    return new IpPool(Metadata.named("p"), IpPool.Spec.of(Cidr.parse("10.9.0.0/16")));
  }

  private static final class Known implements FeedListener {

    final CountDownLatch inSync = new CountDownLatch(1);
    final LinkedBlockingQueue<Change> news = new LinkedBlockingQueue<>();

    @Override
    public void changed(List<Change> changes) {
      news.addAll(changes);
    }

    @Override
    public void inSync() {
      inSync.countDown();
    }

    Map<String, Optional<Resource>> take(int count) throws InterruptedException {
      Map<String, Optional<Resource>> taken = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        Change change = news.poll(60, TimeUnit.SECONDS);
        assertThat(change).as("change %d of %d", i, count).isNotNull();
        taken.put(change.key().toString(), change.value());
      }
      return taken;
    }
  }
}

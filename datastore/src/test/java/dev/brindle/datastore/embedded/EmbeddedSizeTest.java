// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.UsedMemory;
import dev.brindle.datastore.codec.ResourceCodec;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// 100,000 endpoints of pods, and who keeps them all.
class EmbeddedSizeTest {

  private static final JsonMapper JSON = new JsonMapper();

  private static final class Keeper implements FeedListener {

    private final CountDownLatch isInSync = new CountDownLatch(1);
    private final Map<ResourceKey, Resource> kept = new HashMap<>();

    @Override
    public synchronized void changed(List<Change> changes) {
      changes.forEach(change -> kept.put(change.key(), change.value().orElseThrow()));
    }

    @Override
    public void inSync() {
      isInSync.countDown();
    }

    synchronized int count() {
      return kept.size();
    }
  }

  @Test
  void manyEndpoints(@TempDir Path directory) throws Exception {
    int count = Integer.getInteger("embedded.endpoints", 50_000);
    Path file = directory.resolve("store").resolve("datastore.db");
    try (Datastore store = EmbeddedDatastore.open(file)) {
      for (int i = 0; i < count; i++) {
        store.create(endpoint(i));
      }
    }
    try (Datastore store = EmbeddedDatastore.open(file)) {
      var keeper = new Keeper();
      long before = UsedMemory.now();
      long start = System.nanoTime();
      try (Feed _ = store.feed(List.of(ResourceKind.WORKLOAD_ENDPOINT), keeper)) {
        assertThat(keeper.isInSync.await(120, TimeUnit.SECONDS)).isTrue();
        long millis = (System.nanoTime() - start) / 1_000_000;
        long bytes = (UsedMemory.now() - before) / count;
        assertThat(keeper.count()).isEqualTo(count);
        System.out.printf(
            "%d endpoints: listed in %d ms, %d bytes each, kept ones included%n",
            count, millis, bytes);
        assertThat(bytes).isLessThan(1024);
      }
    }
  }

  private static Resource endpoint(int i) throws Exception {
    String json =
        """
        {"kind": "WorkloadEndpoint", "apiVersion": "projectcalico.org/v3",
         "metadata": {"name": "n%1$d-k8s-p%2$d-eth0", "namespace": "many",
           "labels": {"app": "a%3$d", "projectcalico.org/namespace": "many",
                      "projectcalico.org/orchestrator": "k8s"}},
         "spec": {"orchestrator": "k8s", "node": "n%1$d", "containerID": "%2$064x",
           "pod": "p%2$d", "endpoint": "eth0", "ipNetworks": ["10.%4$d.%5$d.%6$d/32"],
           "profiles": ["kns.many"], "interfaceName": "cali%2$011d"}}
        """
            .formatted(i % 1000, i, i % 50, i >> 16, (i >> 8) & 255, i & 255);
    return ResourceCodec.readStored(
        ResourceKind.WORKLOAD_ENDPOINT, (ObjectNode) JSON.readTree(json));
  }
}

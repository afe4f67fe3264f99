// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.UsedMemory;
import dev.brindle.datastore.codec.ResourceCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// 100,000 endpoints of pods: one listing, and then each change at once.
class EtcdSizeTest {

  private static final int CHANGES = 1000;

  /// What has been heard of, and of what was asked for when.
  private static final class Arrivals implements FeedListener {

    private final CountDownLatch isInSync = new CountDownLatch(1);
    private final AtomicInteger count = new AtomicInteger();
    private final LinkedBlockingQueue<Long> later = new LinkedBlockingQueue<>();

    @Override
    public void changed(List<Change> changes) {
      if (isInSync.getCount() > 0) {
        count.addAndGet(changes.size());
      } else {
        changes.forEach(_ -> later.add(System.nanoTime()));
      }
    }

    @Override
    public void inSync() {
      isInSync.countDown();
    }
  }

  @Test
  void manyEndpoints(@TempDir Path directory) throws Exception {
    int count = Integer.getInteger("etcd.endpoints", 20_000);
    try (EtcdServer etcd = EtcdServer.start(directory)) {
      fill(etcd, directory, count);
      try (EtcdDatastore store = EtcdDatastore.open(etcd.settings())) {
        var arrivals = new Arrivals();
        long before = UsedMemory.now();
        long start = System.nanoTime();
        try (Feed _ = store.feed(List.of(ResourceKind.WORKLOAD_ENDPOINT), arrivals)) {
          assertThat(arrivals.isInSync.await(120, TimeUnit.SECONDS)).isTrue();
          long millis = (System.nanoTime() - start) / 1_000_000;
          long bytes = (UsedMemory.now() - before) / count;
          assertThat(arrivals.count).hasValue(count);
          List<Long> written = new ArrayList<>();
          List<Long> heard = new ArrayList<>();
          for (int i = 0; i < CHANGES; i++) {
            change(store, i, written, heard, arrivals);
          }
          System.out.printf(
              "%d endpoints: listed in %d ms, %d bytes each; a change is heard %s after it was"
                  + " asked for, its write is answered after %s%n",
              count, millis, bytes, spread(heard), spread(written));
          assertThat(bytes).isLessThan(1024);
        }
      }
    }
  }

  private static void change(
      EtcdDatastore store, int i, List<Long> written, List<Long> heard, Arrivals arrivals)
      throws InterruptedException {
    var key = new ResourceKey(ResourceKind.WORKLOAD_ENDPOINT, "many", name(i * 17));
    Resource endpoint = store.get(key).orElseThrow();
    ObjectNode tree = ResourceCodec.tree(endpoint);
    tree.withObjectProperty("spec").put("containerID", "c" + i);
    Resource changed = ResourceCodec.readStored(ResourceKind.WORKLOAD_ENDPOINT, tree);
    long asked = System.nanoTime();
    store.update(changed);
    long answered = System.nanoTime();
    Long at = arrivals.later.poll(10, TimeUnit.SECONDS);
    assertThat(at).isNotNull();
    heard.add(at - asked);
    written.add(answered - asked);
  }

  private static String spread(List<Long> nanos) {
    List<Long> sorted = nanos.stream().sorted().toList();
    return "%.1f ms (median), %.1f (99 %%), %.1f (most)"
        .formatted(
            sorted.get(sorted.size() / 2) / 1e6,
            sorted.get(sorted.size() * 99 / 100) / 1e6,
            sorted.getLast() / 1e6);
  }

  private static String name(int i) {
    return "n%d-k8s-p%d-eth0".formatted(i % 1000, i);
  }

  /// As many in a transaction as etcd takes.
  private static void fill(EtcdServer etcd, Path directory, int count)
      throws IOException, InterruptedException {
    Path log = directory.resolve("fill.log");
    var command =
        new ProcessBuilder(
            EtcdServer.program("etcdctl").toString(), "--endpoints=" + etcd.client(), "txn");
    int written = 0;
    while (written < count) {
      Process process = command.redirectErrorStream(true).redirectOutput(log.toFile()).start();
      var text = new StringBuilder("\n");
      for (int last = Math.min(count, written + 128); written < last; written++) {
        int i = written;
        String json =
            """
            {"kind":"WorkloadEndpoint","apiVersion":"projectcalico.org/v3","metadata":{"name":"%1$s",\
            "namespace":"many","uid":"00000000-0000-4000-8000-%2$012d",\
            "creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"a%3$d",\
            "projectcalico.org/namespace":"many","projectcalico.org/orchestrator":"k8s"}},\
            "spec":{"orchestrator":"k8s","node":"n%4$d","containerID":"c","pod":"p%2$d",\
            "endpoint":"eth0","ipNetworks":["10.%5$d.%6$d.%7$d/32"],"profiles":["kns.many"],\
            "interfaceName":"cali%2$011d"}}"""
                .formatted(name(i), i, i % 50, i % 1000, i >> 16, (i >> 8) & 255, i & 255);
        text.append("put /calico/resources/v3/projectcalico.org/workloadendpoints/many/")
            .append(name(i))
            .append(' ')
            .append('"')
            .append(json.replace("\"", "\\\""))
            .append("\"\n");
      }
      text.append("\n\n");
      process.getOutputStream().write(text.toString().getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
      assertThat(process.waitFor()).isZero();
    }
  }
}

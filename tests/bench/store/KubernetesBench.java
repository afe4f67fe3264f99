// SPDX-License-Identifier: Apache-2.0

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.kubernetes.KubernetesDatastore;
import dev.brindle.datastore.kubernetes.KubernetesSettings;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Credentials;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Overrides;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// `KubernetesBench ASSETS RUNS PODS`: how fast our feed of many pods is in sync, what it holds, and when it
/// hears of a change; `kubectl get pods` does the same on the same server, and hears of the same changes.
final class KubernetesBench {

  private static final int CHANGES = 300;
  private static final String NAMESPACE = "many";
  private static final String POD = "p1";
  private static final ResourceKey KEY =
      new ResourceKey(ResourceKind.WORKLOAD_ENDPOINT, NAMESPACE, "n1-k8s-p1-eth0");
  private static final long PATIENCE_SECONDS = 120;

  private final ApiServerRig server;
  private final int pods;
  private final List<Double> inSync = new ArrayList<>();
  private final List<Double> bytes = new ArrayList<>();
  private final List<Double> listed = new ArrayList<>();
  private final List<Double> written = new ArrayList<>();
  private final List<Double> heard = new ArrayList<>();
  private final List<Double> heardByKubectl = new ArrayList<>();

  private KubernetesBench(ApiServerRig server, int pods) {
    this.server = server;
    this.pods = pods;
  }

  public static void main(String[] args) throws Exception {
    int runs = Integer.parseInt(args[1]);
    int pods = Integer.parseInt(args[2]);
    Path directory = Files.createTempDirectory("bench");
    try (var server = new ApiServerRig(Path.of(args[0]), directory)) {
      server.start();
      server.putPods(NAMESPACE, pods);
      var bench = new KubernetesBench(server, pods);
      for (int i = 1; i <= runs; i++) {
        bench.round();
        System.err.printf("round %d of %d: %s%n", i, runs, bench.words());
      }
      System.out.println(bench.json(runs));
    } finally {
      ApiServerRig.remove(directory);
    }
    System.exit(0); // threads of clients may be left
  }

  private void round() throws Exception {
    long start = System.nanoTime();
    String names = server.kubectl("get", "pods", "-n", NAMESPACE, "-o", "name");
    listed.add(seconds(start));
    if (names.lines().count() != pods) {
      throw new IllegalStateException("kubectl lists %d pods".formatted(names.lines().count()));
    }
    Process watching = server.kubectlProcess("get", "pods", "-n", NAMESPACE, "--watch-only", "-o", "name");
    try (Datastore store = KubernetesDatastore.open(settings())) {
      var lines = new LinkedBlockingQueue<Long>();
      Thread.ofPlatform().daemon().start(() -> stamp(watching, lines));
      var listener = new Listener();
      long before = usedMemory();
      long begun = System.nanoTime();
      try (Feed feed = store.feed(List.of(ResourceKind.WORKLOAD_ENDPOINT), listener)) {
        take(listener.synced, "in sync");
        inSync.add(seconds(begun));
        bytes.add((usedMemory() - before) / (double) pods);
        change(store, "first");
        take(listener.arrivals, "the first change");
        take(lines, "the first change, by kubectl");
        for (int i = 0; i < CHANGES; i++) {
          change(store, listener, lines, "c%d-%d".formatted(i, start));
        }
      }
    } finally {
      watching.destroy();
      watching.waitFor();
    }
  }

  private void change(Datastore store, Listener listener, BlockingQueue<Long> lines, String value)
      throws InterruptedException {
    long asked = System.nanoTime();
    change(store, value);
    written.add((System.nanoTime() - asked) / 1e6);
    heard.add((take(listener.arrivals, "a change") - asked) / 1e6);
    heardByKubectl.add((take(lines, "a change, by kubectl") - asked) / 1e6);
  }

  /// As CNI does: an annotation of the pod.
  private static void change(Datastore store, String value) {
    var tree = ResourceCodec.tree(store.get(KEY).orElseThrow());
    tree.withObjectProperty("spec").put("containerID", value);
    store.update(ResourceCodec.readStored(ResourceKind.WORKLOAD_ENDPOINT, tree));
  }

  private static void stamp(Process process, BlockingQueue<Long> lines) {
    try (BufferedReader out = process.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.endsWith("/" + POD)) {
          lines.add(System.nanoTime());
        }
      }
    } catch (IOException e) {
      System.err.println("kubectl: " + e.getMessage());
    }
  }

  private static long take(BlockingQueue<Long> stamps, String what) throws InterruptedException {
    Long stamp = stamps.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (stamp == null) {
      throw new IllegalStateException("not within %d s: %s".formatted(PATIENCE_SECONDS, what));
    }
    return stamp;
  }

  private KubernetesSettings settings() {
    var overrides =
        new Overrides(
            Optional.of(server.url()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(ApiServerRig.TOKEN),
            true);
    return new KubernetesSettings(
        new Credentials.None(), overrides, Optional.of(CalicoGroup.CRD));
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static long usedMemory() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  /// Keeps nothing but when the pod was heard of.
  private static final class Listener implements FeedListener {

    final BlockingQueue<Long> synced = new LinkedBlockingQueue<>();
    final BlockingQueue<Long> arrivals = new LinkedBlockingQueue<>();
    private boolean isInSync;

    @Override
    public void changed(List<Change> changes) {
      if (isInSync && changes.stream().anyMatch(each -> each.key().equals(KEY))) {
        arrivals.add(System.nanoTime());
      }
    }

    @Override
    public void inSync() {
      isInSync = true;
      synced.add(System.nanoTime());
    }
  }

  private String words() {
    return "in sync after %.2f s (kubectl %.2f s), %.0f bytes a pod, a change after %.1f ms (p99 %.1f; kubectl %.1f, p99 %.1f)"
        .formatted(
            part(inSync, 0.5),
            part(listed, 0.5),
            part(bytes, 0.5),
            part(heard, 0.5),
            part(heard, 0.99),
            part(heardByKubectl, 0.5),
            part(heardByKubectl, 0.99));
  }

  private String json(int runs) {
    return """
        {
          "runs": %d,
          "pods": %d,
          "brindle": {"in_sync_s": %.2f, "bytes_per_pod": %.0f, "change_ms": {"p50": %.2f, "p99": %.2f}},
          "kubectl": {"listed_s": %.2f, "change_ms": {"p50": %.2f, "p99": %.2f}},
          "write_ms": {"p50": %.2f, "p99": %.2f},
          "ratios": {"in_sync": %.2f, "change_p50": %.2f, "change_p99": %.2f}
        }"""
        .formatted(
            runs,
            pods,
            part(inSync, 0.5),
            part(bytes, 0.5),
            part(heard, 0.5),
            part(heard, 0.99),
            part(listed, 0.5),
            part(heardByKubectl, 0.5),
            part(heardByKubectl, 0.99),
            part(written, 0.5),
            part(written, 0.99),
            part(inSync, 0.5) / part(listed, 0.5),
            part(heard, 0.5) / part(heardByKubectl, 0.5),
            part(heard, 0.99) / part(heardByKubectl, 0.99));
  }

  /// The value that so great a part of all is not above.
  private static double part(List<Double> values, double part) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, (int) (part * sorted.length))];
  }
}

// SPDX-License-Identifier: Apache-2.0

import dev.brindle.api.resource.Change;
import dev.brindle.api.resource.NetworkPolicy;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.Feed;
import dev.brindle.datastore.FeedListener;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.connect.DatastoreSettings;
import dev.brindle.datastore.kubernetes.KubernetesDatastore;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// `ControllersBench HOME ASSETS RUNS WORK`: the controllers of a cluster of 1,000 nodes with 100,000 pods and 5,000 NetworkPolicies,
/// on a real API server, with Calico's resources in etcd and in Kubernetes.
final class ControllersBench {

  private static final String ETCD = "http://127.0.0.1:2379";
  private static final int WRITERS = 16;

  /// Of how many endpoints one has not the labels of its pod.
  private static final int STALE = 10;

  private static final int CHANGES = 10;
  private static final int PODS_A_SECOND = 10;
  private static final int NODES_A_SECOND = 5;
  private static final int GONE = 1000;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final Pattern QUESTIONS =
      Pattern.compile("^apiserver_request_total\\{.*verb=\"(GET|LIST|POST|PUT|PATCH|DELETE)\"");

  private final Path home;
  private final Path assets;
  private final Path work;
  private final Population population =
      new Population(number("BENCH_NODES", 1000), number("BENCH_PODS", 100), number("BENCH_POLICIES", 5000));
  private final int seconds = number("BENCH_SECONDS", 30);
  private final Figures figures = new Figures();

  private ControllersBench(Path home, Path assets, Path work) {
    this.home = home;
    this.assets = assets;
    this.work = work;
  }

  public static void main(String[] args) throws Exception {
    var bench = new ControllersBench(Path.of(args[0]), Path.of(args[1]), Path.of(args[3]));
    int runs = Integer.parseInt(args[2]);
    for (int run = 1; run <= runs; run++) {
      for (String store : System.getenv().getOrDefault("BENCH_STORES", "etcd,kubernetes").split(",")) {
        bench.figures.addLoad();
        bench.round(store, Files.createDirectories(bench.work.resolve(store + run)));
      }
    }
    bench.figures.addLoad();
    System.out.println(bench.json(runs));
    System.exit(0); // threads of clients may be left
  }

  private static int number(String variable, int otherwise) {
    return Integer.parseInt(System.getenv().getOrDefault(variable, Integer.toString(otherwise)));
  }

  // ---- one store

  private void round(String name, Path directory) throws Exception {
    boolean isApart = name.equals("etcd");
    Process etcd = isApart ? etcd(directory) : null;
    try (var server = new ApiServerRig(assets, directory)) {
      server.start();
      if (!isApart) {
        server.kubectl("create", "-f", home.resolve("manifests/crds.yaml").toString());
        server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
      }
      server.put(population.objects());
      Map<String, String> variables =
          new HashMap<>(
              Map.of(
                  "DATASTORE_TYPE", isApart ? "etcdv3" : "kubernetes",
                  "K8S_API_ENDPOINT", server.url(),
                  "CALICO_K8SAPITOKEN", ApiServerRig.TOKEN,
                  "K8S_INSECURE_SKIP_TLS_VERIFY", "true"));
      if (isApart) {
        variables.put("ETCD_ENDPOINTS", ETCD);
      }
      fill(variables, isApart);
      long begun = System.nanoTime();
      server.kubectl("get", "pods", "-A", "-o", "name");
      add(name, "s: kubectl lists the pods", since(begun));
      measure(name, isApart, server, variables, directory.resolve("controllers.log"));
    } finally {
      if (etcd != null) {
        etcd.destroyForcibly().waitFor();
      }
    }
  }

  private Process etcd(Path directory) throws IOException {
    return new ProcessBuilder(
            assets.resolve("etcd").toString(),
            "--data-dir=" + directory.resolve("calico"),
            "--listen-client-urls=" + ETCD,
            "--advertise-client-urls=" + ETCD,
            "--log-level=error",
            "--unsafe-no-fsync")
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("calico-etcd.log").toFile())
        .start();
  }

  private void fill(Map<String, String> variables, boolean isApart) throws Exception {
    try (Datastore store = DatastoreSettings.fromEnvironment(variables).open()) {
      write(store, population.resources(isApart));
      if (isApart) {
        write(store, endpoints(variables));
      }
    }
  }

  /// As CNI has stored them; one of ten has lost a label since.
  private static List<Resource> endpoints(Map<String, String> variables) {
    Map<String, String> there = new HashMap<>(variables);
    there.put("DATASTORE_TYPE", "kubernetes");
    var found = (DatastoreSettings.Kubernetes) DatastoreSettings.fromEnvironment(there);
    List<Resource> endpoints;
    try (Datastore kubernetes = KubernetesDatastore.openBeside(found.settings())) {
      endpoints = kubernetes.list(ResourceKind.WORKLOAD_ENDPOINT);
    }
    return IntStream.range(0, endpoints.size())
        .mapToObj(i -> i % STALE == 0 ? withoutApp(endpoints.get(i)) : endpoints.get(i))
        .toList();
  }

  private static Resource withoutApp(Resource endpoint) {
    Map<String, String> labels = new HashMap<>(endpoint.metadata().labels());
    labels.remove("app");
    return endpoint.withMetadata(endpoint.metadata().withLabels(labels));
  }

  private static void write(Datastore store, List<Resource> resources) throws Exception {
    try (ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
      List<Future<WriteResult>> results = new ArrayList<>();
      resources.forEach(each -> results.add(writers.submit(() -> store.create(each))));
      for (Future<WriteResult> result : results) {
        if (!(result.get() instanceof WriteResult.Written)) {
          throw new IllegalStateException("cannot be stored: " + result.get());
        }
      }
    }
  }

  // ---- what is measured

  private void measure(
      String name, boolean isApart, ApiServerRig server, Map<String, String> variables, Path log) throws Exception {
    Path launcher = home.resolve("brindle");
    double all = (double) population.nodes() * population.pods();
    long asked = questions(server);
    long begun = System.nanoTime();
    try (ControllersProcess ours = ControllersProcess.start(launcher, variables, log)) {
      await("all is in order", () -> isInOrder(ours, isApart, all));
      add(name, "s: from the start until all is in order", since(begun));
      add(name, "questions to the API server until then", questions(server) - asked);
      add(name, "CPU s until then", ours.cpuSeconds());
      add(name, "MiB resident at most until then", ours.mib("VmHWM"));
      rest(name, "with nothing to do", ours, server, () -> {});
      long scraped = System.nanoTime();
      ours.metric("controllers_leading");
      add(name, "ms: the metrics are told", 1000 * since(scraped));
      add(name, "MiB live objects", ours.liveMib());
      add(name, "MiB resident", ours.mib("VmRSS"));
      if (isApart) {
        policies(name, server, variables);
      }
      rest(name, "with %d pods and %d nodes a second".formatted(PODS_A_SECOND, NODES_A_SECOND), ours, server, () -> news(server));
      pods(name, ours, server, all);
      add(name, "MiB resident at most", ours.mib("VmHWM"));
    }
    Written before = written(isApart);
    begun = System.nanoTime();
    try (ControllersProcess ours = ControllersProcess.start(launcher, variables, log)) {
      await("all is in order again", () -> isInOrder(ours, isApart, all - GONE));
      add(name, "s: from a restart until all is known to be in order", since(begun));
      TimeUnit.SECONDS.sleep(seconds);
      add(name, "writes of a restart with nothing to do", written(isApart).since(before));
    }
  }

  private boolean isInOrder(ControllersProcess ours, boolean isApart, double addresses) throws InterruptedException {
    if (!ours.readiness().strip().equals("ready\nleads") || ours.metric("ipam_allocations_in_use") != addresses) {
      return false;
    }
    return !isApart
        || ours.metric("controllers_policies") == population.policies()
            && ours.metric("controllers_policies_waiting") == 0
            && ours.metric("controllers_endpoints_waiting") == 0;
  }

  /// @param also is done once a second
  private void rest(String name, String how, ControllersProcess ours, ApiServerRig server, Step also) throws Exception {
    long asked = questions(server);
    double cpu = ours.cpuSeconds();
    long begun = System.nanoTime();
    for (int i = 0; i < seconds; i++) {
      also.run();
      TimeUnit.SECONDS.sleep(1);
    }
    double took = since(begun);
    add(name, "%% of a core: %s".formatted(how), 100 * (ours.cpuSeconds() - cpu) / took);
    add(name, "questions a second to the API server: " + how, (questions(server) - asked - 1) / took);
  }

  private int beat;

  /// What people and kubelets say all the time.
  private void news(ApiServerRig server) throws Exception {
    Map<String, String> changed = new LinkedHashMap<>();
    beat++;
    for (int i = 0; i < PODS_A_SECOND; i++) {
      int node = (beat * PODS_A_SECOND + i) % population.nodes();
      changed.put(Population.podPath(node, 1), population.pod(node, 1, beat));
    }
    for (int i = 0; i < NODES_A_SECOND; i++) {
      int node = (beat * NODES_A_SECOND + i) % population.nodes();
      changed.put(Population.nodePath(node), Population.node(node, beat));
    }
    server.change(changed, List.of());
  }

  /// One after the other: from Kubernetes' word until a listener of the store has it.
  private void policies(String name, ApiServerRig server, Map<String, String> variables) throws Exception {
    var heard = new LinkedBlockingQueue<String>();
    try (Datastore store = DatastoreSettings.fromEnvironment(variables).open();
        Feed _ = store.feed(List.of(ResourceKind.NETWORK_POLICY), new Listener(heard))) {
      take(heard, "in sync");
      for (int i = 1; i <= CHANGES; i++) {
        long asked = System.nanoTime();
        server.change(Map.of(Population.policyPath(i), Population.policy(i, i)), List.of());
        take(heard, "knp.default.policy-" + i);
        add(name, "ms: a changed policy is in the store", 1000 * since(asked));
        TimeUnit.MILLISECONDS.sleep(100L * i); // not always at the same moment of a round
      }
    }
  }

  private static void take(BlockingQueue<String> heard, String wanted) throws InterruptedException {
    String next;
    do {
      next = heard.poll(1, TimeUnit.MINUTES);
      if (next == null) {
        throw new IllegalStateException("not within a minute: " + wanted);
      }
    } while (!next.equals(wanted));
  }

  private record Listener(BlockingQueue<String> heard) implements FeedListener {

    @Override
    public void changed(List<Change> changes) {
      changes.stream()
          .filter(each -> each.value().filter(NetworkPolicy.class::isInstance).isPresent())
          .forEach(each -> heard.add(each.key().name()));
    }

    @Override
    public void inSync() {
      heard.clear();
      heard.add("in sync");
    }
  }

  /// A thousand pods go that CNI has not been told of.
  private void pods(String name, ControllersProcess ours, ApiServerRig server, double all) throws Exception {
    List<String> gone =
        IntStream.range(0, GONE).mapToObj(i -> Population.podPath(i % population.nodes(), i / population.nodes())).toList();
    long asked = questions(server);
    double cpu = ours.cpuSeconds();
    long begun = System.nanoTime();
    server.change(Map.of(), gone);
    await("addresses are taken back", () -> ours.metric("ipam_allocations_in_use") == all - GONE);
    add(name, "s: until %d lost addresses are taken back, of which 10 s are their grace".formatted(GONE), since(begun));
    add(name, "questions to the API server for each of them", (questions(server) - asked) / (double) GONE);
    add(name, "CPU s for all of them", ours.cpuSeconds() - cpu);
  }

  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }

  private static void await(String what, Callable<Boolean> isSo) throws Exception {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!isSo.call()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not within ten minutes: " + what);
      }
      TimeUnit.SECONDS.sleep(1); // to look is not for nothing: all is counted then
    }
  }

  private static double since(long begun) {
    return (System.nanoTime() - begun) / 1e9;
  }

  private static long questions(ApiServerRig server) throws Exception {
    return server
        .kubectl("get", "--raw", "/metrics")
        .lines()
        .filter(line -> QUESTIONS.matcher(line).find() && !line.contains("resource=\"leases\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  // ---- what was written

  /// @param revision of etcd
  /// @param keys how many there are of each prefix
  private record Written(long revision, Map<String, Long> keys, String endpoint) {

    /// How many keys were made, changed or removed since; of one that was changed twice only the last.
    double since(Written before) throws Exception {
      double count = 0;
      try (Client client = Client.builder().endpoints(endpoint).build()) {
        for (Map.Entry<String, Long> each : keys.entrySet()) {
          count += changed(client, each.getKey(), before.revision + 1);
          count += Math.abs(each.getValue() - before.keys.get(each.getKey()));
        }
      }
      return count;
    }

    static long changed(Client client, String prefix, long from) throws Exception {
      return ask(client, prefix, GetOption.builder().withMinModRevision(from).withKeysOnly(true)).getKvs().size();
    }

    static long count(Client client, String prefix) throws Exception {
      return ask(client, prefix, GetOption.builder().withCountOnly(true)).getCount();
    }

    private static GetResponse ask(Client client, String prefix, GetOption.Builder option) throws Exception {
      return client.getKVClient().get(ByteSequence.from(prefix, StandardCharsets.UTF_8), option.isPrefix(true).build()).get();
    }
  }

  /// But for leases, which are renewed all the time.
  private static Written written(boolean isApart) throws Exception {
    String endpoint = isApart ? ETCD : ApiServerRig.ETCD;
    List<String> prefixes =
        isApart
            ? List.of("/calico/")
            : List.of("/registry/crd.projectcalico.org/", "/registry/minions/", "/registry/pods/", "/registry/services/", "/registry/events/");
    try (Client client = Client.builder().endpoints(endpoint).build()) {
      Map<String, Long> keys = new LinkedHashMap<>();
      for (String prefix : prefixes) {
        keys.put(prefix, Written.count(client, prefix));
      }
      long revision =
          client.getKVClient().get(ByteSequence.from("/none", StandardCharsets.UTF_8)).get().getHeader().getRevision();
      return new Written(revision, keys, endpoint);
    }
  }

  // ---- what comes out

  private void add(String store, String figure, double value) {
    figures.add(store + ", " + figure, value);
  }

  private String json(int runs) {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    sizes.put("runs", runs);
    sizes.put("nodes", population.nodes());
    sizes.put("pods", population.nodes() * population.pods());
    sizes.put("policies", population.policies());
    return figures.json(sizes, ratios());
  }

  /// To kubectl, which lists the pods of the same server once and does nothing with them.
  private Map<String, Double> ratios() {
    Map<String, Double> ratios = new LinkedHashMap<>();
    for (String store : List.of("etcd", "kubernetes")) {
      String theirs = store + ", s: kubectl lists the pods";
      String ours = store + ", s: from a restart until all is known to be in order";
      if (figures.has(theirs) && figures.has(ours)) {
        ratios.put(store + ", a restart to kubectl's list", figures.median(ours) / figures.median(theirs));
      }
    }
    return ratios;
  }
}

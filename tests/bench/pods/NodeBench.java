// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// `NodeBench HOME RUNS WORK`: a node of 110 pods in a cluster of 50 such nodes. Plugs and unplugs all pods, in bursts, and looks
/// then what the daemon costs that has nothing to do. Debian's plugins do the same bursts.
final class NodeBench {

  private static final String SOME = "10";
  private static final Path PLUGINS = Path.of("/usr/lib/cni");

  private static final Map<String, String> PEERS =
      Map.of(
          "ptp + host-local",
          """
          {"cniVersion":"0.4.0","name":"n","type":"ptp","ipam":{"type":"host-local",\
          "dataDir":"/run/ptp","subnet":"10.90.0.0/16"}}""",
          "bridge + host-local",
          """
          {"cniVersion":"0.4.0","name":"n","type":"bridge","bridge":"b0","isGateway":true,\
          "ipam":{"type":"host-local","dataDir":"/run/bridge","subnet":"10.91.0.0/16"}}""");

  private final Path home;
  private final Path work;
  private final Crowd crowd = new Crowd(number("BENCH_NODES", 50), number("BENCH_PODS", 110), number("BENCH_POD_KIB", 0));
  private final List<Integer> bursts = bursts();
  private final int idleSeconds = number("BENCH_IDLE_SECONDS", 60);
  private final Figures figures = new Figures();

  private NodeBench(Path home, Path work) {
    this.home = home;
    this.work = work;
  }

  public static void main(String[] args) throws Exception {
    int runs = Integer.parseInt(args[1]);
    var bench = new NodeBench(Path.of(args[0]), Path.of(args[2]));
    Process mesh = bench.mesh();
    try {
      bench.crowd.ours().forEach(bench::namespace);
      for (int run = 1; run <= runs; run++) {
        bench.figures.addLoad();
        bench.round(run);
      }
      bench.figures.addLoad();
      System.out.println(bench.json(runs));
    } finally {
      mesh.destroy();
    }
    System.exit(0); // threads of clients may be left
  }

  private static int number(String variable, int otherwise) {
    return Integer.parseInt(System.getenv().getOrDefault(variable, Integer.toString(otherwise)));
  }

  private static List<String> stores() {
    String all = System.getenv().getOrDefault("BENCH_STORES", "embedded,etcd,kubernetes");
    return List.of(all.split(","));
  }

  /// How many calls at a time.
  private List<Integer> bursts() {
    String all = System.getenv().getOrDefault("BENCH_AT_ONCE", SOME + "," + crowd.pods());
    return Arrays.stream(all.split(",")).filter(each -> !each.isEmpty()).map(Integer::valueOf).toList();
  }

  private void namespace(String pod) {
    output("ip", "netns", "add", pod);
    output("ip", "-n", pod, "link", "set", "lo", "up");
  }

  // ---- the mesh

  private Process mesh() throws IOException {
    output("ip", "netns", "add", "others");
    output("ip", "link", "add", "eth0", "type", "veth", "peer", "name", "out", "netns", "others");
    output("ip", "addr", "add", Crowd.address(1) + "/16", "dev", "eth0");
    output("ip", "link", "set", "eth0", "up");
    output("ip", "route", "add", "default", "via", Crowd.address(2));
    output("ip", "-n", "others", "link", "set", "lo", "up");
    output("ip", "-n", "others", "link", "set", "out", "up");
    List<String> line =
        new ArrayList<>(
            List.of(
                "ip",
                "netns",
                "exec",
                "others",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "Mesh",
                Integer.toString(Crowd.AS),
                Crowd.address(1)));
    for (int number = 2; number <= crowd.nodes(); number++) {
      output("ip", "-n", "others", "addr", "add", Crowd.address(number) + "/16", "dev", "out");
      line.add(
          crowd.blocks(number).stream()
              .map(Object::toString)
              .collect(Collectors.joining(",", Crowd.address(number) + "=", "")));
    }
    Process process = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    if (process.getInputStream().read() < 0) {
      throw new IOException("the other nodes do not begin");
    }
    return process;
  }

  /// All that the other nodes tell is in the kernel.
  private void awaitRoutes() throws InterruptedException {
    int expected = (crowd.nodes() - 1) * crowd.blocks(2).size();
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (output("ip", "route", "show", "proto", "12").lines().filter(it -> it.contains("via")).count() < expected) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("not all routes came: " + output("ip", "route"));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  // ---- one round

  private void round(int run) throws Exception {
    for (String name : stores()) {
      Path directory = Store.directory(work, name + run);
      Optional<Store> store = store(name, directory);
      if (store.isPresent()) {
        try (Store running = store.get()) {
          ours(name, running, directory);
        }
      }
    }
    if (Files.isExecutable(PLUGINS.resolve("bridge"))) {
      for (Map.Entry<String, String> peer : PEERS.entrySet()) {
        String type = peer.getKey().substring(0, peer.getKey().indexOf(' '));
        var burst = new Burst(PLUGINS.resolve(type), PLUGINS.toString(), peer.getValue(), Map.of());
        for (int atOnce : bursts) {
          bursts(peer.getKey(), burst, atOnce, OptionalLong::empty);
        }
      }
    }
  }

  private Optional<Store> store(String name, Path directory) throws Exception {
    String assets = System.getenv().getOrDefault("KUBEBUILDER_ASSETS", "");
    boolean hasEtcd = !output("sh", "-c", "command -v etcd || true").isEmpty();
    return switch (name) {
      case "embedded" -> Optional.of(Store.embedded(directory, crowd));
      case "etcd" -> hasEtcd ? Optional.of(Store.etcd(directory, crowd)) : Optional.empty();
      case "kubernetes" ->
          assets.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  Store.kubernetes(Path.of(assets), home.resolve("manifests/crds.yaml"), directory, crowd));
      default -> throw new IllegalArgumentException("BENCH_STORES: '%s'".formatted(name));
    };
  }

  private void ours(String name, Store store, Path directory) throws Exception {
    Path run = Path.of("/run/brindle");
    Map<String, String> variables = new HashMap<>(store.variables());
    variables.putAll(
        Map.of(
            "NODENAME", Crowd.node(1),
            "AS", Integer.toString(Crowd.AS),
            "IP", "autodetect",
            "IP_AUTODETECTION_METHOD", "interface=eth0",
            "CLUSTER_TYPE", "k8s,bgp",
            "CALICO_NETWORKING_BACKEND", "bird",
            "FELIX_IPV6SUPPORT", "false",
            "FELIX_HEALTHENABLED", "true",
            "BRINDLE_RUN_DIR", run.toString(),
            "BRINDLE_STATE_DIR", directory.resolve("state").toString()));
    variables.put("BRINDLE_CNI_DIR", run.resolve("cni").toString());
    variables.put("FELIX_DEFAULTENDPOINTTOHOSTACTION", "ACCEPT");
    variables.put("WAIT_FOR_DATASTORE", "true");
    Path log = directory.resolve("node.log");
    for (String client : List.of("c", "java")) {
      Path plugin = home.resolve("target/bin/brindle-cni-" + client);
      if (!Files.isExecutable(plugin)) {
        continue;
      }
      for (int atOnce : bursts) {
        try (NodeProcess node = start(variables, log)) {
          bursts("%s, client in %s".formatted(name, client), burst(plugin, store, run), atOnce, store::answered);
        }
      }
    }
    Path plugin = home.resolve("target/bin/brindle-cni");
    OptionalLong before = store.answered();
    long begin = System.nanoTime();
    try (NodeProcess node = start(variables, log)) {
      add("start s, all routes in the kernel: " + name, (System.nanoTime() - begin) / 1e9);
      add("start CPU s: " + name, node.cpuSeconds());
      add("start, resident at most MiB: " + name, node.mib("VmHWM"));
      OptionalLong after = store.answered();
      if (after.isPresent()) {
        add("start, questions: " + name, after.getAsLong() - before.getAsLong());
      }
      if (name.equals("kubernetes")) {
        add("start, MiB received: " + name, received(node.pid()));
      }
      burst(plugin, store, run).run("ADD", crowd.ours(), Integer.parseInt(SOME));
      idle(name, node);
      burst(plugin, store, run).run("DEL", crowd.ours(), Integer.parseInt(SOME));
    }
  }

  private NodeProcess start(Map<String, String> variables, Path log) throws Exception {
    long begin = System.nanoTime();
    NodeProcess node = NodeProcess.start(home.resolve("brindle"), variables, log);
    node.awaitReady();
    say("daemon ready after %.1f s".formatted((System.nanoTime() - begin) / 1e9));
    awaitRoutes();
    return node;
  }

  /// By connections to the API server that are open still; those of the start are.
  private static double received(long pid) {
    return Pattern.compile("bytes_received:([0-9]+)")
            .matcher(
                output("ss", "-tnpiO", "dst", "127.0.0.1:16443")
                    .lines()
                    .filter(line -> line.contains("pid=%d,".formatted(pid)))
                    .collect(Collectors.joining("\n")))
            .results()
            .mapToLong(found -> Long.parseLong(found.group(1)))
            .sum()
        / (double) (1 << 20);
  }

  private static Burst burst(Path plugin, Store store, Path run) {
    String config =
        """
        {"cniVersion": "1.0.0", "name": "bench", "type": "calico", "nodename": "%s",
         "ipam": {"type": "calico-ipam"}, "policy": {"type": "k8s"},
         "args": {"brindle": {"labels": {"app": "a1"}}}}"""
            .formatted(Crowd.node(1));
    return new Burst(
        plugin,
        plugin.getParent().toString(),
        config,
        Map.of("BRINDLE_CNI_DIR", run.resolve("cni").toString()));
  }

  /// @param answered by the store so far
  private void bursts(String who, Burst burst, int atOnce, Callable<OptionalLong> answered) throws Exception {
    for (String command : List.of("ADD", "DEL")) {
      OptionalLong before = answered.call();
      Burst.Took took = burst.run(command, crowd.ours(), atOnce);
      String name = "%s, %d at once".formatted(who, atOnce);
      OptionalLong after = answered.call();
      if (after.isPresent()) {
        double questions = after.getAsLong() - before.getAsLong();
        add("%s questions a pod: %s".formatted(command, name), questions / crowd.pods());
      }
      add("%s s: %s".formatted(command, name), took.wallSeconds());
      List<Double> sorted = took.calls().stream().sorted().toList();
      add("%s ms (median call): %s".formatted(command, name), sorted.get(sorted.size() / 2));
      add("%s ms (slowest call): %s".formatted(command, name), sorted.getLast());
    }
  }

  private void idle(String name, NodeProcess node) throws Exception {
    TimeUnit.SECONDS.sleep(Math.min(20, idleSeconds));
    double before = node.cpuSeconds();
    long begin = System.nanoTime();
    TimeUnit.SECONDS.sleep(idleSeconds);
    double seconds = (System.nanoTime() - begin) / 1e9;
    add("idle % of a core: " + name, 100 * (node.cpuSeconds() - before) / seconds);
    add("resident MiB: " + name, node.mib("VmRSS"));
    add("resident at most MiB: " + name, node.mib("VmHWM"));
    add("resident, no file MiB: " + name, node.mib("RssAnon"));
    add("CPU s since the start: " + name, node.cpuSeconds());
    if (System.getenv().containsKey("BENCH_PROBE")) {
      new ProcessBuilder("sh", "-c", System.getenv("BENCH_PROBE"), "probe", Long.toString(node.pid()))
          .redirectErrorStream(true)
          .redirectOutput(work.resolve("probe-" + name).toFile())
          .start()
          .waitFor();
    }
  }

  private static String output(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("%s: %s".formatted(String.join(" ", command), text));
      }
      return text;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- what comes out

  private void add(String figure, double value) {
    figures.add(figure, value);
  }

  private static void say(String line) {
    System.err.println("bench: " + line);
  }

  private String json(int runs) {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    sizes.put("runs", runs);
    sizes.put("nodes", crowd.nodes());
    sizes.put("pods of each", crowd.pods());
    return figures.json(sizes, ratios());
  }

  /// Of the seconds for all pods: ours to each peer's, as many at once.
  private Map<String, Double> ratios() {
    Map<String, Double> ratios = new LinkedHashMap<>();
    for (String name : figures.names()) {
      int who = name.indexOf(" s: ") + " s: ".length();
      int end = name.lastIndexOf(", ");
      if (name.contains(", client in ") && who >= " s: ".length()) {
        for (String peer : PEERS.keySet()) {
          String theirs = name.substring(0, who) + peer + name.substring(end);
          if (figures.has(theirs)) {
            ratios.put("%s to %s".formatted(name, peer), figures.median(name) / figures.median(theirs));
          }
        }
      }
    }
    return ratios;
  }
}

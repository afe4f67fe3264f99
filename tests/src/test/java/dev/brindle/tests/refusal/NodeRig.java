// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.refusal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.connect.DatastoreSettings;
import dev.brindle.linux.kernel.Errno;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.testing.Waiting;
import dev.brindle.tests.program.Launcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/// A machine (a network namespace with eth0, 192.0.2.1/24) on which daemons and plugins are started
/// as processes.
final class NodeRig implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 90;

  /// Those of the CNI project (containernetworking-plugins).
  static final Path PLUGINS =
      Path.of(Optional.ofNullable(System.getenv("BRINDLE_CNI_PLUGINS")).orElse("/usr/lib/cni"));

  private final Path base;
  private final NetworkNamespace host;
  private final List<Process> processes = new ArrayList<>();
  private final NetworkNamespace elsewhere = namespace();
  private int logs;

  private NodeRig(Path base, NetworkNamespace host) {
    this.base = base;
    this.host = host;
  }

  /// @param base for all files
  static NodeRig make(Path base) {
    var rig = new NodeRig(base, namespace());
    try (LiveKernel kernel = rig.kernel()) {
      kernel.links().setUp(1, true);
      kernel
          .links()
          .createVeth(
              "eth0", Optional.empty(), 1500, 0, "out", Optional.empty(), path(rig.elsewhere));
      Link eth0 = kernel.links().find("eth0").orElseThrow();
      kernel.links().addAddress(eth0.index(), InterfaceAddress.parse("192.0.2.1/24"));
      kernel.links().setUp(eth0.index(), true);
    }
    return rig;
  }

  static NetworkNamespace namespace() {
    try {
      return NetworkNamespace.create(JnrLibc.get());
    } catch (KernelException e) {
      assumeTrue(
          !e.errno().equals(Errno.EPERM),
          () -> "needs to be root of a namespace: " + e.getMessage());
      throw e;
    }
  }

  NetworkNamespace host() {
    return host;
  }

  Path base() {
    return base;
  }

  /// Where the other end of `eth0` is: a link `out`.
  NetworkNamespace elsewhere() {
    return elsewhere;
  }

  /// Runs a program that is not ours until the end.
  void launch(NetworkNamespace where, String log, List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(base.toFile())
            .redirectErrorStream(true)
            .redirectOutput(base.resolve(log).toFile());
    processes.add(where.call(builder::start));
  }

  LiveKernel kernel() {
    return LiveKernel.in(NetworkNamespace.open(JnrLibc.get(), host.path()));
  }

  static String path(NetworkNamespace namespace) {
    return "/proc/%d/fd/%d".formatted(ProcessHandle.current().pid(), namespace.descriptor());
  }

  /// What a program left behind.
  ///
  /// @param exitCode of the process
  /// @param output all it wrote
  record Ended(int exitCode, String output) {}

  /// A daemon under way.
  record Running(Process process, Path log) {

    void awaitLine(String line) {
      Waiting.until(
          () -> "'%s' in %s".formatted(line, text()),
          () -> text().contains(line) || !process.isAlive());
      assertThat(text()).contains(line);
    }

    String text() {
      try {
        return Files.readString(log);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /// @param variables over the usual ones
  /// @param wrapper a command that starts the daemon; may be empty
  Running start(Map<String, String> variables, String... wrapper) {
    List<String> command = new ArrayList<>(Arrays.asList(wrapper));
    command.addAll(List.of(Launcher.path().toString(), "node", "run"));
    Path log = base.resolve("log-" + ++logs);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment());
    builder.environment().putAll(variables);
    // a process is started by a thread of its own here, so it is born in the thread's namespace
    Process process = host.call(builder::start);
    processes.add(process);
    return new Running(process, log);
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    environment.put("NODENAME", "node1");
    environment.put("IP", "192.0.2.1/24");
    environment.put("CALICO_IPV4POOL_CIDR", "10.244.0.0/16");
    environment.put("FELIX_IPV6SUPPORT", "false");
    environment.put("DATASTORE_TYPE", "embedded");
    environment.put("BRINDLE_DATASTORE_FILE", store().toString());
    environment.put("BRINDLE_RUN_DIR", base.resolve("run").toString());
    environment.put("BRINDLE_CNI_DIR", base.resolve("cni").toString());
    environment.put("BRINDLE_STATE_DIR", base.resolve("state").toString());
    environment.put("BRINDLE_IPAM_RESERVE", "0"); // so that what pods have can be counted
    return environment;
  }

  private Path store() {
    return base.resolve("store/db");
  }

  Running startAndAwait(Map<String, String> variables) {
    Running running = start(variables);
    running.awaitLine("node1 runs after");
    return running;
  }

  /// Starts a daemon that is to give up by itself.
  Ended refused(Map<String, String> variables, String... wrapper) throws InterruptedException {
    Running running = start(variables, wrapper);
    assertThat(running.process().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .as("ends by itself: %s", running.text())
        .isTrue();
    return new Ended(running.process().exitValue(), running.text());
  }

  /// Asks the daemon until the answer is as wanted.
  String await(String path, Predicate<String> isWanted) throws IOException {
    AtomicReference<String> answer = new AtomicReference<>(get(path));
    Waiting.until(
        () -> "another answer to %s than %s".formatted(path, answer.get()),
        () -> {
          if (!isWanted.test(answer.get())) {
            answer.set(answerTo(path));
          }
          return isWanted.test(answer.get());
        });
    return answer.get();
  }

  private String answerTo(String path) {
    try {
      return get(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String get(String path) throws IOException {
    try (Socket socket = host.call(() -> new Socket())) {
      host.call(
          () -> {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9099));
            socket.setSoTimeout((int) Waiting.PATIENCE.toMillis());
            return socket;
          });
      socket
          .getOutputStream()
          .write("GET %s HTTP/1.0\r\n\r\n".formatted(path).getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  String awaitReadiness(String text) throws IOException {
    return await("/readiness", answer -> answer.contains(text));
  }

  /// Runs a CNI plugin on this machine.
  ///
  /// @param program of any kind
  /// @param variables over those of this process
  Ended run(List<String> program, Map<String, String> variables, String input)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(program);
    builder.environment().putAll(variables);
    builder.environment().put("BRINDLE_CNI_DIR", base.resolve("cni").toString());
    Process process = host.call(builder.redirectError(ProcessBuilder.Redirect.INHERIT)::start);
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }

  /// What starts our plugin, the one in Java.
  static List<String> javaPlugin() {
    return List.of(Launcher.javaPlugin().toString());
  }

  /// Runs the CNI plugin.
  Ended plugin(String command, String pod, NetworkNamespace sandbox, String configuration)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(javaPlugin());
    builder
        .environment()
        .putAll(
            Map.of(
                "CNI_COMMAND",
                command,
                "CNI_CONTAINERID",
                "container-of-" + pod,
                "CNI_NETNS",
                path(sandbox),
                "CNI_IFNAME",
                "eth0",
                "CNI_PATH",
                PLUGINS.toString(),
                "CNI_ARGS",
                "IgnoreUnknown=1;K8S_POD_NAMESPACE=default;K8S_POD_NAME=" + pod,
                "BRINDLE_CNI_DIR",
                base.resolve("cni").toString()));
    Process process = builder.redirectErrorStream(true).start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(configuration.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }

  /// Of one kind in the store; none if there is no store.
  List<Resource> stored(ResourceKind kind) {
    if (!Files.exists(store())) {
      return List.of();
    }
    try (Datastore datastore = DatastoreSettings.embedded(store()).open()) {
      return datastore.list(kind);
    }
  }

  boolean hasTable() {
    try (LiveKernel kernel = kernel()) {
      return kernel.nft().read(NftFamily.IP, "calico").isPresent();
    }
  }

  List<String> podInterfaces() {
    try (LiveKernel kernel = kernel()) {
      return kernel.links().list().stream()
          .map(Link::name)
          .filter(name -> name.startsWith("cali"))
          .toList();
    }
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    processes.forEach(process -> process.onExit().join());
    elsewhere.close();
    host.close();
  }
}

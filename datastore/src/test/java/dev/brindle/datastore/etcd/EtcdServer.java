// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/// A member of a real etcd cluster, on loopback. It can be killed and started again.
public final class EtcdServer implements AutoCloseable {

  private static final int LAST_PORT = 32_767;
  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger(22_000 + (int) (ProcessHandle.current().pid() % 100) * 100);
  private static final long PATIENCE_SECONDS = 90;

  private final List<String> command;
  private final Path log;
  private final URI client;
  private final Map<String, String> clientOptions;
  private Optional<Process> process = Optional.empty();

  private EtcdServer(List<String> command, Path log, URI client, Map<String, String> options) {
    this.command = List.copyOf(command);
    this.log = log;
    this.client = client;
    this.clientOptions = Map.copyOf(options);
  }

  static Path program(String name) {
    Optional<Path> found =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
            .map(directory -> Path.of(directory, name))
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(
        found.isPresent(), name + " is not installed (etcd-server, etcd-client)");
    return found.orElseThrow();
  }

  /// A cluster of one.
  public static EtcdServer start(Path directory, String... options) {
    return cluster(directory, 1, options).getFirst();
  }

  /// @param options for each member, as etcd has them
  static List<EtcdServer> cluster(Path directory, int size, String... options) {
    List<EtcdServer> members = members(directory, size, "http://127.0.0.1", options);
    members.forEach(EtcdServer::launch);
    members.forEach(EtcdServer::awaitHealth);
    return members;
  }

  private static List<EtcdServer> members(
      Path directory, int size, String place, String... options) {
    List<Integer> ports = freePorts(2 * size);
    List<String> peers = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      peers.add("m%d=http://127.0.0.1:%d".formatted(i, ports.get(2 * i + 1)));
    }
    List<EtcdServer> members = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      URI client = URI.create("%s:%d".formatted(place, ports.get(2 * i)));
      String peer = "http://127.0.0.1:" + ports.get(2 * i + 1);
      List<String> command =
          new ArrayList<>(
              List.of(
                  program("etcd").toString(),
                  "--name=m" + i,
                  "--data-dir=" + directory.resolve("m" + i),
                  "--listen-client-urls=" + client,
                  "--advertise-client-urls=" + client,
                  "--listen-peer-urls=" + peer,
                  "--initial-advertise-peer-urls=" + peer,
                  "--initial-cluster=" + String.join(",", peers),
                  "--initial-cluster-state=new",
                  "--unsafe-no-fsync",
                  "--logger=zap",
                  "--log-level=warn"));
      command.addAll(List.of(options));
      members.add(
          new EtcdServer(command, directory.resolve("m%d.log".formatted(i)), client, Map.of()));
    }
    return members;
  }

  /// @param place where it is called at: scheme and host
  /// @param options certificate and key of the server, if it has any
  /// @param clientOptions of etcdctl, to ask whether it is up
  static EtcdServer at(
      String place, Path directory, Map<String, String> clientOptions, String... options) {
    EtcdServer plain = members(directory, 1, place, options).getFirst();
    var server = new EtcdServer(plain.command, plain.log, plain.client, clientOptions);
    server.launch();
    server.awaitHealth();
    return server;
  }

  /// Below those that the kernel gives to callers by itself: who calls one that is away could be
  /// given just that, and talk to itself where a server is to come back.
  private static List<Integer> freePorts(int count) {
    List<Integer> ports = new ArrayList<>();
    while (ports.size() < count) {
      int port = NEXT_PORT.getAndIncrement();
      if (port > LAST_PORT) {
        throw new IllegalStateException("no port is left below " + LAST_PORT);
      }
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        ports.add(free.getLocalPort());
      } catch (BindException _) {
        // somebody else's
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return ports;
  }

  URI client() {
    return client;
  }

  public EtcdSettings settings() {
    return new EtcdSettings(List.of(client), Optional.empty(), Tls.NONE);
  }

  static EtcdSettings settings(List<EtcdServer> members) {
    return new EtcdSettings(
        members.stream().map(EtcdServer::client).toList(), Optional.empty(), Tls.NONE);
  }

  void launch() {
    try {
      process =
          Optional.of(
              new ProcessBuilder(command)
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                  .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void awaitHealth() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!isHealthy()) {
      if (System.nanoTime() > end || !process.orElseThrow().isAlive()) {
        throw new IllegalStateException("etcd is not up: " + log());
      }
    }
  }

  private boolean isHealthy() {
    return control(List.of("endpoint", "health", "--command-timeout=1s")).isEmpty();
  }

  boolean isLeader() {
    // endpoint, id, version, size, whether it leads, ...
    return etcdctl("endpoint", "status", "--write-out=simple").split(", ", -1)[4].equals("true");
  }

  /// Of the whole store.
  String revision() {
    String fields = etcdctl("get", "--write-out=fields", "none");
    return fields
        .lines()
        .filter(line -> line.startsWith("\"Revision\""))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElseThrow();
  }

  /// Something that concerns nobody, so that the revision grows.
  void write(int times) {
    for (int i = 0; i < times; i++) {
      etcdctl("put", "/other", Integer.toString(i));
    }
  }

  /// Puts a snapshot in the place of what is there.
  void restore(Path snapshot) {
    Path data = Path.of(option("--data-dir="));
    Path old = data.resolveSibling(data.getFileName() + ".old");
    try {
      Files.move(data, old);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    etcdctl(
        "snapshot",
        "restore",
        snapshot.toString(),
        "--data-dir=" + data,
        "--name=" + option("--name="),
        "--initial-cluster=" + option("--initial-cluster="),
        "--initial-advertise-peer-urls=" + option("--initial-advertise-peer-urls="));
  }

  private String option(String name) {
    return command.stream()
        .filter(word -> word.startsWith(name))
        .map(word -> word.substring(name.length()))
        .findFirst()
        .orElseThrow();
  }

  EtcdSettings settings(String user, String password) {
    return new EtcdSettings(
        List.of(client), Optional.of(new EtcdSettings.Login(user, password)), Tls.NONE);
  }

  /// Neither answers nor ends, as behind a network that is broken.
  void stop() {
    signal("STOP");
  }

  void goOn() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      String pid = Long.toString(process.orElseThrow().pid());
      int code = new ProcessBuilder("kill", "-" + name, pid).start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("kill -%s %s: %d".formatted(name, pid, code));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /// What etcdctl says.
  public String etcdctl(String... arguments) {
    List<String> output = new ArrayList<>();
    Optional<String> fault = control(List.of(arguments), output);
    if (fault.isPresent()) {
      throw new IllegalStateException(fault.get());
    }
    return String.join("\n", output);
  }

  private Optional<String> control(List<String> arguments) {
    return control(arguments, new ArrayList<>());
  }

  private Optional<String> control(List<String> arguments, List<String> output) {
    List<String> line = new ArrayList<>(List.of(program("etcdctl").toString()));
    line.add("--endpoints=" + client);
    clientOptions.forEach((option, value) -> line.add("--%s=%s".formatted(option, value)));
    line.addAll(arguments);
    try {
      Process control = new ProcessBuilder(line).redirectErrorStream(true).start();
      control.getOutputStream().close();
      String said =
          new String(
              control.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      output.addAll(said.lines().toList());
      return control.waitFor() == 0 ? Optional.empty() : Optional.of(said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// As kill -9 does.
  void kill() {
    process.ifPresent(
        running -> {
          running.destroyForcibly();
          try {
            running.waitFor();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  void startAgain() {
    launch();
    awaitHealth();
  }

  @Override
  public void close() {
    kill();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brindle.datastore.DatastoreException;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// Kubernetes' own API server, with RBAC, over an etcd of its own, on loopback. It can be killed
/// and started again; several can be over one etcd.
final class KubernetesServer implements AutoCloseable {

  static final String ADMIN = "token-of-the-admin";

  /// Of the user `brindle`, who is bound to the role in `manifests`.
  static final String USER = "token-of-brindle";

  /// Of the user `controllers`, who is bound to the controllers' role there.
  static final String CONTROLLERS = "token-of-the-controllers";

  /// Of the user `nobody`, who may do nothing.
  static final String NOBODY = "token-of-nobody";

  private static final String ASSETS = "KUBEBUILDER_ASSETS";
  private static final Path MANIFESTS = Path.of("..", "manifests").toAbsolutePath().normalize();
  private static final int LAST_PORT = 32_767;
  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger(15_000 + (int) (ProcessHandle.current().pid() % 100) * 60);
  private static final long PATIENCE_SECONDS = 120;
  private static final int PUTS_AT_ONCE = 100;
  private static final int LAST_LINES = 20;
  private static final JsonMapper JSON = new JsonMapper();

  private final Path programs;
  private final Path directory;
  private final int etcdPort;
  private final List<Integer> ports;
  private final Process etcd;
  private final List<Optional<Process>> servers = new ArrayList<>();
  private final Thread last = Thread.ofPlatform().unstarted(this::endAll);

  private KubernetesServer(Path programs, Path directory, int instances) {
    this.programs = programs;
    this.directory = directory;
    this.etcdPort = freePort();
    int peer = freePort();
    this.ports = Stream.generate(KubernetesServer::freePort).limit(instances).toList();
    certify();
    String client = "http://127.0.0.1:" + etcdPort;
    String others = "http://127.0.0.1:" + peer;
    this.etcd =
        launch(
            "etcd",
            "--data-dir=" + directory.resolve("etcd"),
            "--listen-client-urls=" + client,
            "--advertise-client-urls=" + client,
            "--listen-peer-urls=" + others,
            "--initial-advertise-peer-urls=" + others,
            "--initial-cluster=default=" + others,
            "--max-txn-ops=1000",
            "--unsafe-no-fsync");
    for (int i = 0; i < instances; i++) {
      servers.add(Optional.empty());
    }
    Runtime.getRuntime().addShutdownHook(last); // also if nobody comes to close it
  }

  /// Skips the test where there is none.
  ///
  /// @param instances how many servers over one etcd; all but the first are not started yet
  static KubernetesServer start(Path directory, int instances) {
    Optional<Path> found = programs();
    Assumptions.assumeTrue(
        found.isPresent(),
        "%s names no directory with kube-apiserver, etcd and kubectl, nor has ~/.kubeapitest"
            .formatted(ASSETS));
    var server = new KubernetesServer(found.orElseThrow(), directory, instances);
    try {
      server.startAgain(0);
      server.kubectl("apply", "--server-side", "-f", MANIFESTS.resolve("rbac.yaml").toString());
      server.kubectl(
          "create", "clusterrolebinding", "brindle", "--clusterrole=brindle", "--user=brindle");
      String controllers = MANIFESTS.resolve("rbac-controllers.yaml").toString();
      server.kubectl("apply", "--server-side", "-f", controllers);
      server.kubectl(
          "create",
          "clusterrolebinding",
          "controllers",
          "--clusterrole=brindle-controllers",
          "--user=controllers");
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private static Optional<Path> programs() {
    Optional<Path> named =
        Optional.ofNullable(System.getenv(ASSETS)).filter(text -> !text.isBlank()).map(Path::of);
    if (named.isPresent()) {
      return named.filter(KubernetesServer::isComplete);
    }
    Path downloads = Path.of(System.getProperty("user.home"), ".kubeapitest");
    if (!Files.isDirectory(downloads)) {
      return Optional.empty();
    }
    try (Stream<Path> directories = Files.walk(downloads, 2)) {
      return directories.filter(KubernetesServer::isComplete).max(Path::compareTo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isComplete(Path directory) {
    return Stream.of("kube-apiserver", "etcd", "kubectl")
        .allMatch(name -> Files.isExecutable(directory.resolve(name)));
  }

  private static int freePort() {
    while (true) {
      int port = NEXT_PORT.getAndIncrement();
      if (port > LAST_PORT) {
        throw new IllegalStateException("no port is left below " + LAST_PORT);
      }
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (BindException _) {
        // somebody else's
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  // ---- certificates and users

  private void certify() {
    openssl("genrsa", "-out", file("accounts.key"), "2048");
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file("server.key"));
    openssl(
        "req",
        "-x509",
        "-new",
        "-key",
        file("server.key"),
        "-subj",
        "/CN=server",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-days",
        "2",
        "-out",
        file("server.pem"));
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file("users.key"));
    openssl(
        "req",
        "-x509",
        "-new",
        "-key",
        file("users.key"),
        "-subj",
        "/CN=users",
        "-days",
        "2",
        "-out",
        file("users.pem"));
    write(
        "tokens.csv",
        "%s,admin,1,system:masters%n%s,brindle,2%n%s,nobody,3%n%s,controllers,4%n"
            .formatted(ADMIN, USER, NOBODY, CONTROLLERS));
  }

  /// Certificate and key of a user: `NAME.pem`, `NAME.key`.
  ///
  /// @param days for which it counts; 0 for not even this second
  void certifyUser(String name, int days) {
    String request = file(name + ".csr");
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file(name + ".key"));
    openssl("req", "-new", "-key", file(name + ".key"), "-subj", "/CN=" + name, "-out", request);
    List<String> words =
        new ArrayList<>(
            List.of("x509", "-req", "-in", request, "-CA", file("users.pem"), "-CAkey"));
    words.addAll(List.of(file("users.key"), "-out", file(name + ".pem"), "-days"));
    words.add(Integer.toString(days));
    openssl(words.toArray(String[]::new));
  }

  String file(String name) {
    return directory.resolve(name).toString();
  }

  private void write(String name, String text) {
    try {
      Files.writeString(directory.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void openssl(String... arguments) {
    List<String> line = new ArrayList<>(List.of("openssl"));
    line.addAll(List.of(arguments));
    run(line, "");
  }

  // ---- the servers

  String url(int instance) {
    return "https://127.0.0.1:" + ports.get(instance);
  }

  String authority() {
    return file("server.pem");
  }

  void startAgain(int instance) {
    String certificates = file("made-" + instance);
    servers.set(
        instance,
        Optional.of(
            launch(
                "kube-apiserver",
                "--etcd-servers=http://127.0.0.1:" + etcdPort,
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + ports.get(instance),
                "--service-cluster-ip-range=10.96.0.0/16",
                "--tls-cert-file=" + file("server.pem"),
                "--tls-private-key-file=" + file("server.key"),
                "--client-ca-file=" + file("users.pem"),
                "--service-account-key-file=" + file("accounts.key"),
                "--service-account-signing-key-file=" + file("accounts.key"),
                "--service-account-issuer=https://kubernetes.default.svc",
                "--token-auth-file=" + file("tokens.csv"),
                "--authorization-mode=RBAC",
                "--disable-admission-plugins=ServiceAccount",
                "--cert-dir=" + certificates)));
    awaitReady(instance);
  }

  private void awaitReady(int instance) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!isReady(instance)) {
      boolean isAlive = servers.get(instance).orElseThrow().isAlive();
      if (System.nanoTime() > end || !isAlive) {
        throw new IllegalStateException("kube-apiserver is not up: " + lastWords());
      }
    }
  }

  private String lastWords() {
    try {
      List<String> log = Files.readAllLines(directory.resolve("kube-apiserver.log"));
      return String.join("\n", log.subList(Math.max(0, log.size() - LAST_LINES), log.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isReady(int instance) {
    try {
      return kubectlAt(instance, "", "get", "--raw", "/readyz").equals("ok");
    } catch (IllegalStateException _) {
      return false;
    }
  }

  /// As kill -9 does.
  void kill(int instance) {
    servers.get(instance).ifPresent(KubernetesServer::end);
    servers.set(instance, Optional.empty());
  }

  private static void end(Process process) {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Applies a file of `manifests` and waits until the server knows what it defines.
  void define(String name) {
    Path file = MANIFESTS.resolve(name);
    kubectl("apply", "--server-side", "-f", file.toString());
    kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f", file.toString());
  }

  private Process launch(String program, String... options) {
    List<String> line = new ArrayList<>(List.of(programs.resolve(program).toString()));
    line.addAll(List.of(options));
    try {
      return new ProcessBuilder(line)
          .redirectErrorStream(true)
          .redirectOutput(
              ProcessBuilder.Redirect.appendTo(directory.resolve(program + ".log").toFile()))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- asking

  /// What kubectl says, as the admin.
  String kubectl(String... arguments) {
    return kubectlAt(0, "", arguments);
  }

  /// @param input of kubectl
  String kubectlAt(int instance, String input, String... arguments) {
    List<String> line =
        new ArrayList<>(
            List.of(
                programs.resolve("kubectl").toString(),
                "--kubeconfig=/dev/null",
                "--cache-dir=" + file("cache"),
                "--server=" + url(instance),
                "--certificate-authority=" + authority(),
                "--token=" + ADMIN));
    line.addAll(List.of(arguments));
    return run(line, input);
  }

  JsonNode object(String... arguments) {
    List<String> words = new ArrayList<>(List.of("get", "-o", "json"));
    words.addAll(List.of(arguments));
    try {
      return JSON.readTree(kubectl(words.toArray(String[]::new)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String run(List<String> line, String input) {
    try {
      Path complaints = Files.createTempFile("complaints", null);
      Process process = new ProcessBuilder(line).redirectError(complaints.toFile()).start();
      try (var words = process.outputWriter(StandardCharsets.UTF_8)) {
        words.write(input);
      }
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int code = process.waitFor();
      String complaint = Files.readString(complaints);
      Files.delete(complaints);
      if (code != 0) {
        throw new IllegalStateException("%s: %s%s".formatted(line.getFirst(), said, complaint));
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- etcd itself

  /// Puts objects where the servers have theirs, as there is no faster way to have many.
  void putAll(Map<String, String> objects) {
    try (Client client = etcdClient()) {
      List<Op> puts = new ArrayList<>();
      for (var each : objects.entrySet()) {
        puts.add(Op.put(bytes(each.getKey()), bytes(each.getValue()), PutOption.DEFAULT));
        if (puts.size() == PUTS_AT_ONCE) {
          client.getKVClient().txn().Then(puts.toArray(Op[]::new)).commit().get();
          puts.clear();
        }
      }
      client.getKVClient().txn().Then(puts.toArray(Op[]::new)).commit().get();
    } catch (ExecutionException e) {
      throw new DatastoreException("etcd", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Nothing older than now is known any more.
  void compact() {
    try (Client client = etcdClient()) {
      long now = client.getKVClient().get(bytes("none")).get().getHeader().getRevision();
      client.getKVClient().compact(now).get();
    } catch (ExecutionException e) {
      throw new DatastoreException("etcd", e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private Client etcdClient() {
    return Client.builder().endpoints("http://127.0.0.1:" + etcdPort).build();
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(last);
    endAll();
  }

  private void endAll() {
    for (int i = 0; i < servers.size(); i++) {
      kill(i);
    }
    end(etcd);
  }
}

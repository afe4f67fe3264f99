// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// Kubernetes' own API server over an etcd of its own, on loopback, with RBAC, service accounts and
/// a log of who asked for what.
final class ApiServer implements AutoCloseable {

  private static final String ASSETS = "KUBEBUILDER_ASSETS";
  private static final String ADMIN = "token-of-the-admin";
  private static final int FIRST_PORT = 21_000;
  private static final long PATIENCE_SECONDS = 120;
  private static final JsonMapper JSON = new JsonMapper();

  private final Path programs;
  private final Path directory;
  private final int port = freePort();
  private int etcd;
  private final List<Process> processes = new ArrayList<>();

  private ApiServer(Path programs, Path directory) {
    this.programs = programs;
    this.directory = directory;
  }

  /// Skips the test where there is none.
  static ApiServer start(Path directory) {
    Optional<Path> found = programs();
    Assumptions.assumeTrue(
        found.isPresent(),
        "%s names no directory with kube-apiserver, etcd and kubectl".formatted(ASSETS));
    var server = new ApiServer(found.orElseThrow(), directory);
    try {
      server.start();
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  private static Optional<Path> programs() {
    return Optional.ofNullable(System.getenv(ASSETS))
        .filter(text -> !text.isBlank())
        .map(Path::of)
        .filter(
            each ->
                Stream.of("kube-apiserver", "etcd", "kubectl")
                    .allMatch(name -> Files.isExecutable(each.resolve(name))));
  }

  private static int freePort() {
    for (int port = FIRST_PORT; ; port++) {
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (BindException _) {
        // somebody else's
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void start() {
    openssl("genrsa", "-out", file("accounts.key"), "2048");
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file("server.key"));
    List<String> certificate = new ArrayList<>(List.of("req", "-x509", "-new", "-days", "2"));
    certificate.addAll(List.of("-key", file("server.key"), "-out", file("server.pem")));
    certificate.addAll(List.of("-subj", "/CN=server", "-addext", "subjectAltName=IP:127.0.0.1"));
    openssl(certificate.toArray(String[]::new));
    write("tokens.csv", "%s,admin,1,system:masters%n".formatted(ADMIN));
    write(
        "audit.yaml",
        "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata}]\n");
    etcd = startEtcd();
    launch(
        "kube-apiserver",
        "--etcd-servers=http://127.0.0.1:" + etcd,
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--secure-port=" + port,
        "--service-cluster-ip-range=10.96.0.0/16",
        "--tls-cert-file=" + file("server.pem"),
        "--tls-private-key-file=" + file("server.key"),
        "--service-account-key-file=" + file("accounts.key"),
        "--service-account-signing-key-file=" + file("accounts.key"),
        "--service-account-issuer=https://kubernetes.default.svc",
        "--token-auth-file=" + file("tokens.csv"),
        "--authorization-mode=RBAC",
        "--audit-policy-file=" + file("audit.yaml"),
        "--audit-log-path=" + file("audit.log"),
        "--cert-dir=" + file("made"));
    await();
  }

  private int startEtcd() {
    int clients = freePortAfter(port);
    int peers = freePortAfter(clients);
    launch(
        "etcd",
        "--data-dir=" + file("etcd"),
        "--listen-client-urls=http://127.0.0.1:" + clients,
        "--advertise-client-urls=http://127.0.0.1:" + clients,
        "--listen-peer-urls=http://127.0.0.1:" + peers,
        "--initial-advertise-peer-urls=http://127.0.0.1:" + peers,
        "--initial-cluster=default=http://127.0.0.1:" + peers,
        "--unsafe-no-fsync");
    return clients;
  }

  private static int freePortAfter(int taken) {
    return taken + 1; // the test has a network namespace of its own
  }

  private void await() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      try {
        kubectl("get", "--raw", "/readyz");
        kubectl("get", "namespace", "kube-system");
        return;
      } catch (IllegalStateException e) {
        if (System.nanoTime() > end || !processes.stream().allMatch(Process::isAlive)) {
          throw new IllegalStateException("no API server: see %s".formatted(directory), e);
        }
      }
    }
  }

  /// Where its etcd is.
  String etcd() {
    return "http://127.0.0.1:" + etcd;
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

  private void launch(String program, String... options) {
    List<String> line = new ArrayList<>(List.of(programs.resolve(program).toString()));
    line.addAll(List.of(options));
    try {
      processes.add(
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve(program + ".log").toFile())
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- asking

  /// What kubectl says, as the admin.
  ///
  /// @throws IllegalStateException with its words if it fails
  String kubectl(String... arguments) {
    return run(line(ADMIN, arguments));
  }

  /// As the bearer of a token.
  String kubectlAs(String token, String... arguments) {
    return run(line(token, arguments));
  }

  private List<String> line(String token, String... arguments) {
    List<String> line =
        new ArrayList<>(
            List.of(
                programs.resolve("kubectl").toString(),
                "--kubeconfig=/dev/null",
                "--cache-dir=" + file("cache"),
                "--server=https://127.0.0.1:" + port,
                "--certificate-authority=" + file("server.pem"),
                "--token=" + token));
    line.addAll(List.of(arguments));
    return line;
  }

  /// `kubectl apply` of objects.
  void apply(String yaml) {
    try {
      Path file = Files.writeString(Files.createTempFile(directory, "object", ".yaml"), yaml);
      kubectl("apply", "-f", file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A file with which programs are a service account of `kube-system`.
  String kubeconfigOf(String account) {
    String token = kubectl("create", "token", account, "-n", "kube-system");
    write(
        account + ".kubeconfig",
        """
        apiVersion: v1
        kind: Config
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", certificate-authority: %s}}]
        users: [{name: u, user: {token: %s}}]
        """
            .formatted(port, file("server.pem"), token));
    return file(account + ".kubeconfig");
  }

  /// What a program of ours asked for and how it ended: `403 list secrets`, each once.
  List<String> asked(String user) {
    try (Stream<String> lines = Files.lines(directory.resolve("audit.log"))) {
      return lines
          .map(ApiServer::json)
          .filter(each -> each.at("/user/username").asText().equals(user))
          .filter(each -> each.path("userAgent").asText().equals("brindle")) // and not kubectl
          .map(
              each ->
                  "%d %s %s"
                      .formatted(
                          each.at("/responseStatus/code").asInt(),
                          each.path("verb").asText(),
                          resource(each.path("objectRef"))))
          .distinct()
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String resource(JsonNode object) {
    String part = object.path("subresource").asText();
    return object.path("resource").asText() + (part.isEmpty() ? "" : "/" + part);
  }

  private static JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }

  private static void openssl(String... arguments) {
    List<String> line = new ArrayList<>(List.of("openssl"));
    line.addAll(List.of(arguments));
    run(line);
  }

  private static String run(List<String> line) {
    try {
      Path complaints = Files.createTempFile("complaints", null);
      Process process = new ProcessBuilder(line).redirectError(complaints.toFile()).start();
      process.getOutputStream().close();
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

  @Override
  public void close() {
    for (Process process : processes.reversed()) {
      process.destroyForcibly();
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}

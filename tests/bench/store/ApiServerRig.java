// SPDX-License-Identifier: Apache-2.0

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.PutOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Kubernetes' own API server over an etcd of its own, on loopback: for one who has a token and may do all.
final class ApiServerRig implements AutoCloseable {

  static final String TOKEN = "token-of-the-bench";

  private static final int PORT = 16_443;
  static final String ETCD = "http://127.0.0.1:12379";
  private static final String ETCD_PEERS = "http://127.0.0.1:12380";
  private static final int PUTS_AT_ONCE = 100;
  private static final int PATIENCE_SECONDS = 120;

  private final Path programs;
  private final Path directory;
  private final List<Process> processes = new ArrayList<>();

  /// @param programs has kube-apiserver, etcd and kubectl
  ApiServerRig(Path programs, Path directory) {
    this.programs = programs;
    this.directory = directory;
  }

  String url() {
    return "https://127.0.0.1:" + PORT;
  }

  void start() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    Path privateKey = pem("accounts.key", "PRIVATE KEY", keys.getPrivate().getEncoded());
    Path publicKey = pem("accounts.pub", "PUBLIC KEY", keys.getPublic().getEncoded());
    Path tokens = Files.writeString(directory.resolve("tokens"), TOKEN + ",bench,1,system:masters\n");
    launch(
        "etcd",
        "--data-dir=" + directory.resolve("etcd"),
        "--listen-client-urls=" + ETCD,
        "--advertise-client-urls=" + ETCD,
        "--listen-peer-urls=" + ETCD_PEERS,
        "--initial-advertise-peer-urls=" + ETCD_PEERS,
        "--initial-cluster=default=" + ETCD_PEERS,
        "--unsafe-no-fsync");
    launch(
        "kube-apiserver",
        "--etcd-servers=" + ETCD,
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--secure-port=" + PORT,
        "--service-cluster-ip-range=10.96.0.0/16",
        "--service-account-key-file=" + publicKey,
        "--service-account-signing-key-file=" + privateKey,
        "--service-account-issuer=https://kubernetes.default.svc",
        "--token-auth-file=" + tokens,
        "--authorization-mode=RBAC",
        "--disable-admission-plugins=ServiceAccount",
        "--cert-dir=" + directory.resolve("made"));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!isReady()) {
      if (System.nanoTime() > end || !processes.getLast().isAlive()) {
        throw new IllegalStateException("kube-apiserver does not get ready; see " + directory);
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private Path pem(String name, String what, byte[] key) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key);
    return Files.writeString(
        directory.resolve(name), "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, text));
  }

  private void launch(String program, String... options) throws IOException {
    List<String> line = new ArrayList<>(List.of(programs.resolve(program).toString()));
    line.addAll(List.of(options));
    Path log = directory.resolve(program + ".log");
    processes.add(new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start());
  }

  private boolean isReady() throws Exception {
    Process asking = kubectlProcess("get", "--raw", "/readyz");
    String said = new String(asking.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return asking.waitFor() == 0 && said.equals("ok");
  }

  Process kubectlProcess(String... arguments) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                programs.resolve("kubectl").toString(),
                "--kubeconfig=/dev/null",
                "--cache-dir=" + directory.resolve("cache"),
                "--server=" + url(),
                "--insecure-skip-tls-verify",
                "--token=" + TOKEN));
    line.addAll(List.of(arguments));
    return new ProcessBuilder(line)
        .redirectError(directory.resolve("kubectl.log").toFile())
        .start();
  }

  String kubectl(String... arguments) throws Exception {
    Process process = kubectlProcess(arguments);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(
          "kubectl: " + Files.readString(directory.resolve("kubectl.log")));
    }
    return said;
  }

  void putPods(String namespace, int count) throws Exception {
    kubectl("create", "namespace", namespace);
    Map<String, String> pods = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      pods.put("/registry/pods/%s/p%d".formatted(namespace, i), pod(namespace, i));
    }
    put(pods);
  }

  /// Straight into etcd, as there is no faster way to have many.
  ///
  /// @param objects their keys there, and what they are
  void put(Map<String, String> objects) throws Exception {
    List<Op> all =
        objects.entrySet().stream()
            .<Op>map(each -> Op.put(bytes(each.getKey()), bytes(each.getValue()), PutOption.DEFAULT))
            .toList();
    try (Client client = Client.builder().endpoints(ETCD).build()) {
      for (int start = 0; start < all.size(); start += PUTS_AT_ONCE) {
        List<Op> some = all.subList(start, Math.min(start + PUTS_AT_ONCE, all.size()));
        client.getKVClient().txn().Then(some.toArray(Op[]::new)).commit().get();
      }
    }
  }

  /// While somebody watches: each by itself, as the API server would. Of what one transaction writes it tells who watches not
  /// all, if the watch is renewed in between.
  ///
  /// @param gone keys of objects that are gone then
  void change(Map<String, String> objects, List<String> gone) throws Exception {
    try (Client client = Client.builder().endpoints(ETCD).build()) {
      List<CompletableFuture<?>> answers = new ArrayList<>();
      objects.forEach((key, object) -> answers.add(client.getKVClient().put(bytes(key), bytes(object))));
      gone.forEach(key -> answers.add(client.getKVClient().delete(bytes(key))));
      for (CompletableFuture<?> answer : answers) {
        answer.get();
      }
    }
  }

  private static String pod(String namespace, int i) {
    return """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p%1$d","namespace":"%7$s",
        "uid":"00000000-0000-4000-8000-%1$012d","creationTimestamp":"2026-01-01T00:00:00Z",
        "labels":{"app":"a%2$d"},"annotations":{"cni.projectcalico.org/podIP":"10.%3$d.%4$d.%5$d/32",
        "cni.projectcalico.org/podIPs":"10.%3$d.%4$d.%5$d/32"}},
        "spec":{"nodeName":"n%6$d","serviceAccountName":"default",
        "containers":[{"name":"c","image":"i"}]},"status":{"phase":"Running"}}"""
        .formatted(i, i % 50, i >> 16, (i >> 8) & 255, i & 255, i % 1000, namespace);
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws InterruptedException {
    for (Process process : processes.reversed()) {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  static void remove(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(ApiServerRig::delete);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

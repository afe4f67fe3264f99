// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.tests.cluster.Machine.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Brindle as its users have it: the image on each node, and a manifest.
final class ManifestNetwork implements Network {

  private static final String DAEMONS = "daemonset/brindle-node";

  /// Where the image is, if not where the build leaves it.
  private static final String IMAGE = "BRINDLE_IMAGE";

  /// The pattern, in which `[...]` is one letter, does not match the shell that looks for it.
  private static final String KILL =
      "for at in /proc/[0-9]*; do if grep -qs '%s' $at/cmdline; then kill -9 ${at#/proc/}; fi; done";

  private static final String DAEMON = KILL.formatted("node.Node[M]ain");
  private static final String CONTROLLERS = KILL.formatted("controllers.Controllers[M]ain");

  private final Cluster cluster;
  private final Manifest manifest;
  private final Optional<OwnEtcd> store;

  ManifestNetwork(Cluster cluster, Manifest manifest) {
    this(cluster, manifest, Optional.empty());
  }

  private ManifestNetwork(Cluster cluster, Manifest manifest, Optional<OwnEtcd> store) {
    this.cluster = cluster;
    this.manifest = manifest;
    this.store = store;
  }

  static ManifestNetwork with(Cluster cluster, OwnEtcd store) {
    return new ManifestNetwork(cluster, Manifest.etcd(cluster, store), Optional.of(store));
  }

  @Override
  public Optional<OwnEtcd> ownStore() {
    return store;
  }

  /// Skips the test where there is no image or no manifest.
  static void need() {
    assumeTrue(
        Files.exists(image()),
        () ->
            "there is no %s, nor does %s name the image's archive: ./mvnw -Pimage package makes it"
                .formatted(image(), IMAGE));
    assumeTrue(Manifest.missing().isEmpty(), () -> "there is no " + Manifest.missing());
  }

  private static Path image() {
    String name = "brindle-image-%s.tar".formatted(EchoImage.architecture());
    String usual = Path.of("..", "image", "target", name).toString();
    return Path.of(System.getenv().getOrDefault(IMAGE, usual)).toAbsolutePath().normalize();
  }

  @Override
  public void start() {
    List<String> load =
        List.of(Programs.path("ctr"), "--namespace=k8s.io", "images", "import", image().toString());
    cluster.nodes().forEach(node -> cluster.machine(node).run(load, Map.of(), "").ok());
    cluster.nodes().forEach(manifest::prepare);
    cluster.kubectl(manifest.text(), "apply", "-f", "-");
  }

  @Override
  public void renew() {
    cluster.kubectl("", "rollout", "restart", DAEMONS, "--namespace=kube-system");
    cluster.kubectl("", "rollout", "status", DAEMONS, "--namespace=kube-system", "--timeout=8m");
  }

  /// kubelet starts them again.
  @Override
  public void killDaemons() {
    cluster.nodes().forEach(node -> kill(node, DAEMON));
  }

  @Override
  public void killControllers() {
    cluster.nodes().forEach(node -> kill(node, CONTROLLERS));
  }

  private void kill(String node, String script) {
    cluster.machine(node).run(List.of("sh", "-c", script), Map.of(), "").ok();
  }

  /// By a label that the DaemonSet does not want, so that kubelet does not start it again.
  @Override
  public void stopDaemon(String node) {
    label(node, "kubernetes.io/os=none");
    Eventually.until(() -> "the daemon of %s ends".formatted(node), () -> !runs(node));
  }

  @Override
  public void startDaemon(String node) {
    label(node, "kubernetes.io/os=linux");
  }

  private void label(String node, String label) {
    cluster.kubectl("", "label", "node", node, label, "--overwrite");
  }

  private boolean runs(String node) {
    return cluster.list("/api/v1/namespaces/kube-system/pods").stream()
        .anyMatch(
            pod ->
                pod.at("/metadata/name").asText().startsWith("brindle-node")
                    && pod.at("/spec/nodeName").asText().equals(node));
  }

  @Override
  public void restarted(String node) {
    manifest.prepare(node);
  }

  @Override
  public Ended brindle(String input, String... arguments) {
    return manifest.brindle(input, arguments);
  }

  @Override
  public List<Booking> bookings() {
    return manifest.bookings();
  }

  /// As kubelet keeps it, also while the API server is away.
  @Override
  public String lastWords(String node) {
    try (Stream<Path> files = Files.walk(cluster.machine(node).file("/var/log/pods"))) {
      return files
          .filter(file -> file.toString().contains("kube-system_brindle"))
          .filter(Files::isRegularFile)
          .map(file -> "%s%n%s".formatted(file.getFileName(), Logs.end(file)))
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

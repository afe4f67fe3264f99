// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Brindle as its users have it: the image on each node, and `manifests/brindle.yaml`, in which
/// they have changed the pods' network and switched IPIP off.
final class ManifestNetwork implements Network {

  private static final Path MANIFEST = Path.of("..", "manifests", "brindle.yaml");
  private static final String DAEMONS = "daemonset/brindle-node";

  /// Where the image is, if not where the build leaves it.
  private static final String IMAGE = "BRINDLE_IMAGE";

  /// The pattern does not match the shell that looks for it.
  private static final String KILL =
      "for at in /proc/[0-9]*; do if grep -qs 'node.Node[M]ain' $at/cmdline; then kill -9 ${at#/proc/}; fi; done";

  private final Cluster cluster;

  ManifestNetwork(Cluster cluster) {
    this.cluster = cluster;
  }

  /// Skips the test where there is no image or no manifest.
  static void need() {
    assumeTrue(
        Files.exists(image()),
        () ->
            "there is no %s, nor does %s name the image's archive: ./mvnw -Pimage package makes it"
                .formatted(image(), IMAGE));
    assumeTrue(Files.exists(MANIFEST), () -> "there is no " + MANIFEST);
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
    String manifest = Logs.read(MANIFEST);
    manifest =
        edited(
            manifest,
            "# - name: CALICO_IPV4POOL_CIDR\n        #   value: \"192.168.0.0/16\"",
            "- name: CALICO_IPV4POOL_CIDR\n          value: \"10.244.0.0/16\"");
    manifest =
        edited(
            manifest,
            "- name: CALICO_IPV4POOL_IPIP\n          value: Always",
            "- name: CALICO_IPV4POOL_IPIP\n          value: Never");
    cluster.kubectl(manifest, "apply", "-f", "-");
  }

  private static String edited(String manifest, String from, String to) {
    if (!manifest.contains(from)) {
      throw new AssertionError("%s does not have%n%s".formatted(MANIFEST, from));
    }
    return manifest.replace(from, to);
  }

  @Override
  public void renew() {
    cluster.kubectl("", "rollout", "restart", DAEMONS, "--namespace=kube-system");
    cluster.kubectl("", "rollout", "status", DAEMONS, "--namespace=kube-system", "--timeout=170s");
  }

  /// kubelet starts them again.
  @Override
  public void killDaemons() {
    cluster
        .nodes()
        .forEach(node -> cluster.machine(node).run(List.of("sh", "-c", KILL), Map.of(), "").ok());
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

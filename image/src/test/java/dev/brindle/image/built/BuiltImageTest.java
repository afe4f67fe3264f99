// SPDX-License-Identifier: Apache-2.0
package dev.brindle.image.built;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brindle.image.Architecture;
import dev.brindle.image.Commands;
import dev.brindle.linux.testing.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The image as it comes out of the build: what is in it, and that each program runs in it.
class BuiltImageTest {

  private static final long MOST_BYTES = 120L << 20;
  private static final String[] NODE_CAPABILITIES = {
    "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_NET_BIND_SERVICE", "CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE"
  };

  @TempDir private static Path directory;
  private static BuiltImage image;

  @BeforeAll
  static void unpack() throws Exception {
    image = BuiltImage.unpack(directory);
    image.unpackLayers();
  }

  private Container container() {
    Container.assumeRunc();
    return new Container(image, directory);
  }

  @Test
  void itIsSmall() throws IOException {
    assertThat(Files.size(BuiltImage.tar())).isLessThan(MOST_BYTES);
  }

  @Test
  void itSaysWhatItIs() {
    JsonNode config = image.config();
    assertThat(config.path("architecture").asText()).isEqualTo(Architecture.host().word());
    assertThat(config.path("config").path("User").asText()).isEqualTo("65532:65532");
    JsonNode labels = config.path("config").path("Labels");
    assertThat(labels.path("org.opencontainers.image.revision").asText()).hasSizeGreaterThan(7);
    assertThat(config.path("rootfs").path("diff_ids"))
        .hasSameSizeAs(image.manifest().path("layers"));
  }

  @Test
  void thereIsNoShellAndNothingSetUserId() throws IOException {
    List<Path> programs = new ArrayList<>();
    try (Stream<Path> files = Files.walk(image.root())) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          assertThat((int) Files.getAttribute(file, "unix:mode") & 06000).as("%s", file).isZero();
          if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE)
              && !file.toString().contains(".so")) {
            programs.add(image.root().relativize(file));
          }
        }
      }
    }
    assertThat(programs)
        .extracting(Path::toString)
        .containsExactlyInAnyOrder(
            "opt/brindle/bin/brindle",
            "opt/brindle/cni/brindle-cni",
            "opt/brindle/runtime/bin/java",
            "opt/brindle/runtime/lib/jspawnhelper");
  }

  @Test
  void theBillHasEachPackageJarAndTheJdk() throws IOException {
    JsonNode bill =
        new ObjectMapper().readTree(image.root().resolve("opt/brindle/sbom.cdx.json").toFile());
    List<String> names = new ArrayList<>();
    bill.path("components").forEach(it -> names.add(it.path("name").asText()));
    assertThat(names).contains("openjdk", "brindle-node", "netty-common");
    try (Stream<Path> packages = Files.list(image.root().resolve("var/lib/dpkg/status.d"))) {
      assertThat(names).containsAll(packages.map(file -> file.getFileName().toString()).toList());
    }
    bill.path("components")
        .forEach(
            it -> {
              if (it.path("purl").asText().startsWith("pkg:maven/")) {
                assertThat(it.path("licenses")).as(it.path("purl").asText()).isNotEmpty();
              }
            });
  }

  @Test
  void licencesAreKept() throws IOException {
    Path packages = image.root().resolve("var/lib/dpkg/status.d");
    try (Stream<Path> files = Files.list(packages)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copyright = image.root().resolve("usr/share/doc/" + file.getFileName() + "/copyright");
        assertThat(Files.isReadable(copyright)).as("%s", copyright).isTrue();
      }
    }
    assertThat(image.root().resolve("opt/brindle/LICENSE")).exists();
    assertThat(image.root().resolve("opt/brindle/runtime/legal/java.base")).exists();
  }

  @Test
  void versionAndHelpWork() throws Exception {
    assertThat(container().run("version", "--client").output()).contains("Client Version:");
    assertThat(container().run("--help").output())
        .contains("brindle node run", "calicoctl's", "ipam");
    assertThat(container().run("/usr/bin/calicoctl", "version", "--client").exitCode()).isZero();
    assertThat(container().run("/usr/bin/kubectl-brindle", "--help").output())
        .contains("Usage: kubectl brindle")
        .doesNotContain("brindle node run");
  }

  @Test
  void theLabIsRefused() throws Exception {
    Container.Ended ended = container().run("lab");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.output()).contains("the lab is not in this image");
  }

  @Test
  void theCommandLineReadsAnEmbeddedStore() throws Exception {
    Container.Ended ended =
        container()
            .with("DATASTORE_TYPE=embedded")
            .with("BRINDLE_DATASTORE_FILE=/tmp/store.db")
            .run("get", "ippools");
    assertThat(ended).isEqualTo(new Container.Ended(0, "NAME   CIDR   SELECTOR   \n\n"));
  }

  @Test
  void controllersWithoutAStoreSaySo() throws Exception {
    Container.Ended ended = container().with("DATASTORE_TYPE=kubernetes").run("controllers");
    assertThat(ended.exitCode()).isNotZero();
    assertThat(ended.output())
        .contains("cannot start: Kubernetes cannot be found")
        .doesNotContain("NoClassDefFound");
  }

  @Test
  void theSpeakerWithoutAFileSaysSo() throws Exception {
    Container.Ended ended = container().run("speaker");
    assertThat(ended.exitCode()).isNotZero();
    assertThat(ended.output()).contains("--config").doesNotContain("Exception");
  }

  @Test
  void thePluginAnswers() throws Exception {
    for (String name : List.of("brindle-cni", "calico", "calico-ipam")) {
      Container.Ended ended =
          container().with("CNI_COMMAND=VERSION").run("/opt/brindle/cni/" + name);
      assertThat(ended.exitCode()).isZero();
      assertThat(ended.output()).contains("\"supportedVersions\"", "1.1.0");
    }
  }

  @Test
  void thePluginIsInstalled() throws Exception {
    Container.Ended ended =
        container()
            .asRoot()
            .writing("/host/opt/cni/bin", "/host/etc/cni/net.d")
            .run("cni", "install");
    assertThat(ended.output()).contains("/host/opt/cni/bin");
    assertThat(ended.exitCode()).as(ended.output()).isZero();
  }

  /// With nothing writable but what the manifests mount.
  @Test
  void theNodeBecomesReady() throws Exception {
    Container container =
        container()
            .asRoot(NODE_CAPABILITIES)
            .writing("/var/lib/brindle", "/var/lib/calico", "/run/brindle")
            .with("DATASTORE_TYPE=embedded")
            .with("NODENAME=node1")
            .with("IP=192.0.2.1/24")
            .with("CALICO_IPV4POOL_CIDR=10.244.0.0/16")
            .with("FELIX_IPV6SUPPORT=false")
            .with("FELIX_HEALTHENABLED=true");
    Path log = directory.resolve("node.log");
    networkWithAnAddress();
    Process node = container.start(log, "node", "run");
    try {
      Waiting.until(
          () -> "ready: " + text(log), () -> !node.isAlive() || answer("/readiness") == 200);
      assertThat(node.isAlive()).as(text(log)).isTrue();
      assertThat(answer("/liveness")).isEqualTo(200);
    } finally {
      node.destroy();
      assertThat(node.waitFor(60, TimeUnit.SECONDS)).as(text(log)).isTrue();
    }
    assertThat(text(log)).doesNotContain("Read-only file system");
  }

  private static void networkWithAnAddress() throws Exception {
    for (String words :
        List.of(
            "link add eth0 type veth peer name out",
            "address add 192.0.2.1/24 dev eth0",
            "link set eth0 up",
            "link set out up")) {
      List<String> command = new ArrayList<>(List.of("ip"));
      command.addAll(List.of(words.split(" ")));
      Commands.run(Path.of("/"), Map.of(), command);
    }
  }

  private static int answer(String path) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create("http://127.0.0.1:9099" + path).toURL().openConnection();
      int code = connection.getResponseCode();
      try (InputStream body =
          code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        new String(body.readAllBytes(), StandardCharsets.UTF_8);
      }
      return code;
    } catch (IOException _) {
      return 0; // not yet
    }
  }

  private static String text(Path log) {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      return e.toString();
    }
  }
}

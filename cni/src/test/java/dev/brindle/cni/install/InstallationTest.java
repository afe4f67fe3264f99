// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// An image with the plugin, and a host's directories.
class InstallationTest {

  private static final String ELF = "\u007fELF of version ";

  private final Path image;
  private final Path host;
  private final Path programs;
  private final Path configs;
  private final Map<String, String> env = new HashMap<>();
  private final List<String> said = new ArrayList<>();

  InstallationTest(@TempDir Path directory) {
    image = directory.resolve("image");
    host = directory.resolve("host");
    programs = host.resolve("opt/cni/bin");
    configs = host.resolve("etc/cni/net.d");
  }

  @BeforeEach
  void make() throws IOException {
    Files.createDirectories(image);
    Files.createDirectories(programs);
    Files.createDirectories(configs);
    plugin("1");
    env.put("KUBERNETES_NODE_NAME", "node1");
  }

  private void plugin(String version) throws IOException {
    program(image.resolve("brindle-cni"), ELF + version);
  }

  private static void program(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Installation installation() {
    return new Installation(InstallSettings.of(env, host, image), said::add);
  }

  private void install() throws IOException {
    said.clear();
    installation().install();
  }

  private JsonNode config() throws IOException {
    return new JsonMapper().readTree(Files.readString(configs.resolve("10-calico.conflist")));
  }

  private List<String> types() throws IOException {
    return config().path("plugins").findValuesAsText("type").stream()
        .filter(type -> !type.equals("calico-ipam") && !type.equals("k8s"))
        .toList();
  }

  @Test
  void aFreshHostGetsProgramsUnderBothNamesAndTheConfiguration() throws IOException {
    program(programs.resolve("portmap"), "the host's");
    program(image.resolve("stranger"), "whatever is beside the plugin");
    program(image.resolve("brindle-cni-java"), "whatever is beside the plugin");
    Files.writeString(image.resolve("brindle-cni.sha256"), digest("1") + "  brindle-cni\n");

    install();

    for (String name : List.of("calico", "calico-ipam")) {
      assertThat(programs.resolve(name)).hasContent(ELF + "1");
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(programs.resolve(name))))
          .isEqualTo("rwxr-xr-x");
    }
    assertThat(config().path("name").asText()).isEqualTo("k8s-pod-network");
    assertThat(config().at("/plugins/0/nodename").asText()).isEqualTo("node1");
    assertThat(types()).containsExactly("calico", "portmap");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(configs.resolve("10-calico.conflist"))))
        .isEqualTo("rw-------");
    assertThat(said).noneMatch(line -> line.startsWith("warning"));
    try (var left = Files.list(programs)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("calico", "calico-ipam", "loopback", "portmap");
    }
    assertThat(said)
        .contains(
            "%s is installed (SHA-256 %s)".formatted(programs.resolve("calico"), digest("1")));
  }

  private static String digest(String version) {
    return HostFiles.digest((ELF + version).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aProgramThatIsNotWhatWasBuiltIsNotInstalled() throws IOException {
    install();
    Files.writeString(image.resolve("brindle-cni.sha256"), digest("2") + "  brindle-cni\n");

    assertThatExceptionOfType(InstallException.class)
        .isThrownBy(this::install)
        .withMessageContaining("is not what was built: its SHA-256 is " + digest("1"))
        .withMessageContaining("says " + digest("2"));
    assertThat(programs.resolve("calico")).hasContent(ELF + "1");
  }

  /// Neither as it is in the image, nor as somebody left it on the host.
  @Test
  void nothingIsEverSuid() throws IOException {
    Files.setAttribute(image.resolve("brindle-cni"), "unix:mode", 0106755);
    install();
    assertThat(mode("calico")).isEqualTo(0100755);
    Files.setAttribute(programs.resolve("calico"), "unix:mode", 0104755);
    Files.setAttribute(programs.resolve("calico-ipam"), "unix:mode", 0100777);

    install();

    assertThat(mode("calico")).isEqualTo(0100755);
    assertThat(mode("calico-ipam")).isEqualTo(0100755);
  }

  private int mode(String program) throws IOException {
    return (int) Files.getAttribute(programs.resolve(program), "unix:mode");
  }

  @Test
  void whatAKilledProcessLeftIsTakenAway() throws IOException {
    Files.writeString(programs.resolve(".brindle-123.new"), "half");
    Files.writeString(configs.resolve(".brindle-123.new"), "half");
    Files.writeString(programs.resolve(".another.new"), "not ours");

    install();

    assertThat(programs.resolve(".brindle-123.new")).doesNotExist();
    assertThat(configs.resolve(".brindle-123.new")).doesNotExist();
    assertThat(programs.resolve(".another.new")).exists();
  }

  /// It is replaced under whoever runs it: there is one at any time, whole.
  @Test
  void aRuntimeThatCallsItMeanwhileNoticesNothing() throws Exception {
    byte[] program = Files.readAllBytes(Path.of("/bin/true").toRealPath());
    Path own = image.resolve("brindle-cni");
    Files.write(own, program);
    install();
    var isOver = new AtomicBoolean();
    FutureTask<Integer> runtime = new FutureTask<>(() -> callUntil(isOver));
    Thread.ofPlatform().start(runtime);
    for (int version = 1; version <= 30; version++) {
      Files.write(own, Arrays.copyOf(program, program.length + version % 3));
      install();
    }
    isOver.set(true);

    assertThat(runtime.get()).isPositive();
  }

  private int callUntil(AtomicBoolean isOver) throws Exception {
    int calls = 0;
    while (!isOver.get()) {
      Process call = new ProcessBuilder(programs.resolve("calico").toString()).start();
      assertThat(call.waitFor()).isZero();
      calls++;
    }
    return calls;
  }

  @Test
  void withoutPortmapTheConfigurationGoesWithoutAndSaysSo() throws IOException {
    install();

    assertThat(types()).containsExactly("calico");
    assertThat(said).anyMatch(line -> line.contains("no plugin 'portmap'"));
  }

  @Test
  void theHostsLoopbackStays() throws IOException {
    program(programs.resolve("loopback"), "the host's");

    install();

    assertThat(programs.resolve("loopback")).hasContent("the host's");
    installation().uninstall();
    assertThat(programs.resolve("loopback")).hasContent("the host's");
  }

  @Test
  void whereThereIsNoLoopbackItIsOursAndGoesWithUs() throws IOException {
    install();
    assertThat(programs.resolve("loopback")).hasContent(ELF + "1");
    plugin("2");
    install();
    assertThat(programs.resolve("loopback")).hasContent(ELF + "2");

    installation().uninstall();

    assertThat(programs).isEmptyDirectory();
  }

  @Test
  void portmapOfTheHostWillDo() throws IOException {
    program(programs.resolve("portmap"), "the host's");

    install();

    assertThat(types()).containsExactly("calico", "portmap");
    assertThat(programs.resolve("portmap")).hasContent("the host's");
  }

  @Test
  void aSecondTimeNothingIsTouched() throws IOException {
    install();
    var before = Files.getLastModifiedTime(programs.resolve("calico"));

    install();

    assertThat(said).allMatch(line -> line.contains("as it should be") || line.contains("portmap"));
    assertThat(Files.getLastModifiedTime(programs.resolve("calico"))).isEqualTo(before);
  }

  /// A program that is running cannot be written to, but replaced.
  @Test
  void anUpgradeAndAWayBackReplaceWhatIsThere() throws IOException {
    install();
    for (String version : List.of("2", "1")) {
      plugin(version);

      install();

      assertThat(programs.resolve("calico")).hasContent(ELF + version);
      assertThat(programs.resolve("calico-ipam")).hasContent(ELF + version);
    }
  }

  @Test
  void aLinkThatLeadsElsewhereIsReplacedAndNotFollowed() throws IOException {
    Path precious = host.resolve("precious");
    Files.writeString(precious, "keep");
    Files.createSymbolicLink(programs.resolve("calico"), precious);

    install();

    assertThat(precious).hasContent("keep");
    assertThat(Files.isSymbolicLink(programs.resolve("calico"))).isFalse();
  }

  @Test
  void whatIsNotToBeReplacedOrInstalledIsNot() throws IOException {
    program(programs.resolve("calico"), "old");
    env.put("UPDATE_CNI_BINARIES", "false");
    env.put("SKIP_CNI_BINARIES", "calico-ipam, other");

    install();

    assertThat(programs.resolve("calico")).hasContent("old");
    assertThat(programs.resolve("calico-ipam")).doesNotExist();
  }

  @Test
  void ownTemplatesAreFilledAndKeptAsTheyAre() throws IOException {
    env.put("CNI_MTU", "1440");
    env.put(
        "CNI_NETWORK_CONFIG",
        """
        {"name": "n", "cniVersion": "0.3.1", "plugins": [
          {"type": "calico", "mtu": __CNI_MTU__, "nodename": "__KUBERNETES_NODE_NAME__",
           "log_level": "__LOG_LEVEL__", "ipam": {"type": "calico-ipam"}, "policy": {"type": "k8s"},
           "kubernetes": {"kubeconfig": "__KUBECONFIG_FILEPATH__"}},
          {"type": "tuning"}]}
        """);

    install();

    assertThat(config().at("/plugins/0/mtu").asInt()).isEqualTo(1440);
    assertThat(config().at("/plugins/0/kubernetes/kubeconfig").asText())
        .isEqualTo("/etc/cni/net.d/calico-kubeconfig");
    assertThat(types()).containsExactly("calico", "tuning");
    assertThat(said).anyMatch(line -> line.startsWith("warning") && line.contains("'tuning'"));
  }

  /// Else it would fail where the daemon limits already, and no pod with the annotation would
  /// start.
  @Test
  void thePluginThatLimitsBandwidthIsLeftOutUnlessItHasRates() throws IOException {
    String template =
        """
        {"name": "n", "cniVersion": "0.3.1", "plugins": [
          {"type": "calico", "nodename": "n", "ipam": {"type": "calico-ipam"}},
          {"type": "bandwidth", "capabilities": {"bandwidth": true}},
          {"type": "tuning"}]}
        """;
    env.put("CNI_NETWORK_CONFIG", template);
    install();
    assertThat(types()).containsExactly("calico", "tuning");
    assertThat(said).anyMatch(line -> line.startsWith("the plugin 'bandwidth' is left out"));

    said.clear();
    env.put(
        "CNI_NETWORK_CONFIG", template.replace("\"capabilities\"", "\"ingressRate\": 1000, \"c\""));
    install();
    assertThat(types()).containsExactly("calico", "bandwidth", "tuning");
    assertThat(said).noneMatch(line -> line.contains("is left out"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          CNI_NETWORK_CONFIG   | {"name": "n"                            | is no JSON once its placeholders are filled
          CNI_NETWORK_CONFIG   | []                                      | is no JSON object
          CNI_NETWORK_CONFIG   | {"name": "__NAME__"}                    | has __NAME__, which is none of the placeholders
          CNI_NETWORK_CONFIG   | {"name": "n", "cniVersion": "1.0.0", "type": "calico", "ipam": {"type": "a/b"}} | ipam.type is 'a/b'
          CNI_NETWORK_CONFIG   | {"name": "n", "cniVersion": "9.0.0", "plugins": [{"type": "calico"}]} | cniVersion '9.0.0' is not supported
          CNI_CONF_NAME        | ../x                                    | CNI_CONF_NAME is '../x': expected the name of a file
          CNI_MTU              | big                                     | is no JSON once its placeholders are filled
          UPDATE_CNI_BINARIES  | maybe                                   | UPDATE_CNI_BINARIES is 'maybe': expected true or false
          TEST_FILE_PERMISSION | 0999                                    | TEST_FILE_PERMISSION is '0999'
          """)
  void aSettingThatCannotBeUsedLeavesTheHostAsItWas(String variable, String value, String message)
      throws IOException {
    install();
    String config = Files.readString(configs.resolve("10-calico.conflist"));
    plugin("2");
    env.put(variable, value);

    assertThatExceptionOfType(InstallException.class)
        .isThrownBy(this::install)
        .withMessageContaining(message);
    assertThat(configs.resolve("10-calico.conflist")).hasContent(config);
    assertThat(programs.resolve("calico")).hasContent(ELF + "1");
  }

  @Test
  void aScriptIsOfNoUseOnAHostThatIsNotThisMachine() throws IOException {
    program(image.resolve("brindle-cni"), "#!/bin/sh\nexec java");

    assertThatExceptionOfType(InstallException.class)
        .isThrownBy(this::install)
        .withMessageContaining("is the client in Java");
  }

  @Test
  void withoutADirectoryToWriteToItSaysWhatToMount() throws IOException {
    Files.delete(programs);

    assertThatExceptionOfType(InstallException.class)
        .isThrownBy(this::install)
        .withMessageContaining("mount the host's /opt/cni/bin");
    assertThat(configs.resolve("10-calico.conflist")).doesNotExist();
  }

  @Test
  void othersConfigurationsAndOldCredentialsAreReported() throws IOException {
    Files.writeString(configs.resolve("05-flannel.conflist"), "{}");
    Files.writeString(configs.resolve("87-podman.conflist"), "{}");
    Files.writeString(configs.resolve("calico-kubeconfig"), "token");
    env.put("CNI_OLD_CONF_NAME", "09-old.conflist");
    Files.writeString(configs.resolve("09-old.conflist"), "{}");

    install();

    assertThat(said)
        .anyMatch(line -> line.startsWith("warning") && line.contains("05-flannel.conflist comes"))
        .anyMatch(line -> line.startsWith("note") && line.contains("87-podman.conflist"))
        .anyMatch(line -> line.startsWith("note") && line.contains("calico-kubeconfig"));
    assertThat(configs.resolve("09-old.conflist")).doesNotExist();
    assertThat(configs.resolve("05-flannel.conflist")).exists();
  }

  @Test
  void uninstallTakesAwayWhatIsOursAndNothingElse() throws IOException {
    program(programs.resolve("bridge"), "another's");
    install();
    program(programs.resolve("calico-ipam"), "somebody replaced it");

    installation().uninstall();

    assertThat(configs.resolve("10-calico.conflist")).doesNotExist();
    assertThat(programs.resolve("calico")).doesNotExist();
    assertThat(programs.resolve("calico-ipam")).exists();
    assertThat(programs.resolve("bridge")).exists();
    assertThat(said).anyMatch(line -> line.contains("calico-ipam is not this version's and stays"));
  }
}

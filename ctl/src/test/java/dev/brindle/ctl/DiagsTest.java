// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.ctl.command.ClusterDiags;
import dev.brindle.ctl.command.NodeDiags;
import dev.brindle.ctl.system.DiagnosticsBundle;
import dev.brindle.ctl.system.PodList;
import dev.brindle.ctl.system.SystemFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// `node diags` and `cluster diags`: an archive of what was asked, whatever could not be asked.
final class DiagsTest {

  @TempDir private Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Surroundings world() {
    return new Surroundings(
        new ByteArrayInputStream(new byte[0]),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        Map.of("TMPDIR", directory.toString()),
        "brindle");
  }

  private static int run(Callable<Integer> command, String... arguments) throws Exception {
    new CommandLine(command).parseArgs(arguments);
    return command.call();
  }

  private SystemFiles asUser(int id) throws IOException {
    Path root = directory.resolve("root");
    Files.createDirectories(root.resolve("proc/self"));
    Files.writeString(root.resolve("proc/self/status"), "Uid:\t%d\t%d\t0\t0\n".formatted(id, id));
    return new SystemFiles(root);
  }

  private Set<String> content(String archive) throws IOException, InterruptedException {
    Path list = directory.resolve("list");
    Process tar =
        new ProcessBuilder("tar", "-tzf", archive)
            .redirectErrorStream(true)
            .redirectOutput(list.toFile())
            .start();
    assertThat(tar.waitFor()).isZero();
    return new TreeSet<>(Files.readAllLines(list));
  }

  private String lastWord() {
    String text = out.toString(StandardCharsets.UTF_8).strip();
    return text.substring(text.lastIndexOf(' ') + 1);
  }

  @Test
  void aNodeIsPackedWithItsLogs() throws Exception {
    Path logs = Files.createDirectories(directory.resolve("logs"));
    Files.writeString(logs.resolve("felix.log"), "hello\n");

    assertThat(run(new NodeDiags(world(), asUser(0)), "--log-dir", logs.toString())).isZero();

    assertThat(out.toString(StandardCharsets.UTF_8))
        .matches(
            "Collecting diagnostics\nUsing temp dir: %1$s/calico\\d+\nDiags saved to "
                    .formatted(directory)
                + "%1$s/calico\\d+/diags-\\d{8}_\\d{6}\\.tar\\.gz\n".formatted(directory));
    assertThat(content(lastWord()))
        .contains(
            "diagnostics/date",
            "diagnostics/ip_addr",
            "diagnostics/nft",
            "diagnostics/logs/felix.log");
    assertThat(Path.of(lastWord()).resolveSibling("diagnostics")).doesNotExist();
  }

  @Test
  void onlyRootIsTold() throws Exception {
    assertThat(run(new NodeDiags(world(), asUser(1000)))).isEqualTo(1);
    assertThat(out).hasToString("Need super user privileges: Operation not permitted\n");
  }

  @Test
  void whatFailsOrHangsSaysSoAndStopsNothing() throws InterruptedException {
    var bundle = new DiagnosticsBundle(directory, "d", Duration.ofMillis(200));

    assertThat(bundle.run("a/none", List.of("/no/such/program"))).isFalse();
    assertThat(bundle.run("a/bad", List.of("sh", "-c", "echo said; exit 3"))).isFalse();
    assertThat(bundle.run("a/slow", List.of("sh", "-c", "echo begun; sleep 1000"))).isFalse();
    assertThat(bundle.run("a/good", List.of("echo", "well"))).isTrue();

    assertThat(bundle.lines("a/none"))
        .singleElement()
        .asString()
        .startsWith("# /no/such/program: ");
    assertThat(bundle.lines("a/bad"))
        .containsExactly("said", "# sh -c echo said; exit 3: exit code 3");
    assertThat(bundle.lines("a/slow"))
        .containsExactly("begun", "# sh -c echo begun; sleep 1000: ended after PT0.2S");
    assertThat(bundle.lines("a/good")).containsExactly("well");
  }

  @Test
  void someOfEachComponentThoseThatMatterFirst() {
    PodList pods =
        PodList.parse(
            List.of(
                "a1   n1   a",
                "a2   n2   a",
                "a3   n3   a",
                "lone n1   <none>",
                "# kubectl: exit code 1"));

    assertThat(pods.chosen(2, List.of("n3")))
        .containsExactly(
            new PodList.Pod("a3", "n3", "a"),
            new PodList.Pod("a1", "n1", "a"),
            new PodList.Pod("lone", "n1", "lone"));
  }

  @Test
  void aClusterIsAskedByKubectl() throws Exception {
    Path kubectl = directory.resolve("kubectl");
    Files.writeString(
        kubectl,
        """
        #!/bin/sh
        case "$*" in
          "get crds -o name") echo customresourcedefinition.apiextensions.k8s.io/ippools.crd.projectcalico.org
                              echo customresourcedefinition.apiextensions.k8s.io/others.example.org ;;
          "get pods -n calico-system"*) echo calico-node-x n1 calico-node ;;
          "get pods"*) ;;
          *webhook*) echo no; exit 1 ;;
          *) echo "$*" ;;
        esac
        """);
    assertThat(kubectl.toFile().setExecutable(true)).isTrue();
    Path archive = Path.of("");
    try {
      assertThat(run(new ClusterDiags(world(), kubectl.toString()), "--since", "5m")).isZero();
      archive = Path.of(lastWord());

      String top = archive.getFileName().toString().replace(".tar.gz", "/");
      assertThat(top).matches("calico-diagnostics-\\d{8}_\\d{6}/");
      assertThat(content(archive.toString()))
          .contains(
              top + "cluster/version.txt",
              top + "cluster/nodes.yaml",
              top + "crs/ippools.crd.projectcalico.org.yaml",
              top + "crs/ippools.crd.projectcalico.org.txt",
              top + "calico-system/calico-node/calico-node-x.log",
              top + "calico-system/calico-node/calico-node-x/nft_list_ruleset.txt")
          .noneMatch(name -> name.contains("example.org"));
      assertThat(err.toString(StandardCharsets.UTF_8).lines())
          .hasSize(4)
          .allMatch(line -> line.startsWith("Failed, see cluster/"));
    } finally {
      Files.deleteIfExists(archive);
    }
  }

  @Test
  void whatCannotBeAskedIsSaid() {
    String none = directory.resolve("none").toString();
    assertThat(
            new CommandLine(new ClusterDiags(world(), none))
                .setExecutionExceptionHandler(
                    (e, _, _) -> {
                      world().err().println(e.getMessage());
                      return 1;
                    })
                .execute())
        .isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("cannot ask the cluster with " + none);
    err.reset();
    assertThat(
            new CommandLine(new ClusterDiags(world(), none))
                .setExecutionExceptionHandler(
                    (e, _, _) -> {
                      world().err().println(e.getMessage());
                      return 1;
                    })
                .execute("--since", "soon"))
        .isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("invalid --since soon");
  }
}

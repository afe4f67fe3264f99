// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A newcomer types `brindle lab`.
@Timeout(value = 15, unit = TimeUnit.MINUTES) // a slow machine builds that long
final class TourStoryTest {

  @TempDir private static Path state;

  @BeforeAll
  static void namespaces() throws Exception {
    BrindleCommand.needNamespaces();
  }

  @Test
  void tourShowsWhoReachesWhom() throws Exception {
    JsonNode report = tour("--nodes", "2", "--pods", "1");

    assertThat(report.path("sessions").path("expected").asInt()).isEqualTo(3);
    assertThat(report.path("timings_ms").path("policy_in_force").asDouble()).isPositive();
    assertThat(report.path("nodes")).hasSize(2);
    assertThat(found(report, "friend", "server", "tcp", 8080)).isEqualTo("allowed");
    assertThat(found(report, "friend", "server", "tcp", 9090)).isEqualTo("denied");
    assertThat(found(report, "friend", "server", "udp", 8080)).isEqualTo("denied");
    assertThat(found(report, "outside", "server", "tcp", 8080)).isEqualTo("denied");
    assertThat(found(report, "server", "friend", "tcp", 8080)).isEqualTo("allowed");
  }

  @Test
  void bothFamiliesThroughVxlan() throws Exception {
    JsonNode report = tour("--nodes", "2", "--pods", "1", "--family", "dual", "--encap", "vxlan");

    assertThat(report.path("connectivity").findValuesAsText("family")).contains("4", "6");
  }

  /// What etcdctl would show is Calico's: the tour's nodes meet in a real etcd.
  @Test
  void aRealEtcdIsTheStore() throws Exception {
    boolean hasEtcd =
        Arrays.stream(System.getenv("PATH").split(":", -1))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "etcd")));
    assumeTrue(hasEtcd, "etcd is not installed (etcd-server)");
    JsonNode report = tour("--nodes", "2", "--pods", "1", "--store", "etcd");

    assertThat(report.path("pass").asBoolean()).isTrue();
    assertThat(report.path("timings_ms").path("policy_in_force").asDouble()).isPositive();
    assertThat(found(report, "friend", "server", "tcp", 9090)).isEqualTo("denied");
  }

  /// Where a C compiler is at hand all other tours are plugged by the client in C.
  @Test
  void theClientInJavaPlugsPodsToo() throws Exception {
    BrindleCommand.Result result =
        new BrindleCommand(state)
            .runWith(
                "BRINDLE_CNI_CLIENT=java",
                "lab",
                "--json",
                "--nodes",
                "1",
                "--pods",
                "2",
                "--router",
                "none")
            .ok();

    assertThat(new ObjectMapper().readTree(result.out()).path("pass").asBoolean()).isTrue();
  }

  @Test
  void aClientThatIsNoneIsRefused() throws Exception {
    BrindleCommand.Result result =
        new BrindleCommand(state).runWith("BRINDLE_CNI_CLIENT=rust", "lab");

    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo("brindle lab: BRINDLE_CNI_CLIENT is 'rust': expected java or c\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --nodes 0           | nodes
          --nodes many        | is not a number
          --encap gre         | gre
          --family 5          | 5
          --router quagga     | quagga
          --store floppy      | --store 'floppy' is not one of embedded, etcd
          --colour            | is not an option
          --topology /none    | /none
          --policy /none.yaml | /none.yaml
          up --pods 0         | --pods 0 is not in 1..250
          up --router quagga  | quagga
          status              | there is no lab; make one by: brindle lab up
          exec node1 -- true  | there is no lab
          exec                | use: brindle lab exec
          node kill           | use: brindle lab node kill
          link pull node1     | use: brindle lab link
          down now            | is too much
          --nodes 1 --pods 1 --router none | nobody is there to talk to; use --pods 2
          """)
  void wrongUseIsSaidBeforeAnythingStarts(String options, String said) throws Exception {
    String[] words = ("lab " + options).split(" ", -1);

    BrindleCommand.Result result = new BrindleCommand(state).run(words);

    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).startsWith("brindle lab: ").contains(said);
    assertThat(result.err()).as("one line, and a whole one").endsWith("\n").hasLineCount(1);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void aPolicyThatNobodyCouldApplyIsRefusedBeforeAnythingStarts() throws Exception {
    Path policy =
        Files.writeString(
            state.resolve("policy.yaml"), "apiVersion: projectcalico.org/v3\nkind: Nope\n");

    BrindleCommand.Result result =
        new BrindleCommand(state).run("lab", "--policy", policy.toString());

    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains("policy.yaml: line 1").contains("(Nope)");
    assertThat(result.out()).isEmpty();
  }

  /// As it is for an ordinary user, also if we are root.
  @Test
  void aRouterThatNeedsUsersIsRefusedWhereThereIsOne() throws Exception {
    BrindleCommand.Result result =
        new BrindleCommand(state)
            .runAsOnlyUser("lab", "--nodes", "1", "--pods", "1", "--router", "openbgpd");

    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains("--router openbgpd").contains("use: sudo brindle lab");
    assertThat(result.out()).isEmpty();
  }

  /// Runs a tour that must pass, and checks what every one promises.
  private static JsonNode tour(String... options) throws Exception {
    String[] words = new String[options.length + 2];
    words[0] = "lab";
    words[1] = "--json";
    System.arraycopy(options, 0, words, 2, options.length);
    BrindleCommand.Result result = new BrindleCommand(state).run(words).ok();
    JsonNode report = new ObjectMapper().readTree(result.out());
    assertThat(report.path("pass").asBoolean()).as(result.out()).isTrue();
    assertThat(report.path("sessions").path("established"))
        .isEqualTo(report.path("sessions").path("expected"));
    assertThat(report.path("connectivity")).isNotEmpty();
    assertThat(report.path("connectivity"))
        .allSatisfy(row -> assertThat(row.path("actual")).isEqualTo(row.path("expected")));
    return report;
  }

  private static String found(JsonNode report, String from, String to, String protocol, int port) {
    for (JsonNode row : report.path("connectivity")) {
      if (row.path("from").asText().equals(from)
          && row.path("to").asText().equals(to)
          && row.path("protocol").asText().equals(protocol)
          && row.path("port").asInt() == port) {
        return row.path("actual").asText();
      }
    }
    throw new AssertionError("%s to %s by %s/%d was not tried".formatted(from, to, protocol, port));
  }
}

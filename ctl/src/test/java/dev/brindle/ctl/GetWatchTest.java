// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.ResourceKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// `get --watch`, from what there is to what becomes of it.
final class GetWatchTest {

  private static final String SET =
      "kind: GlobalNetworkSet\nmetadata: {name: %s}\nspec: {nets: [%s]}\n";

  private final Console console = new Console();
  private final Printed printed = new Printed();
  private final AtomicInteger exit = new AtomicInteger(-1);
  private Thread watcher = new Thread(() -> {});

  /// What the watching command prints, while it goes on.
  private static final class Printed extends ByteArrayOutputStream {

    private static final long PATIENCE_MS = 60_000;

    @Override
    public synchronized void flush() {
      notifyAll();
    }

    synchronized void await(String end) throws InterruptedException {
      long deadline = System.currentTimeMillis() + PATIENCE_MS;
      while (!toString(StandardCharsets.UTF_8).endsWith(end)) {
        long left = deadline - System.currentTimeMillis();
        assertThat(left).as("waited for '%s' after '%s'", end, this).isPositive();
        wait(left);
      }
    }
  }

  private void watch(String... args) {
    watcher = new Thread(() -> exit.set(console.run("", printed, args)));
    watcher.start();
  }

  @AfterEach
  void end() throws InterruptedException {
    watcher.interrupt();
    watcher.join();
  }

  private String lines() {
    StringBuilder lines = new StringBuilder();
    printed
        .toString(StandardCharsets.UTF_8)
        .lines()
        .forEach(line -> lines.append(line.stripTrailing()).append('\n'));
    return lines.toString();
  }

  @Test
  void rowsFollowTheTable() throws InterruptedException {
    console.apply(SET.formatted("first", "10.0.0.0/8"));
    watch("get", "gnetsets", "-w", "-o", "wide");
    printed.await("10.0.0.0/8   \n");

    console.apply(SET.formatted("first", "10.0.0.0/9"));
    printed.await("10.0.0.0/9   \n");
    console.apply(SET.formatted("second-and-longer", "192.0.2.0/24"));
    printed.await("192.0.2.0/24   \n");
    assertThat(console.run("", "delete", "gnetsets", "first")).isZero();
    printed.await("DELETED   first   10.0.0.0/9   \n");

    assertThat(lines())
        .isEqualTo(
            """
            EVENT   NAME    NETS
            ADDED   first   10.0.0.0/8
            MODIFIED   first   10.0.0.0/9
            ADDED   second-and-longer   192.0.2.0/24
            DELETED   first   10.0.0.0/9
            """);
    end();
    assertThat(exit).hasValue(0);
  }

  @Test
  void onlyWhatWasAskedForIsShown() throws InterruptedException {
    console.apply(SET.formatted("one", "10.0.0.0/8"), SET.formatted("other", "10.0.0.0/8"));
    watch("get", "gnetsets", "one", "--watch", "-o", "json");
    printed.await("\n");

    console.apply(SET.formatted("other", "10.0.0.0/9"), SET.formatted("one", "10.0.0.0/10"));
    printed.await("[\"10.0.0.0/10\"]}}}\n");

    assertThat(lines().lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("\"name\":\"one\""))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("{\"type\":\"ADDED\",\"object\":{\"kind\":"),
            line -> assertThat(line).startsWith("{\"type\":\"MODIFIED\",\"object\":{\"kind\":"));
  }

  @Test
  void yamlIsOneDocumentAfterTheOther() throws InterruptedException {
    watch("get", "gnetsets", "--watch", "-o", "yaml", "--export");
    console.apply(SET.formatted("one", "10.0.0.0/8"));
    printed.await("- 10.0.0.0/8\n");

    assertThat(lines())
        .isEqualTo(
            """
            ---
            type: ADDED
            object:
              apiVersion: projectcalico.org/v3
              kind: GlobalNetworkSet
              metadata:
                name: one
              spec:
                nets:
                - 10.0.0.0/8
            """);
  }

  @Test
  void versionsFollowTheCluster() throws InterruptedException {
    watch("version", "--poll=1s");
    console.apply(SET.formatted("one", "10.0.0.0/8"));
    printed.await("Cluster Version:   unknown\nCluster Type:      unknown\n");
    console.run("", "datastore", "migrate", "lock");
    ClusterInformation old =
        (ClusterInformation) console.store().list(ResourceKind.CLUSTER_INFORMATION).getFirst();
    console
        .store()
        .update(
            new ClusterInformation(
                old.metadata(),
                new ClusterInformation.Spec("id", "k8s,bgp", "v9", Optional.of(true), "")));
    printed.await("unknown\nCluster Version:   v9\nCluster Type:      k8s,bgp\n");
    assertThat(console.run("", "version", "--poll=soon")).isEqualTo(1);
    assertThat(console.err()).isEqualTo("invalid poll duration specified: soon\n");
  }

  @Test
  void oneNamespaceOrAll() throws InterruptedException {
    String set = "kind: NetworkSet\nmetadata: {name: %s, namespace: %s}\n";
    console.apply(set.formatted("a", "x"), set.formatted("b", "y"));
    watch("get", "netsets", "--watch", "-n", "y");
    printed.await("b      \n");
    assertThat(lines()).isEqualTo("EVENT   NAMESPACE   NAME\nADDED   y           b\n");
  }

  @Test
  void whatIsNotThereIsNotWatched() {
    assertThat(console.run("", "get", "gnetsets", "one", "--watch")).isEqualTo(1);
    assertThat(console.err())
        .isEqualTo("resource does not exist: GlobalNetworkSet(one) with error: <nil>\n");
    assertThat(console.run("", "get", "-f", "/dev/null", "--skip-empty", "--watch")).isEqualTo(1);
    assertThat(console.err()).isEqualTo("--watch needs a kind of resource instead of -f FILE\n");
  }
}

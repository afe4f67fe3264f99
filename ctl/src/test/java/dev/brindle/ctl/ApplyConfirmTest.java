// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.datastore.kubernetes.ApiServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `apply --confirm`, `confirm` and `undo`, with the real process that lives on.
final class ApplyConfirmTest {

  private static final String HEAD = "apiVersion: projectcalico.org/v3\n";
  private static final String TIER = "kind: Tier\nmetadata: {name: t}\nspec: {order: %d}\n";
  private static final String POLICY =
      "kind: GlobalNetworkPolicy\nmetadata: {name: g}\nspec: {tier: t, selector: all()}\n";
  private static final String BOTH = TIER.formatted(2) + "---\n" + HEAD + POLICY;
  private static final Pattern ID = Pattern.compile("confirm ([0-9a-f]{8})");

  @TempDir private Path directory;

  private final ApiServer server = new ApiServer();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @AfterEach
  void end() throws IOException {
    endKeepers();
    server.close();
  }

  private Map<String, String> environment(String store) {
    Map<String, String> common =
        Map.of(
            "XDG_STATE_HOME", directory.resolve("state").toString(),
            "PATH", System.getenv("PATH"));
    Map<String, String> all = new HashMap<>(common);
    all.putAll(
        store.equals("embedded")
            ? Map.of(
                "DATASTORE_TYPE",
                "embedded",
                "BRINDLE_DATASTORE_FILE",
                directory.resolve("s.db").toString())
            : Map.of("DATASTORE_TYPE", "kubernetes", "K8S_API_ENDPOINT", server.url()));
    return all;
  }

  private int run(String store, String in, String... args) {
    out.reset();
    err.reset();
    Map<String, String> environment = environment(store);
    var world =
        new Surroundings(
            new ByteArrayInputStream((HEAD + in).getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            "brindle");
    return new Calicoctl(world, new ConfiguredStores(environment)).execute(args);
  }

  private void ok(String store, String in, String... args) {
    assertThat(run(store, in, args)).as("%s: %s", List.of(args), err()).isZero();
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private String id() {
    Matcher found = ID.matcher(out());
    assertThat(found.find()).as(out()).isTrue();
    return found.group(1);
  }

  /// Of a Tier, or empty if there is none.
  private String order(String store) {
    boolean isThere = run(store, "", "get", "tier", "t", "-o", "custom-columns=ORDER") == 0;
    return isThere ? out().lines().skip(1).findFirst().orElse("").strip() : "";
  }

  private boolean hasPolicy(String store) {
    return run(store, "", "get", "gnp", "g") == 0;
  }

  private static void until(String what, BooleanSupplier isSo) throws InterruptedException {
    long end = System.nanoTime() + 90_000_000_000L;
    while (!isSo.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for: " + what).isLessThan(end);
      Thread.sleep(50); // a rest between two questions
    }
  }

  private String log() throws IOException {
    try (var files = Files.list(directory.resolve("state/brindle"))) {
      return Files.readString(files.findFirst().orElseThrow());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"embedded", "kubernetes"})
  void whatNobodyConfirmsIsUndoneByItself(String store) throws Exception {
    ok(store, TIER.formatted(1), "apply", "-f", "-");

    ok(store, BOTH, "apply", "--confirm", "3s", "-f", "-");

    assertThat(out())
        .startsWith("Successfully applied 2 resource(s)\nUndone at 2")
        .contains(" unless confirmed: brindle confirm ");
    String id = id();
    until("the tier is as it was", () -> order(store).equals("1"));
    assertThat(hasPolicy(store)).isFalse();
    // while it is being undone, there is a record that is refused
    until(
        "the record is gone",
        () -> run(store, "", "confirm") == 1 && err().equals("there is no unconfirmed change\n"));
    assertThat(run(store, "", "confirm", id)).isEqualTo(1);
    assertThat(err())
        .startsWith("there is no unconfirmed change %s: it was confirmed,".formatted(id));
    until("its keeper says so", () -> logSays("Undone " + id));
  }

  private boolean logSays(String words) {
    try {
      return log().contains(words);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsConfirmedStays() throws Exception {
    ok("embedded", TIER.formatted(1), "apply", "-f", "-");
    ok("embedded", BOTH, "apply", "--confirm", "15s", "-f", "-");

    ok("embedded", "", "confirm");

    assertThat(out()).startsWith("Confirmed ").contains("Tier(t)", "GlobalNetworkPolicy(g)");
    until("its keeper has seen it", () -> logSays("nothing to do any more"));
    assertThat(order("embedded")).isEqualTo("2");
    assertThat(hasPolicy("embedded")).isTrue();
  }

  @Test
  void itCanBeUndoneBeforeItsTime() {
    ok("embedded", TIER.formatted(1), "apply", "-f", "-");
    ok("embedded", BOTH, "apply", "--confirm", "1h", "-f", "-");
    String id = id();

    ok("embedded", "", "undo", id);

    assertThat(out()).startsWith("Undone " + id);
    assertThat(order("embedded")).isEqualTo("1");
    assertThat(hasPolicy("embedded")).isFalse();
  }

  /// Those that wait for hours, or for a store that will not come back. The command line is longer
  /// than `ProcessHandle` tells.
  private void endKeepers() throws IOException {
    Path logs = directory.resolve("state/brindle");
    if (!Files.isDirectory(logs)) {
      return;
    }
    List<ProcessHandle> all = ProcessHandle.allProcesses().toList();
    for (Path log : list(logs)) {
      String id = log.getFileName().toString().replaceAll("unconfirmed-|[.]log", "");
      all.stream()
          .filter(process -> arguments(process).contains("undo\0" + id))
          .forEach(ProcessHandle::destroy);
    }
  }

  private static List<Path> list(Path logs) throws IOException {
    try (Stream<Path> all = Files.list(logs)) {
      return all.toList();
    }
  }

  /// With a null character behind each; nothing of one that has ended.
  private static String arguments(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
    } catch (IOException _) {
      return "";
    }
  }

  @Test
  void whatSomebodyElseWroteMeanwhileStaysAndIsTold() throws Exception {
    ok("embedded", TIER.formatted(1), "apply", "-f", "-");
    ok("embedded", BOTH, "apply", "--confirm", "15s", "-f", "-");
    String id = id();
    ok("embedded", TIER.formatted(7), "apply", "-f", "-");

    until("its keeper has come", () -> logSays("NOT UNDONE"));

    assertThat(order("embedded")).isEqualTo("7");
    assertThat(hasPolicy("embedded")).isFalse();
    assertThat(log())
        .contains(
            "Undone in part only: " + id,
            "  as before: GlobalNetworkPolicy(g)\n",
            "  NOT UNDONE: Tier(t): somebody has changed it since, it stays as it is now\n");
    assertThat(run("embedded", BOTH, "apply", "--confirm", "3s", "-f", "-")).isEqualTo(1);
    assertThat(err()).contains("is part of a change that is not confirmed yet (" + id);
    ok("embedded", "", "confirm", id);
    assertThat(out()).startsWith("Forgotten " + id).contains("Tier(t): somebody has changed it");
  }

  /// In the middle of its writes.
  @Test
  void aCommandThatIsKilledIsUndone() throws Exception {
    ok("kubernetes", TIER.formatted(1), "apply", "-f", "-");
    var reached = new CountDownLatch(1);
    var killed = new CountDownLatch(1);
    server.beforeWrites(
        count -> {
          if (count == 4) { // the record, twice, the tier, and now the policy
            reached.countDown();
            await(killed);
            throw new IllegalStateException("whoever asked for it is dead");
          }
        });
    Path file = Files.writeString(directory.resolve("both.yaml"), HEAD + BOTH);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Calicoctl.class.getName()));
    command.addAll(List.of("apply", "--confirm", "4s", "-f", file.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment("kubernetes"));
    Process process = builder.start();
    await(reached);
    assertThat(order("kubernetes")).isEqualTo("2");

    process.destroyForcibly().waitFor();
    server.beforeWrites(_ -> {});
    killed.countDown();

    until("the tier is as it was", () -> order("kubernetes").equals("1"));
    assertThat(hasPolicy("kubernetes")).isFalse();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The store is away when its time has come.
  @Test
  void itIsUndoneWhenTheStoreIsBack() throws Exception {
    ok("kubernetes", TIER.formatted(1), "apply", "-f", "-");
    ok("kubernetes", BOTH, "apply", "--confirm", "3s", "-f", "-");
    server.unreachable(true);
    until("its keeper has tried", () -> logSays("will try again: "));

    server.unreachable(false);

    until("the tier is as it was", () -> order("kubernetes").equals("1"));
  }

  @Test
  void whatCannotAllBeAppliedIsNotBegun() {
    String bad = "kind: GlobalNetworkPolicy\nmetadata: {name: b}\nspec: {tier: none}\n";

    assertThat(
            run(
                "embedded",
                TIER.formatted(1) + "---\n" + HEAD + bad,
                "apply",
                "--confirm",
                "9s",
                "-f",
                "-"))
        .isEqualTo(1);

    assertThat(err())
        .startsWith("nothing was applied, as not all of it can be:\n  GlobalNetworkPolicy(b) in");
    assertThat(order("embedded")).isEmpty();
    assertThat(run("embedded", "", "confirm")).isEqualTo(1);
  }

  @Test
  void withoutAProcessThatLivesOnNothingIsApplied() {
    Map<String, String> environment = new HashMap<>(environment("embedded"));
    environment.put("XDG_STATE_HOME", "/proc/none");
    var world =
        new Surroundings(
            new ByteArrayInputStream((HEAD + TIER.formatted(1)).getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            "brindle");

    int exit =
        new Calicoctl(world, new ConfiguredStores(environment))
            .execute("apply", "--confirm", "9s", "-f", "-");

    assertThat(exit).isEqualTo(1);
    assertThat(err()).startsWith("nothing was applied: ");
    assertThat(order("embedded")).isEmpty();
    assertThat(run("embedded", "", "confirm")).isEqualTo(1);
    assertThat(err()).isEqualTo("there is no unconfirmed change\n");
  }

  @Test
  void nothingToChangeNeedsNoConfirmation() {
    ok("embedded", TIER.formatted(1), "apply", "-f", "-");
    ok("embedded", TIER.formatted(1), "apply", "--confirm", "9s", "-f", "-");
    assertThat(out()).isEqualTo("Nothing would change, so there is nothing to confirm.\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"60", "1x", "1s", "25h", "", "-5s"})
  void timesThatAreNone(String time) {
    assertThat(run("embedded", BOTH, "apply", "--confirm=" + time, "-f", "-")).isEqualTo(1);
    assertThat(err()).contains("--confirm").contains("expected");
    assertThat(order("embedded")).isEmpty();
  }

  @Test
  void aNodeCannotBeUndone() {
    assertThat(
            run(
                "embedded",
                "kind: Node\nmetadata: {name: n}\n",
                "apply",
                "--confirm",
                "9s",
                "-f",
                "-"))
        .isEqualTo(1);
    assertThat(err()).contains("a Node cannot be undone: apply it without --confirm");
  }
}

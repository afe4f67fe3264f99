// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.kubernetes.ApiServer;
import dev.brindle.datastore.kubernetes.KubernetesDatastore;
import dev.brindle.linux.testing.Waiting;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program itself, twice, with Kubernetes as the store.
class ControllersProcessTest {

  private static final String LEASES = "/apis/coordination.k8s.io/v1/leases";
  private static final String LEASE = "kube-system/brindle-controllers";
  private static final String BLOCKS = "/apis/crd.projectcalico.org/v1/ipamblocks";

  @TempDir private Path directory;

  private final ApiServer server = new ApiServer();
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void fill() {
    server.create("/api/v1/namespaces", "{\"metadata\":{\"name\":\"kube-system\"}}");
    for (String name : List.of("n1", "n2")) {
      server.create("/api/v1/nodes", "{\"metadata\":{\"name\":\"%s\"}}".formatted(name));
    }
  }

  @AfterEach
  void end() throws Exception {
    for (Process each : started) {
      each.destroyForcibly().waitFor();
    }
    server.close();
  }

  /// @param name by which the lease says who it is
  private Process start(String name, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                ControllersMain.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder
        .environment()
        .putAll(
            Map.of(
                "HOSTNAME",
                name,
                "DATASTORE_TYPE",
                "kubernetes",
                "K8S_API_ENDPOINT",
                server.url(),
                "BRINDLE_CONTROLLERS_HEALTHPORT",
                "0"));
    builder.redirectErrorStream(true).redirectOutput(log(name).toFile());
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private Path log(String name) {
    return directory.resolve(name + ".log");
  }

  private String said(String name) {
    try {
      return Files.readString(log(name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String holder() {
    return server.names(LEASES).contains(LEASE)
        ? server.stored(LEASES, LEASE).path("spec").path("holderIdentity").asText("")
        : "";
  }

  private void awaitHolder(String name, Process process) {
    Waiting.until(
        () -> "%s leads, not '%s': %s%n%s".formatted(name, holder(), said(name), threads(process)),
        () -> {
          assertThat(process.isAlive()).as(said(name)).isTrue();
          return holder().startsWith(name + "_");
        });
  }

  /// What it is at.
  private String threads(Process process) {
    Path dump = directory.resolve("threads");
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    ProcessBuilder builder = new ProcessBuilder(jcmd, Long.toString(process.pid()), "Thread.print");
    try {
      builder.redirectErrorStream(true).redirectOutput(dump.toFile()).start().waitFor();
      return Files.readString(dump);
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return e.toString();
    }
  }

  private void delete(String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.url() + path))
              .method("DELETE", HttpRequest.BodyPublishers.ofString("{}"))
              .build();
      assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void oneWorksTheOtherFollowsAndBothEndAsTheyAreTold() throws Exception {
    try (Datastore store = KubernetesDatastore.open(Stores.settings(server))) {
      var scene = new Scene(store, store);
      scene.pool("p", "10.0.0.0/24", 29);
      scene.address("web", "n2");
      scene.address("tunnel", "n2", Map.of("type", "vxlanTunnelAddress", "node", "n2"));
      Process first = start("first");
      awaitHolder("first", first);
      assertThat(threads(first)).as("somebody looks after the heap").contains("\"heap\"");
      Process second = start("second");
      Waiting.until(
          "settings are made",
          () -> !store.list(ResourceKind.KUBE_CONTROLLERS_CONFIGURATION).isEmpty());

      delete("/api/v1/nodes/n2");
      Waiting.until(() -> "n2 has nothing: " + said("first"), () -> scene.owners().isEmpty());
      assertThat(server.names(BLOCKS)).isEmpty();
      assertThat(scene.handles()).isEmpty();

      scene.address("late", "n3"); // which is looked for at the next scan, a new leader's first
      first.destroyForcibly().waitFor(); // without a word
      awaitHolder("second", second);
      assertThat(server.stored(LEASES, LEASE).path("spec").path("leaseTransitions").asInt())
          .isEqualTo(1);
      Waiting.until(() -> "n3 never was: " + said("second"), () -> scene.owners().isEmpty());

      second.destroy();
      assertThat(second.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(second.exitValue()).as(said("second")).isZero();
      assertThat(holder()).as("given back").isEmpty();
    }
  }

  @Test
  void whatItCannotDoIsSaidAtTheStart() throws Exception {
    Process process = start("x", "--nodes", "3");

    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(said("x")).contains("'--nodes' is too much", "Usage: brindle controllers");
  }
}

// SPDX-License-Identifier: Apache-2.0

import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.connect.DatastoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A store that runs, with the cluster in it.
interface Store extends AutoCloseable {

  /// How the daemon finds it.
  Map<String, String> variables();

  @Override
  void close() throws Exception;

  static Store embedded(Path directory, Crowd crowd) throws Exception {
    Map<String, String> variables =
        Map.of("DATASTORE_TYPE", "embedded", "BRINDLE_DATASTORE_FILE", directory.resolve("cluster.db").toString());
    fill(variables, crowd, false);
    return of(variables, () -> {});
  }

  static Store etcd(Path directory, Crowd crowd) throws Exception {
    String endpoint = "http://127.0.0.1:2379";
    Process etcd =
        new ProcessBuilder(
                "etcd",
                "--data-dir=" + directory.resolve("etcd"),
                "--listen-client-urls=" + endpoint,
                "--advertise-client-urls=" + endpoint,
                "--log-level=error")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("etcd.log").toFile())
            .start();
    Map<String, String> variables = Map.of("DATASTORE_TYPE", "etcdv3", "ETCD_ENDPOINTS", endpoint);
    try {
      awaitPort(etcd, 2379);
      fill(variables, crowd, false);
    } catch (Exception e) {
      end(etcd);
      throw e;
    }
    return of(variables, () -> end(etcd));
  }

  static Store kubernetes(Path programs, Path definitions, Path directory, Crowd crowd) throws Exception {
    var server = new ApiServerRig(programs, directory);
    try {
      server.start();
      server.kubectl("create", "-f", definitions.toString());
      server.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
      server.put(crowd.objects());
      Map<String, String> variables =
          Map.of(
              "DATASTORE_TYPE", "kubernetes",
              "K8S_API_ENDPOINT", server.url(),
              "CALICO_K8SAPITOKEN", ApiServerRig.TOKEN,
              "K8S_INSECURE_SKIP_TLS_VERIFY", "true");
      fill(variables, crowd, true);
      return of(variables, server);
    } catch (Exception e) {
      server.close();
      throw e;
    }
  }

  private static Store of(Map<String, String> variables, AutoCloseable end) {
    return new Store() {
      @Override
      public Map<String, String> variables() {
        return variables;
      }

      @Override
      public void close() throws Exception {
        end.close();
      }
    };
  }

  private static void fill(Map<String, String> variables, Crowd crowd, boolean hasObjects) {
    try (Datastore store = DatastoreSettings.fromEnvironment(variables).open()) {
      crowd.fill(store, hasObjects);
    }
  }

  private static void awaitPort(Process process, int port) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (System.nanoTime() < end && process.isAlive()) {
      try (var _ = new java.net.Socket("127.0.0.1", port)) {
        return;
      } catch (IOException _) {
        TimeUnit.MILLISECONDS.sleep(50); // not yet
      }
    }
    throw new IOException("nobody listens on port " + port);
  }

  private static void end(Process process) throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  static Path directory(Path work, String name) throws IOException {
    return Files.createDirectories(work.resolve(name));
  }
}

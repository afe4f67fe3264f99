// SPDX-License-Identifier: Apache-2.0

import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.connect.DatastoreSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A store that runs, with the cluster in it.
interface Store extends AutoCloseable {

  /// Of those, what the server asks itself (leases, its own lists) is a few in a burst.
  Pattern ANSWERED_BY_API_SERVER = Pattern.compile("^apiserver_request_total\\{.*verb=\"(GET|LIST|POST|PUT|PATCH|DELETE)\"");

  Pattern ANSWERED_BY_ETCD = Pattern.compile("^grpc_server_handled_total\\{.*grpc_service=\"etcdserverpb.KV\".*grpc_type=\"unary\"");

  /// How the daemon finds it.
  Map<String, String> variables();

  /// How many questions it has answered so far, all askers' together and without watches; empty if it does not count them.
  OptionalLong answered() throws Exception;

  @Override
  void close() throws Exception;

  static Store embedded(Path directory, Crowd crowd) throws Exception {
    Map<String, String> variables =
        Map.of("DATASTORE_TYPE", "embedded", "BRINDLE_DATASTORE_FILE", directory.resolve("cluster.db").toString());
    fill(variables, crowd, false);
    return of(variables, OptionalLong::empty, () -> {});
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
    return of(variables, () -> OptionalLong.of(sum(metrics(endpoint), ANSWERED_BY_ETCD)), () -> end(etcd));
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
      return of(variables, () -> OptionalLong.of(sum(server.kubectl("get", "--raw", "/metrics"), ANSWERED_BY_API_SERVER)), server);
    } catch (Exception e) {
      server.close();
      throw e;
    }
  }

  private static String metrics(String endpoint) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(endpoint + "/metrics")).build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  /// Of the samples of a counter, in Prometheus' text.
  private static long sum(String metrics, Pattern counter) {
    return metrics
        .lines()
        .filter(line -> counter.matcher(line).find())
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static Store of(Map<String, String> variables, Callable<OptionalLong> answered, AutoCloseable end) {
    return new Store() {
      @Override
      public Map<String, String> variables() {
        return variables;
      }

      @Override
      public OptionalLong answered() throws Exception {
        return answered.call();
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

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import dev.brindle.lab.host.Host;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A Kubernetes at a port of a node's loopback, as far as who looks asks of one: its collections
/// are there and empty, but for claims on blocks.
///
/// @param pause before each answer
/// @param ahead how far its clock is ahead
/// @param claims on blocks, as JSON
record ClusterServer(ServerSocket listener, Duration pause, Duration ahead, List<String> claims)
    implements AutoCloseable {

  private static final int WAITING = 16;
  private static final int PATIENCE_MILLIS = 5000;
  private static final int LONGEST_HEAD = 200;
  private static final String CLAIMS = "/apis/crd.projectcalico.org/v1/blockaffinities";
  private static final String GROUPS =
      """
      {"kind": "APIGroupList", "apiVersion": "v1", "groups": [{"name": "crd.projectcalico.org",
        "versions": [{"groupVersion": "crd.projectcalico.org/v1", "version": "v1"}]}]}
      """;

  static ClusterServer start(Host host, Duration pause, Duration ahead, List<String> claims)
      throws IOException {
    ServerSocket listener =
        host.inside(() -> new ServerSocket(0, WAITING, InetAddress.ofLiteral("127.0.0.1")));
    var server = new ClusterServer(listener, pause, ahead, List.copyOf(claims));
    Thread.ofPlatform().daemon().name("cluster of a fault").start(server::serve);
    return server;
  }

  int port() {
    return listener.getLocalPort();
  }

  private void serve() {
    while (!listener.isClosed()) {
      try (Socket caller = listener.accept()) {
        caller.setSoTimeout(PATIENCE_MILLIS);
        answer(caller);
      } catch (IOException _) {
        // that caller is gone, and the end of the listener is one too
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void answer(Socket caller) throws IOException, InterruptedException {
    var in =
        new BufferedReader(
            new InputStreamReader(caller.getInputStream(), StandardCharsets.US_ASCII));
    String request = in.readLine();
    for (int i = 0; request != null && i < LONGEST_HEAD && !"".equals(in.readLine()); i++) {
      // nothing in the head matters
    }
    String[] words = request == null ? new String[0] : request.split(" ", -1);
    if (words.length < 2) {
      return;
    }
    Thread.sleep(pause);
    String path = words[1].replaceAll("[?].*|[^A-Za-z0-9/.-]", "");
    Optional<String> body = words[0].equals("GET") ? content(path) : Optional.empty();
    byte[] octets = body.orElseGet(() -> missing(path)).getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 %s\r\nDate: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(
                body.isPresent() ? "200 OK" : "404 Not Found",
                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                    Instant.now().plus(ahead).atOffset(ZoneOffset.UTC)),
                octets.length);
    OutputStream out = caller.getOutputStream();
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(octets);
    out.flush();
  }

  private static String missing(String path) {
    return """
        {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound",
          "code": 404, "details": {"name": "%s"}}
        """
        .formatted(path.substring(path.lastIndexOf('/') + 1));
  }

  private Optional<String> content(String path) {
    if (path.equals("/apis")) {
      return Optional.of(GROUPS);
    }
    if (path.equals("/version")) {
      return Optional.of("{\"major\": \"1\", \"minor\": \"33\", \"gitVersion\": \"v1.33.0\"}");
    }
    return isCollection(path)
        ? Optional.of(
            "{\"kind\": \"List\", \"apiVersion\": \"v1\", \"metadata\": {\"resourceVersion\": \"1\"}, \"items\": [%s]}"
                .formatted(path.equals(CLAIMS) ? String.join(", ", claims) : ""))
        : Optional.empty();
  }

  /// `/api/v1/nodes`, and not `/api/v1/nodes/node1`.
  private static boolean isCollection(String path) {
    List<String> parts = Arrays.asList(path.substring(1).split("/", -1));
    int group = parts.getFirst().equals("apis") ? 3 : 2;
    int namespace = parts.size() > group + 1 && parts.get(group).equals("namespaces") ? 2 : 0;
    return parts.size() == group + namespace + 1;
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}

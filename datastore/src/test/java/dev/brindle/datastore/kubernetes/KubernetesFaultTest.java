// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesFaultTest {

  /// What a server of TLS says to who asks without, and what any proxy may say.
  @Test
  void whatIsNotJsonIsToldToo() throws IOException {
    HttpServer server = answering(400, "Client sent an HTTP request to an HTTPS server.\nmore");
    try (Datastore store = open(url(server))) {
      assertThatThrownBy(() -> store.list(ResourceKind.TIER))
          .hasMessageEndingWith(": Client sent an HTTP request to an HTTPS server.");
    } finally {
      server.stop(0);
    }
  }

  /// For an empty list all that is in force would be taken back.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>come back later</html>",
        "{}",
        "[]",
        "{\"kind\": \"TierList\", \"metadata\": {\"resourceVersion\": \"7\"}}",
        "{\"metadata\": {}, \"items\": [{\"metadata\": {\"name\"",
        "{\"metadata\": {}, \"items\": [null]}",
        "{\"metadata\": {}, \"items\": [7]}",
        "{\"metadata\": {}, \"items\": []}{}"
      })
  void whatIsNoListIsNoEmptyOne(String answer) throws IOException {
    HttpServer server = answering(200, answer);
    try (Datastore store = open(url(server))) {
      assertThatThrownBy(() -> store.list(ResourceKind.TIER))
          .hasMessageEndingWith(": its answer is no list: expected an object with items");
    } finally {
      server.stop(0);
    }
  }

  /// As a server in Go may write an empty one.
  @Test
  void nullIsAnEmptyList() throws IOException {
    HttpServer server = answering(200, "{\"metadata\": {}, \"items\": null}");
    try (Datastore store = open(url(server))) {
      assertThat(store.list(ResourceKind.TIER)).isEmpty();
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aListMayComeCompressed() throws IOException {
    byte[] list =
        Gzip.of(
            """
            {"metadata": {}, "items": [{"metadata": {"name": "default"}, "spec": {"order": 7}}]}
            """);
    HttpServer server = answering(200, list, "gzip");
    try (Datastore store = open(url(server))) {
      assertThat(store.list(ResourceKind.TIER))
          .singleElement()
          .satisfies(tier -> assertThat(tier.key().name()).isEqualTo("default"));
    } finally {
      server.stop(0);
    }
  }

  /// A connection that a proxy ended, or something that says of itself that it is compressed.
  @ParameterizedTest
  @ValueSource(ints = {0, 5, 20, 40})
  void aCompressedListThatIsCutOffIsNoList(int length) throws IOException {
    byte[] list = Gzip.of("{\"metadata\": {}, \"items\": []}");
    HttpServer server = answering(200, Arrays.copyOf(list, length), "gzip");
    try (Datastore store = open(url(server))) {
      assertThatThrownBy(() -> store.list(ResourceKind.TIER))
          .hasMessageEndingWith(": its answer is no list: expected an object with items");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aRefusalMayComeCompressed() throws IOException {
    HttpServer server = answering(503, Gzip.of("no server is ready"), "gzip");
    try (Datastore store = open(url(server))) {
      assertThatThrownBy(() -> store.list(ResourceKind.TIER))
          .hasMessageContaining("no server is ready");
    } finally {
      server.stop(0);
    }
  }

  private static HttpServer answering(int code, String words) throws IOException {
    return answering(code, words.getBytes(StandardCharsets.UTF_8), "identity");
  }

  private static HttpServer answering(int code, byte[] body, String encoding) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", encoding);
          exchange.sendResponseHeaders(code, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static String url(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// As a load balancer without servers.
  @Test
  void aConnectionThatEndsAtOnceSaysNothingOfCertificates() throws IOException {
    try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread ending =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    try {
                      while (true) {
                        try (Socket each = listening.accept()) {
                          each.getInputStream().read(new byte[64]);
                        }
                      }
                    } catch (IOException _) {
                      // the test is over
                    }
                  });
      try (Datastore store = open("https://127.0.0.1:" + listening.getLocalPort())) {
        assertThatThrownBy(() -> store.list(ResourceKind.TIER))
            .hasMessageContaining("it does not answer: the connection ended while TLS began");
      }
      assertThat(ending.isAlive()).isTrue();
    }
  }

  private static Datastore open(String url) {
    var overrides =
        new KubernetesSettings.Overrides(
            Optional.of(url),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false);
    return KubernetesDatastore.open(
        new KubernetesSettings(
            new KubernetesSettings.Credentials.None(), overrides, Optional.of(CalicoGroup.CRD)));
  }
}

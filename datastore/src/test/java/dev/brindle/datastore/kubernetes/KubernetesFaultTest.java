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
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KubernetesFaultTest {

  /// What a server of TLS says to who asks without, and what any proxy may say.
  @Test
  void whatIsNotJsonIsToldToo() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    byte[] words =
        "Client sent an HTTP request to an HTTPS server.\nmore".getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(400, words.length);
          exchange.getResponseBody().write(words);
          exchange.close();
        });
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    try (Datastore store = open(url)) {
      assertThatThrownBy(() -> store.list(ResourceKind.TIER))
          .hasMessageEndingWith(": Client sent an HTTP request to an HTTPS server.");
    } finally {
      server.stop(0);
    }
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

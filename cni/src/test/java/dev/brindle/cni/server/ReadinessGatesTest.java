// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import dev.brindle.cni.protocol.CniConfigReader;
import dev.brindle.cni.protocol.CniException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadinessGatesTest {

  private final HttpServer server;
  private final AtomicInteger asked = new AtomicInteger();

  ReadinessGatesTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void end() {
    server.stop(0);
  }

  private URI gate(int... statuses) {
    server.createContext(
        "/ready",
        exchange -> {
          int number = Math.min(asked.getAndIncrement(), statuses.length - 1);
          exchange.sendResponseHeaders(statuses[number], -1);
          exchange.close();
        });
    return URI.create("http://127.0.0.1:%d/ready".formatted(server.getAddress().getPort()));
  }

  private static ReadinessGates within(int millis) {
    return new ReadinessGates(Duration.ofMillis(millis), Duration.ofMillis(10));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 302, 399})
  void oneThatAnswersIsAskedOnce(int status) throws InterruptedException {
    within(0).await(List.of(gate(status)));

    assertThat(asked).hasValue(1);
  }

  @Test
  void oneThatIsNotReadyYetIsAskedAgain() throws InterruptedException {
    within(60_000).await(List.of(gate(503, 404, 200)));

    assertThat(asked).hasValue(3);
  }

  @Test
  void oneThatIsNeverReadyIsNamed() {
    URI gate = gate(503);

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> within(30).await(List.of(gate)))
        .withMessageContaining("readiness gate " + gate)
        .withMessageContaining("it answers 503, expected 200 to 399")
        .satisfies(e -> assertThat(e.error().number()).isEqualTo(11));
  }

  @Test
  void nobodyThereIsNotReady() {
    URI gate = gate(200);
    server.stop(0);

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> within(0).await(List.of(gate)))
        .withMessageContaining("Connection refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere", "ftp://a/b", "http:///x", "http://a b/"})
  void whatIsNoUrlIsRefused(String gate) {
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(
            () ->
                CniConfigReader.read(
                    """
                    {"cniVersion": "1.0.0", "name": "n", "type": "calico",
                     "ipam": {"type": "calico-ipam"}, "readiness_gates": ["%s"]}
                    """
                        .formatted(gate)))
        .withMessageContaining("invalid URL set for ReadinessGates: ")
        .withMessageContaining("'%s': expected an http:// or https:// URL".formatted(gate));
  }
}

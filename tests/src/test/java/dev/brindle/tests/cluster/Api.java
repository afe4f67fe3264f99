// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Calls to the API server, as one user.
final class Api {

  static final JsonMapper JSON = new JsonMapper();

  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int OK = 200;
  private static final int MULTIPLE = 300;
  private static final int NOT_FOUND = 404;

  private final HttpClient client;
  private final String url;
  private final String token;

  /// @param user of the authority's
  Api(Authority authority, String user) {
    this.url = authority.url();
    this.token = user;
    this.client =
        HttpClient.newBuilder()
            .sslContext(trusting(authority))
            .connectTimeout(Duration.ofSeconds(3))
            .build();
  }

  private static SSLContext trusting(Authority authority) {
    try (InputStream file = Files.newInputStream(authority.file("ca.pem"))) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(file));
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The server refused.
  static final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;

    RefusedException(int status, String message) {
      super(message);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /// @throws IOException if the server does not answer
  /// @throws RefusedException if it says no
  JsonNode get(String path) throws IOException {
    return call("GET", path, "application/json", "");
  }

  /// @return nothing if there is no such object
  Optional<JsonNode> find(String path) throws IOException {
    try {
      return Optional.of(get(path));
    } catch (RefusedException e) {
      if (e.status() == NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  JsonNode post(String path, JsonNode object) throws IOException {
    return call("POST", path, "application/json", object.toString());
  }

  JsonNode patch(String path, JsonNode change) throws IOException {
    return call("PATCH", path, "application/strategic-merge-patch+json", change.toString());
  }

  JsonNode merge(String path, JsonNode change) throws IOException {
    return call("PATCH", path, "application/merge-patch+json", change.toString());
  }

  JsonNode delete(String path, JsonNode options) throws IOException {
    return call("DELETE", path, "application/json", options.toString());
  }

  private JsonNode call(String method, String path, String type, String body) throws IOException {
    HttpRequest request =
        request(path)
            .timeout(PATIENCE)
            .header("Content-Type", type)
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer =
        send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    if (answer.statusCode() < OK || answer.statusCode() >= MULTIPLE) {
      throw new RefusedException(
          answer.statusCode(), "%s %s: %s".formatted(method, path, answer.body()));
    }
    return answer.body().startsWith("{") ? JSON.readTree(answer.body()) : JSON.createObjectNode();
  }

  /// Hands on events until the server ends the watch.
  ///
  /// @throws IOException if the connection breaks
  void watch(String path, Consumer<JsonNode> events) throws IOException {
    HttpResponse<Stream<String>> answer =
        send(request(path).build(), HttpResponse.BodyHandlers.ofLines());
    try (Stream<String> lines = answer.body()) {
      if (answer.statusCode() != OK) {
        throw new RefusedException(
            answer.statusCode(), "%s: %s".formatted(path, lines.findFirst().orElse("")));
      }
      for (String line : (Iterable<String>) lines::iterator) {
        events.accept(JSON.readTree(line));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .header("Authorization", "Bearer " + token);
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException {
    try {
      return client.send(request, handler);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}

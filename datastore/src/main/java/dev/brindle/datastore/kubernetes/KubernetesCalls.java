// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.kubernetes.layout.ApiResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.KeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Questions to the API server: JSON over HTTP, each bounded in time. The client is fabric8's,
/// which adds credentials and reads tokens again; all else of it works with classes for each kind.
final class KubernetesCalls implements AutoCloseable {

  /// A question and its place in the API.
  ///
  /// @param verb as RBAC has it
  /// @param words for people
  record Call(String verb, ApiResource resource, String words, String path) {}

  /// @param code of HTTP
  record Answer(int code, JsonNode body) {

    boolean isSuccess() {
      return HttpResponse.isSuccessful(code);
    }

    ObjectNode object() {
      return body instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    }
  }

  /// All of a collection as of one revision.
  record Listing<T>(String revision, List<T> objects) {}

  private static final Logger LOG = LoggerFactory.getLogger(KubernetesCalls.class);

  private static final JsonMapper JSON = new JsonMapper();
  private static final String MERGE = "application/merge-patch+json";
  private static final String MERGE_BY_KEY = "application/strategic-merge-patch+json";
  private static final String PLAIN = "application/json";
  private static final ApiResource VERSION = new ApiResource("", "v1", "", false);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int PAGE = 500;
  private static final int LISTING_TRIES = 3;
  private static final int LONGEST_WORDS = 200;

  /// So often in a row without an answer, and the connection counts as dead.
  private static final int TIMEOUTS = 2;

  private final Config config;
  private final Optional<KeyManager[]> identity;
  private final JdkHttpClientFactory factory = new JdkHttpClientFactory();
  private final AtomicInteger timeouts = new AtomicInteger();
  private volatile HttpClient client;

  KubernetesCalls(Config config) {
    this.config = config;
    this.identity = ClientIdentity.takenFrom(config).map(ClientIdentity::keyManagers);
    this.client = newClient();
  }

  private HttpClient newClient() {
    try {
      HttpClient.Builder builder = factory.newBuilder(config);
      if (identity.isPresent()) {
        builder.sslContext(identity.get(), SSLUtils.trustManagers(config));
      }
      return builder.build();
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      throw new DatastoreException(
          "%s cannot be asked: %s".formatted(name(), KubernetesFault.explain(e)), e);
    }
  }

  /// For messages: `Kubernetes at https://10.0.0.1:6443/`.
  String name() {
    return "Kubernetes at " + config.getMasterUrl();
  }

  // ---- one object

  /// Empty if it is not there.
  ///
  /// @throws DatastoreException also if there is no such collection
  Optional<ObjectNode> get(Call call) {
    Answer answer = send(call, "GET", PLAIN, Optional.empty());
    if (answer.code() == KubernetesFault.NOT_FOUND
        && KubernetesFault.isObjectMissing(answer.body())) {
      return Optional.empty();
    }
    return Optional.of(successful(call, answer).object());
  }

  /// Empty if there is nothing of that kind, neither object nor collection.
  Optional<ObjectNode> find(Call call) {
    Answer answer = send(call, "GET", PLAIN, Optional.empty());
    return answer.code() == KubernetesFault.NOT_FOUND
        ? Optional.empty()
        : Optional.of(successful(call, answer).object());
  }

  /// @return also what is missing, or in conflict
  Answer post(Call call, ObjectNode object) {
    return expected(call, send(call, "POST", PLAIN, Optional.of(object)));
  }

  Answer put(Call call, ObjectNode object) {
    return expected(call, send(call, "PUT", PLAIN, Optional.of(object)));
  }

  /// Empty where objects of this kind have no such part.
  Optional<Answer> putPart(Call call, ObjectNode object) {
    Answer answer = send(call, "PUT", PLAIN, Optional.of(object));
    boolean isPartMissing =
        answer.code() == KubernetesFault.NOT_FOUND
            && !KubernetesFault.isObjectMissing(answer.body());
    return isPartMissing ? Optional.empty() : Optional.of(expected(call, answer));
  }

  Answer merge(Call call, ObjectNode patch) {
    return expected(call, send(call, "PATCH", MERGE, Optional.of(patch)));
  }

  /// Of Kubernetes' own lists only the elements that have the same key become others: a condition
  /// by its type.
  Answer mergeByKey(Call call, ObjectNode patch) {
    return expected(call, send(call, "PATCH", MERGE_BY_KEY, Optional.of(patch)));
  }

  /// What the server says the time is, whatever else it says.
  Optional<Instant> clock() {
    Call call = new Call("get", VERSION, "read the time", VERSION.path());
    HttpResponse<byte[]> answer =
        await(
            call,
            now -> now.sendAsync(request(now, call, "GET", PLAIN, Optional.empty()), byte[].class));
    return Optional.ofNullable(answer.header("Date")).flatMap(KubernetesCalls::instant);
  }

  private static Optional<Instant> instant(String date) {
    try {
      return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from));
    } catch (DateTimeParseException _) {
      return Optional.empty(); // a proxy's own form
    }
  }

  /// Only if it is still the one that was read.
  Answer delete(Call call, JsonNode metadata) {
    ObjectNode options = JsonNodeFactory.instance.objectNode();
    options.put("apiVersion", "v1").put("kind", "DeleteOptions");
    options
        .putObject("preconditions")
        .put("uid", metadata.path("uid").asText())
        .put("resourceVersion", metadata.path("resourceVersion").asText());
    return expected(call, send(call, "DELETE", PLAIN, Optional.of(options)));
  }

  private Answer expected(Call call, Answer answer) {
    boolean isObjects =
        answer.code() == KubernetesFault.CONFLICT
            || (answer.code() == KubernetesFault.NOT_FOUND
                && KubernetesFault.isObjectMissing(answer.body()));
    return isObjects ? answer : successful(call, answer);
  }

  private Answer successful(Call call, Answer answer) {
    if (!answer.isSuccess()) {
      throw refused(call, answer.code(), answer.body());
    }
    return answer;
  }

  /// @param status what the server says of it, if anything
  DatastoreException refused(Call call, int code, JsonNode status) {
    String why = KubernetesFault.explain(code, status, call.verb(), call.resource());
    return code == KubernetesFault.FORBIDDEN || code == KubernetesFault.UNAUTHORIZED
        ? DatastoreException.refusal(message(call, why))
        : fault(call, why, null);
  }

  DatastoreException fault(Call call, String why, @Nullable Throwable e) {
    String message = message(call, why);
    return e == null ? new DatastoreException(message) : new DatastoreException(message, e);
  }

  private String message(Call call, String why) {
    return "cannot %s in %s: %s".formatted(call.words(), name(), why);
  }

  // ---- collections

  /// All pages. Empty if the server does not know the collection.
  ///
  /// @param reading says what is kept of each object: as the server writes them, those of a large
  ///     cluster are some hundred MiB. It is asked again for all where the server has forgotten the
  ///     revision between two pages
  <T> Optional<Listing<T>> list(Call call, Selection selection, Function<ObjectNode, T> reading) {
    for (int attempt = 1; attempt < LISTING_TRIES; attempt++) {
      List<T> found = new ArrayList<>();
      Answer last = pages(call, selection, item -> found.add(reading.apply(item)));
      if (last.code() != KubernetesFault.GONE) {
        return listing(call, last, found);
      }
    }
    List<T> found = new ArrayList<>();
    Answer whole = page(call, selection.query(), item -> found.add(reading.apply(item)));
    return listing(call, whole, found);
  }

  private Answer pages(Call call, Selection selection, Consumer<ObjectNode> found) {
    String next = "";
    Answer answer;
    do {
      String query = selection.query() + "&limit=" + PAGE + next;
      answer = page(call, query, found);
      String token = answer.body().path("metadata").path("continue").asText("");
      next = token.isEmpty() ? "" : "&continue=" + encoded(token);
    } while (answer.isSuccess() && !next.isEmpty());
    return answer;
  }

  /// @return the answer without its items
  private Answer page(Call call, String query, Consumer<ObjectNode> found) {
    Call page = new Call(call.verb(), call.resource(), call.words(), call.path() + query);
    HttpResponse<byte[]> response =
        await(
            page,
            now ->
                now.sendAsync(
                    request(now, page).header("Accept-Encoding", ListAnswer.COMPRESSION).build(),
                    byte[].class));
    try {
      var answer = new ListAnswer(response);
      return response.isSuccessful()
          ? new Answer(response.code(), answer.read(found))
          : new Answer(response.code(), json(answer.text()));
    } catch (IOException e) {
      throw fault(page, ListAnswer.NO_LIST, e);
    }
  }

  private <T> Optional<Listing<T>> listing(Call call, Answer last, List<T> found) {
    if (last.code() == KubernetesFault.NOT_FOUND) {
      return Optional.empty();
    }
    JsonNode metadata = successful(call, last).body().path("metadata");
    return Optional.of(new Listing<>(metadata.path("resourceVersion").asText(""), found));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /// Waits until the server begins to answer.
  ///
  /// @param hearing is given what it says, for as long as it speaks
  HttpResponse<AsyncBody> watch(Call call, AsyncBody.Consumer<List<ByteBuffer>> hearing) {
    return await(
        call,
        now ->
            now.consumeBytes(
                now.newHttpRequestBuilder().uri(uri(call)).forStreaming().build(), hearing));
  }

  // ---- the way there

  private Answer send(Call call, String method, String type, Optional<ObjectNode> body) {
    HttpResponse<byte[]> response =
        await(call, now -> now.sendAsync(request(now, call, method, type, body), byte[].class));
    return new Answer(response.code(), json(response.body()));
  }

  private HttpRequest request(
      HttpClient now, Call call, String method, String type, Optional<ObjectNode> body) {
    HttpRequest.Builder request = request(now, call);
    return body.map(sent -> request.method(method, type, sent.toString())).orElse(request).build();
  }

  private HttpRequest.Builder request(HttpClient now, Call call) {
    return now.newHttpRequestBuilder()
        .uri(uri(call))
        .timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .header("Accept", PLAIN);
  }

  private String uri(Call call) {
    String server = config.getMasterUrl();
    return (server.endsWith("/") ? server.substring(0, server.length() - 1) : server) + call.path();
  }

  private static JsonNode json(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException _) {
      // a proxy's words, "404 page not found", or of TLS "Client sent an HTTP request to ..."
      String line = text.lines().findFirst().orElse("").strip();
      return TextNode.valueOf(line.substring(0, Math.min(line.length(), LONGEST_WORDS)));
    }
  }

  private <T> T await(Call call, Function<HttpClient, CompletableFuture<T>> asking) {
    CompletableFuture<T> answer;
    try {
      answer = asking.apply(client);
    } catch (RuntimeException e) {
      throw fault(call, KubernetesFault.explain(e), e);
    }
    try {
      T result = answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      timeouts.set(0);
      return result;
    } catch (TimeoutException e) {
      answer.cancel(true);
      timedOut();
      throw fault(call, KubernetesFault.explain(e), e);
    } catch (ExecutionException e) {
      if (KubernetesFault.isTimeout(e.getCause())) {
        timedOut();
      }
      throw fault(call, KubernetesFault.explain(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw fault(call, "interrupted", e);
    }
  }

  /// A connection that died without a word is used on and on, as all questions share it: another
  /// client makes another.
  private void timedOut() {
    if (timeouts.incrementAndGet() >= TIMEOUTS) {
      timeouts.set(0);
      LOG.info("{} does not answer; connecting anew", name());
      client = newClient();
    }
  }

  @Override
  public void close() {
    client.close();
  }
}

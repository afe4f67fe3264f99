// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.datastore.feed.Bell;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Call;
import dev.brindle.datastore.kubernetes.layout.ObjectName;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// What a watch of one collection has told and nobody has taken yet: of each object the newest,
/// so a listener that is slow costs no more than the objects there are.
///
/// The client's threads write, the feed's reads.
final class ObjectWatch implements AutoCloseable {

  /// What an object is now.
  record News(ObjectNode object, boolean isGone) {}

  /// The server ends a watch after this time, so a connection that died without a word is noticed.
  private static final Duration LENGTH = Duration.ofMinutes(4);

  private static final Duration GRACE = Duration.ofSeconds(15);
  private static final int LONGEST_LINE = 16 << 20;

  private static final JsonMapper JSON = new JsonMapper();

  private final Bell bell;
  private final Map<ObjectName, News> news = new LinkedHashMap<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  private String revision;
  private Optional<String> end = Optional.empty();
  private boolean isExpired;
  private boolean hasHeard;
  private Optional<AsyncBody> body = Optional.empty();

  private ObjectWatch(Bell bell, String revision) {
    this.bell = bell;
    this.revision = revision;
  }

  /// @param call of the collection
  /// @param revision all up to it is known
  /// @throws dev.brindle.datastore.DatastoreException if the server does not take it
  static ObjectWatch start(
      KubernetesCalls calls, Call call, Selection selection, String revision, Bell bell) {
    return start(calls, call, selection, revision, bell, LENGTH);
  }

  /// @param length after which the server ends it
  static ObjectWatch start(
      KubernetesCalls calls,
      Call call,
      Selection selection,
      String revision,
      Bell bell,
      Duration length) {
    var watch = new ObjectWatch(bell, revision);
    String query =
        "%s&watch=1&allowWatchBookmarks=true&resourceVersion=%s&timeoutSeconds=%d"
            .formatted(selection.query(), revision, length.toSeconds());
    Call asked = new Call("watch", call.resource(), call.words(), call.path() + query);
    watch.hear(calls, asked, calls.watch(asked, watch::take));
    return watch;
  }

  private void hear(KubernetesCalls calls, Call call, HttpResponse<AsyncBody> response) {
    AsyncBody speaking = response.body();
    if (response.code() == KubernetesFault.GONE) {
      speaking.cancel();
      expire("its revision is forgotten");
      return;
    }
    if (!response.isSuccessful()) {
      speaking.cancel();
      throw calls.refused(call, response.code(), MissingNode.getInstance());
    }
    synchronized (this) {
      body = Optional.of(speaking);
    }
    CompletableFuture<Void> _ =
        speaking
            .done()
            .orTimeout(LENGTH.plus(GRACE).toSeconds(), TimeUnit.SECONDS)
            .whenComplete(
                (_, fault) -> {
                  speaking.cancel();
                  end(fault == null ? "ended by the server" : KubernetesFault.explain(fault));
                });
    speaking.consume();
  }

  private void take(List<ByteBuffer> buffers, AsyncBody speaking) {
    synchronized (this) {
      for (ByteBuffer buffer : buffers) {
        while (buffer.hasRemaining()) {
          take(buffer.get());
        }
      }
    }
    bell.ring();
    speaking.consume();
  }

  private void take(byte octet) {
    if (octet != '\n') {
      if (line.size() >= LONGEST_LINE) {
        throw new IllegalStateException("an event is longer than %d bytes".formatted(LONGEST_LINE));
      }
      line.write(octet);
      return;
    }
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    if (!text.isBlank() && end.isEmpty()) {
      take(text);
    }
  }

  private void take(String text) {
    JsonNode event;
    try {
      event = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      end = Optional.of("what it says is no JSON: " + e.getOriginalMessage());
      return;
    }
    String type = event.path("type").asText("");
    if (!(event.path("object") instanceof ObjectNode object)) {
      end = Optional.of("an event without an object");
      return;
    }
    if (type.equals("ERROR")) {
      isExpired = object.path("code").asInt() == KubernetesFault.GONE;
      end = Optional.of(object.path("message").asText("an error without words"));
      return;
    }
    hasHeard = true;
    revision = object.path("metadata").path("resourceVersion").asText(revision);
    if (!type.equals("BOOKMARK")) {
      ObjectName name = ObjectName.of(object);
      news.remove(name); // to come after all that are there
      news.put(name, new News(object, type.equals("DELETED")));
    }
  }

  private void expire(String why) {
    synchronized (this) {
      isExpired = true;
    }
    end(why);
  }

  private void end(String why) {
    synchronized (this) {
      if (end.isEmpty()) {
        end = Optional.of(why);
      }
    }
    bell.ring();
  }

  /// What was told since it was asked last, in order.
  synchronized List<News> drain() {
    List<News> told = List.copyOf(news.values());
    news.clear();
    return told;
  }

  /// Why it has ended; empty while it goes on.
  synchronized Optional<String> end() {
    return end;
  }

  /// Whether the server has forgotten what is needed to go on.
  synchronized boolean isExpired() {
    return isExpired;
  }

  /// Whether it was of use: else it must not be begun again at once.
  synchronized boolean hasHeard() {
    return hasHeard;
  }

  /// All up to here was told.
  synchronized String revision() {
    return revision;
  }

  /// Not while it is locked: who speaks may wait for it.
  @Override
  public void close() {
    Optional<AsyncBody> ended;
    synchronized (this) {
      end = Optional.of("closed");
      ended = body;
    }
    ended.ifPresent(AsyncBody::cancel);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Objects as an API server keeps them: revisions, preconditions, a history that can be forgotten.
final class ApiObjects {

  private static final String LEAVING = "deletionTimestamp";

  /// What went wrong, as HTTP says it.
  static final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    final int code;
    final transient ObjectNode status;

    Refusal(int code, String reason, String message, String name) {
      super(message);
      this.code = code;
      status = JsonNodeFactory.instance.objectNode();
      status.put("kind", "Status").put("apiVersion", "v1").put("status", "Failure");
      status.put("message", message).put("reason", reason).put("code", code);
      if (!name.isEmpty()) {
        status.putObject("details").put("name", name);
      }
    }
  }

  record Event(long revision, String type, ObjectNode object) {}

  /// What there is of a kind, and the revision at which it was so.
  record Snapshot(long revision, List<ObjectNode> objects) {}

  private static final long BOOKMARK_DISTANCE = 50;

  /// By the path of all of a kind.
  private final Map<String, Map<String, ObjectNode>> collections = new TreeMap<>();
  private final Map<String, NavigableMap<Long, Event>> history = new TreeMap<>();
  private long revision = 100;
  private long forgotten;

  /// As a server does after five minutes.
  synchronized void forget() {
    forgotten = revision;
    history.clear();
    revision++;
  }

  synchronized boolean isForgotten(long position) {
    return position < forgotten;
  }

  synchronized Optional<ObjectNode> get(String collection, String name) {
    return Optional.ofNullable(of(collection).get(name)).map(ObjectNode::deepCopy);
  }

  private Map<String, ObjectNode> of(String collection) {
    return collections.computeIfAbsent(collection, _ -> new TreeMap<>());
  }

  /// As they are kept: not to be changed.
  synchronized Snapshot list(String collection, Predicate<ObjectNode> filter) {
    return new Snapshot(revision, of(collection).values().stream().filter(filter).toList());
  }

  /// A revision to go on from, if a collection has nothing to tell although others changed much.
  ///
  /// @param after all up to it was told
  synchronized Optional<Long> bookmark(String collection, long after) {
    return Optional.of(revision)
        .filter(now -> now > after + BOOKMARK_DISTANCE)
        .filter(_ -> events(collection).higherEntry(after) == null);
  }

  synchronized ObjectNode create(String collection, String name, ObjectNode object) {
    if (of(collection).containsKey(name)) {
      throw new Refusal(409, "AlreadyExists", name + " already exists", name);
    }
    ObjectNode created = object.deepCopy();
    ObjectNode metadata = created.withObjectProperty("metadata");
    metadata.put("uid", UUID.randomUUID().toString());
    metadata.put("creationTimestamp", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return put(collection, name, "ADDED", created);
  }

  private ObjectNode put(String collection, String name, String type, ObjectNode object) {
    revision++;
    object.withObjectProperty("metadata").put("resourceVersion", Long.toString(revision));
    of(collection).put(name, object);
    tell(collection, type, object);
    return object.deepCopy();
  }

  private NavigableMap<Long, Event> events(String collection) {
    return history.computeIfAbsent(collection, _ -> new TreeMap<>());
  }

  private void tell(String collection, String type, ObjectNode object) {
    events(collection).put(revision, new Event(revision, type, object.deepCopy()));
    notifyAll();
  }

  synchronized ObjectNode replace(String collection, String name, ObjectNode object) {
    ObjectNode before = existing(collection, name);
    demand(before, object.path("metadata"), name);
    ObjectNode replaced = object.deepCopy();
    ObjectNode metadata = replaced.withObjectProperty("metadata");
    for (String kept : List.of("uid", "creationTimestamp", "resourceVersion")) {
      metadata.set(kept, before.path("metadata").path(kept));
    }
    metadata.remove(LEAVING);
    if (isLeaving(before)) {
      metadata.set(LEAVING, before.path("metadata").path(LEAVING));
      if (!finalizers(before).containsAll(finalizers(replaced))) {
        throw new Refusal(
            422, "Invalid", "no new finalizers can be added if the object is being deleted", name);
      }
      if (finalizers(replaced).isEmpty()) {
        return remove(collection, name, replaced);
      }
    }
    return replaced.equals(before)
        ? before.deepCopy()
        : put(collection, name, "MODIFIED", replaced);
  }

  private static boolean isLeaving(ObjectNode object) {
    return object.path("metadata").has(LEAVING);
  }

  private static Set<String> finalizers(ObjectNode object) {
    return object
        .path("metadata")
        .path("finalizers")
        .valueStream()
        .map(JsonNode::asText)
        .collect(Collectors.toSet());
  }

  private ObjectNode existing(String collection, String name) {
    ObjectNode object = of(collection).get(name);
    if (object == null) {
      throw new Refusal(404, "NotFound", name + " not found", name);
    }
    return object;
  }

  private static void demand(ObjectNode before, JsonNode wanted, String name) {
    for (String field : List.of("uid", "resourceVersion")) {
      String expected = wanted.path(field).asText("");
      String found = before.path("metadata").path(field).asText();
      if (!expected.isEmpty() && !expected.equals(found)) {
        throw new Refusal(
            409, "Conflict", "%s: %s is %s, not %s".formatted(name, field, found, expected), name);
      }
    }
  }

  synchronized ObjectNode merge(String collection, String name, ObjectNode patch) {
    ObjectNode merged = existing(collection, name).deepCopy();
    demand(merged, patch.path("metadata"), name);
    merge(merged, patch);
    return replace(collection, name, merged);
  }

  /// Of lists only that of conditions, which have their type as key.
  synchronized ObjectNode mergeByKey(String collection, String name, ObjectNode patch) {
    ObjectNode merged = existing(collection, name).deepCopy();
    ArrayNode conditions = merged.withObjectProperty("status").withArrayProperty("conditions");
    for (JsonNode condition : patch.path("status").path("conditions")) {
      for (int i = conditions.size() - 1; i >= 0; i--) {
        if (conditions.get(i).path("type").equals(condition.path("type"))) {
          conditions.remove(i);
        }
      }
      conditions.add(condition);
    }
    return replace(collection, name, merged);
  }

  private static void merge(ObjectNode object, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> field : patch.properties()) {
      if (field.getValue().isNull()) {
        object.remove(field.getKey());
      } else if (field.getValue() instanceof ObjectNode part) {
        merge(object.withObjectProperty(field.getKey()), part);
      } else {
        object.set(field.getKey(), field.getValue());
      }
    }
  }

  synchronized ObjectNode delete(String collection, String name, JsonNode preconditions) {
    ObjectNode before = existing(collection, name);
    demand(before, preconditions, name);
    if (finalizers(before).isEmpty()) {
      return remove(collection, name, before);
    }
    if (isLeaving(before)) {
      return before.deepCopy();
    }
    ObjectNode leaving = before.deepCopy();
    leaving
        .withObjectProperty("metadata")
        .put(LEAVING, Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return put(collection, name, "MODIFIED", leaving);
  }

  private ObjectNode remove(String collection, String name, ObjectNode before) {
    of(collection).remove(name);
    revision++;
    ObjectNode last = before.deepCopy();
    last.withObjectProperty("metadata").put("resourceVersion", Long.toString(revision));
    tell(collection, "DELETED", last);
    return last;
  }

  /// Waits for the next event of a collection.
  ///
  /// @return empty if there was none in that time
  synchronized Optional<Event> next(String collection, long after, long millis)
      throws InterruptedException {
    if (isForgotten(after)) {
      throw new Refusal(410, "Expired", "too old resource version: " + after, "");
    }
    long end = System.nanoTime() + millis * 1_000_000;
    while (true) {
      Optional<Event> found =
          Optional.ofNullable(events(collection).higherEntry(after)).map(Map.Entry::getValue);
      long left = (end - System.nanoTime()) / 1_000_000;
      if (found.isPresent() || left <= 0) {
        return found;
      }
      wait(left);
    }
  }
}

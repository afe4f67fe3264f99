// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Stamp;
import dev.brindle.datastore.WriteResult;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Answer;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Call;
import dev.brindle.datastore.kubernetes.StoredObjects.Found;
import dev.brindle.datastore.kubernetes.layout.ObjectLayout;
import dev.brindle.datastore.kubernetes.layout.ObjectLayout.Writing;
import dev.brindle.datastore.kubernetes.layout.ObjectName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Writes objects, each time saying which revision is replaced.
final class ObjectWrites {

  private static final int TRIES = 10;

  private final KubernetesCalls calls;
  private final KubernetesPlaces places;
  private final StoredObjects stored;
  private final LatelyRead read;

  ObjectWrites(
      KubernetesCalls calls, KubernetesPlaces places, StoredObjects stored, LatelyRead read) {
    this.calls = calls;
    this.places = places;
    this.stored = stored;
    this.read = read;
  }

  WriteResult create(Resource resource) {
    ResourceKey key = resource.key();
    Resource created = Stamp.created(resource, 0, UUID.randomUUID(), Instant.now());
    ObjectLayout layout = writable("create", key);
    List<ObjectName> names = layout.names(key);
    for (int attempt = 0; attempt < TRIES; attempt++) {
      boolean mustLook = attempt > 0 || names.size() > 1 || layout.writing() == Writing.ANNOTATIONS;
      Optional<Found> before = mustLook ? stored.find(key) : Optional.empty();
      if (before.isPresent()) {
        return new WriteResult.AlreadyThere(before.get().resource());
      }
      refuseWithoutObject("create", layout, key);
      ObjectNode object = layout.write(created, JsonNodeFactory.instance.objectNode());
      Call call =
          new Call(
              "create", layout.objects(), "create " + key, layout.objects().path(key.namespace()));
      Answer answer = calls.post(call, object);
      if (answer.isSuccess()) {
        return new WriteResult.Written(places.read(layout, answer.object()).orElseThrow());
      }
      if (answer.code() == KubernetesFault.NOT_FOUND) {
        throw calls.fault(call, answer.body().path("message").asText(), null);
      }
    }
    throw new DatastoreException(
        "cannot create %s in %s: an object of another resource has that name"
            .formatted(key, calls.name()));
  }

  private void refuseWithoutObject(String verb, ObjectLayout layout, ResourceKey key) {
    if (layout.writing() == Writing.ANNOTATIONS) {
      throw new DatastoreException(
          "cannot %s %s in %s: it is made from one of Kubernetes' %s, and there is none for it"
              .formatted(verb, key, calls.name(), layout.objects()));
    }
  }

  /// Where it is written.
  private ObjectLayout writable(String verb, ResourceKey key) {
    List<ObjectLayout> layouts = places.of(key.kind());
    return layouts.stream()
        .filter(layout -> layout.writing() != Writing.NONE && !layout.names(key).isEmpty())
        .findFirst()
        .orElseThrow(() -> unsupported(verb, key));
  }

  private DatastoreException unsupported(String verb, ResourceKey key) {
    List<String> sources =
        places.of(key.kind()).stream()
            .filter(layout -> !layout.isCalicos())
            .map(layout -> layout.objects().toString())
            .toList();
    return new DatastoreException(
        "operation %s is not supported on %s: in Kubernetes it is made from %s"
            .formatted(verb, key, String.join(" and ", sources)));
  }

  WriteResult update(Resource resource) {
    return update(resource, this::write);
  }

  WriteResult updateStatus(Resource resource) {
    return update(resource, this::writeStatus);
  }

  /// How what was found becomes another.
  @FunctionalInterface
  private interface Writer {

    Answer write(String words, Found found, Resource resource);
  }

  private WriteResult update(Resource resource, Writer writer) {
    String expected = Stamp.requireRevision(resource);
    ResourceKey key = resource.key();
    writable("update", key);
    boolean isPods = key.kind() == ResourceKind.WORKLOAD_ENDPOINT;
    Optional<Found> lately = isPods ? Optional.empty() : read.take(key, expected);
    Optional<Found> before = lately.or(() -> stored.find(key));
    if (before.isEmpty()) {
      return new WriteResult.Missing(key);
    }
    Found found = before.get();
    if (!found.resource().metadata().resourceVersion().equals(expected)) {
      return new WriteResult.Conflict(found.resource());
    }
    Answer answer =
        writer.write("update " + key, found, Stamp.updated(resource, found.resource(), 0));
    return answer.isSuccess()
        ? new WriteResult.Written(places.read(found.layout(), answer.object()).orElseThrow())
        : overtaken(key);
  }

  private Answer write(String words, Found found, Resource resource) {
    ObjectLayout layout = found.layout();
    return layout.writing() == Writing.ANNOTATIONS
        ? calls.merge(
            KubernetesPlaces.status("patch", words, layout, found.name()),
            layout.patch(resource, found.object()))
        : calls.put(
            KubernetesPlaces.one("update", words, layout, found.name()),
            layout.write(resource, found.object()));
  }

  /// Where its definition keeps the status apart a write of the whole would not change it.
  private Answer writeStatus(String words, Found found, Resource resource) {
    ObjectLayout layout = found.layout();
    if (layout.writing() == Writing.ANNOTATIONS) {
      return write(words, found, resource);
    }
    return calls
        .putPart(
            KubernetesPlaces.status("update", words, layout, found.name()),
            layout.write(resource, found.object()))
        .orElseGet(() -> write(words, found, resource));
  }

  private WriteResult overtaken(ResourceKey key) {
    return stored
        .find(key)
        .<WriteResult>map(found -> new WriteResult.Conflict(found.resource()))
        .orElseGet(() -> new WriteResult.Missing(key));
  }

  void requireRemovable(ResourceKey key) {
    writable("delete", key);
    if (key.kind() == ResourceKind.NODE) {
      throw unsupported("delete", key);
    }
  }

  WriteResult delete(ResourceKey key) {
    WriteResult result = delete(key, Optional.empty());
    while (result instanceof WriteResult.Conflict) {
      result = delete(key, Optional.empty());
    }
    return result;
  }

  WriteResult delete(ResourceKey key, String revision) {
    return delete(key, Optional.of(revision));
  }

  private WriteResult delete(ResourceKey key, Optional<String> expected) {
    Optional<Found> lately = expected.flatMap(known -> read.take(key, known));
    Optional<Found> before = lately.or(() -> stored.find(key));
    if (before.isEmpty()) {
      return new WriteResult.Missing(key);
    }
    Found found = before.get();
    String revision = found.resource().metadata().resourceVersion();
    if (expected.isPresent() && !expected.get().equals(revision)) {
      return new WriteResult.Conflict(found.resource());
    }
    return remove("delete " + key, found, lately.isPresent()).isSuccess()
        ? new WriteResult.Written(found.resource())
        : overtaken(key);
  }

  /// @param isUnderRevision pods too, which otherwise are compared by their uid: what is known of
  ///     this one was read before, and may be old
  private Answer remove(String words, Found found, boolean isUnderRevision) {
    ObjectLayout layout = found.layout();
    Call removal = KubernetesPlaces.one("delete", words, layout, found.name());
    return switch (layout.writing()) {
      case WHOLE -> calls.delete(removal, found.object().path("metadata"));
      case IN_TWO_STEPS -> {
        if (layout.goesAtOnce(found.object())) {
          yield calls.delete(removal, found.object().path("metadata"));
        }
        Answer marked =
            calls.put(
                KubernetesPlaces.one("update", words, layout, found.name()),
                layout.halfRemoved(found.object()));
        if (marked.isSuccess()) {
          calls.delete(removal, marked.object().path("metadata"));
        }
        yield marked;
      }
      case ANNOTATIONS -> {
        requireRemovable(found.resource().key());
        yield calls.merge(
            KubernetesPlaces.status("patch", words, layout, found.name()),
            layout.emptying(found.object(), isUnderRevision));
      }
      case NONE -> throw unsupported("delete", found.resource().key());
    };
  }
}

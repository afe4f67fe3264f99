// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Answer;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Call;
import dev.brindle.datastore.kubernetes.layout.ObjectLayout;
import dev.brindle.datastore.kubernetes.layout.ObjectName;
import java.util.List;

/// Moves policies to the names that people gave them, from those that older writers used.
final class PolicyMoves {

  /// What the server gives an object.
  private static final List<String> GIVEN =
      List.of(
          "uid", "resourceVersion", "creationTimestamp", "generation", "managedFields", "selfLink");

  private final KubernetesCalls calls;
  private final KubernetesPlaces places;
  private final Runnable permit;

  /// @param permit is asked before each object, and throws where no more are to be moved
  PolicyMoves(KubernetesCalls calls, KubernetesPlaces places, Runnable permit) {
    this.calls = calls;
    this.places = places;
    this.permit = permit;
  }

  /// @return how many were moved
  int moveAll() {
    int moved = 0;
    for (ResourceKind kind : ResourceKind.values()) {
      for (ObjectLayout layout : places.of(kind)) {
        for (ObjectNode object :
            layout.mayBeMoved()
                ? places.list(layout, Selection.ALL, it -> it)
                : List.<ObjectNode>of()) {
          moved += move(layout, object) ? 1 : 0;
        }
      }
    }
    return moved;
  }

  /// First the new one, then the old one is removed: it is always there. What is at the new place
  /// already stays. What somebody has changed or removed meanwhile is not moved as it was.
  private boolean move(ObjectLayout layout, ObjectNode object) {
    ResourceKey key = layout.key(object).orElseThrow();
    ObjectName before = ObjectName.of(object);
    if (before.name().equals(key.name())) {
      return false;
    }
    permit.run();
    String words = "move " + key;
    ObjectNode copy = object.deepCopy();
    copy.withObjectProperty("metadata").put("name", key.name()).remove(GIVEN);
    Call creation =
        new Call("create", layout.objects(), words, layout.objects().path(key.namespace()));
    Answer created = calls.post(creation, copy);
    if (!created.isSuccess() && created.code() != KubernetesFault.CONFLICT) {
      throw calls.fault(creation, created.body().path("message").asText(), null);
    }
    Answer removed =
        calls.delete(
            KubernetesPlaces.one("delete", words, layout, before), object.path("metadata"));
    if (removed.isSuccess()) {
      return true;
    }
    if (created.isSuccess()) {
      ObjectName after = new ObjectName(key.namespace(), key.name());
      calls.delete(
          KubernetesPlaces.one("delete", words, layout, after), created.object().path("metadata"));
    }
    if (removed.code() == KubernetesFault.NOT_FOUND) {
      return false; // removed by somebody: it stays removed
    }
    throw new DatastoreException(
        "cannot %s in %s: somebody else changes it: try again".formatted(words, calls.name()));
  }
}

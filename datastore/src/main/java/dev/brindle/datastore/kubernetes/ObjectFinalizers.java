// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Finalizers;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Answer;
import dev.brindle.datastore.kubernetes.StoredObjects.Found;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Finalizers of objects in Kubernetes. Nothing else of an object is written.
final class ObjectFinalizers implements Finalizers {

  private static final int TRIES = 5;
  private static final String FINALIZERS = "finalizers";

  private final KubernetesCalls calls;
  private final StoredObjects stored;

  ObjectFinalizers(KubernetesCalls calls, StoredObjects stored) {
    this.calls = calls;
    this.stored = stored;
  }

  @Override
  public boolean set(ResourceKey key, String finalizer, boolean isHeld) {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Optional<Found> found = stored.find(key);
      if (found.isEmpty()) {
        return false;
      }
      Set<String> there = finalizers(found.get().object());
      boolean isChange = isHeld ? there.add(finalizer) : there.remove(finalizer);
      if (!isChange) {
        return false;
      }
      if (write(key, found.get(), there).isSuccess()) {
        return true;
      }
    }
    throw new DatastoreException(
        "cannot write the finalizers of %s in %s: others always change it at the same time"
            .formatted(key, calls.name()));
  }

  private static Set<String> finalizers(ObjectNode object) {
    Set<String> there = new LinkedHashSet<>();
    object.path("metadata").path(FINALIZERS).forEach(each -> there.add(each.asText()));
    return there;
  }

  private Answer write(ResourceKey key, Found found, Set<String> finalizers) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = patch.putObject("metadata");
    String revision = found.object().path("metadata").path("resourceVersion").asText();
    metadata.put("resourceVersion", revision);
    ArrayNode all = metadata.putArray(FINALIZERS);
    finalizers.forEach(all::add);
    String words = "write the finalizers of %s".formatted(key);
    return calls.merge(KubernetesPlaces.one("patch", words, found.layout(), found.name()), patch);
  }
}

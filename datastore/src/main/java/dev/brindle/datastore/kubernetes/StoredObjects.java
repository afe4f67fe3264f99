// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Call;
import dev.brindle.datastore.kubernetes.layout.ObjectLayout;
import dev.brindle.datastore.kubernetes.layout.ObjectName;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the objects that stand for resources, as they are now.
final class StoredObjects {

  private final KubernetesCalls calls;
  private final KubernetesPlaces places;

  StoredObjects(KubernetesCalls calls, KubernetesPlaces places) {
    this.calls = calls;
    this.places = places;
  }

  /// An object as it is stored.
  record Found(ObjectLayout layout, ObjectName name, ObjectNode object, Resource resource) {}

  Optional<Found> find(ResourceKey key) {
    for (ObjectLayout layout : places.of(key.kind())) {
      for (ObjectName name : layout.names(key)) {
        Optional<Found> found = find(layout, name).filter(each -> isOf(key, each));
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isOf(ResourceKey key, Found found) {
    return found.resource().key().equals(key);
  }

  private Optional<Found> find(ObjectLayout layout, ObjectName name) {
    String words = "read %s %s".formatted(layout.objects(), name);
    Call call = KubernetesPlaces.one("get", words, layout, name);
    Optional<ObjectNode> object = layout.isExtra() ? calls.find(call) : calls.get(call);
    if (object.filter(layout::isHalfRemoved).isPresent()) {
      finishRemoval(layout, name, object.get());
      return Optional.empty();
    }
    return object.flatMap(
        found ->
            places.read(layout, found).map(resource -> new Found(layout, name, found, resource)));
  }

  /// Whoever began it may have been killed. That others are faster is as good.
  private void finishRemoval(ObjectLayout layout, ObjectName name, ObjectNode object) {
    String words = "finish the removal of %s %s".formatted(layout.objects(), name);
    calls.delete(KubernetesPlaces.one("delete", words, layout, name), object.path("metadata"));
  }

  /// All that can be read, in the order of their keys.
  List<Resource> list(ResourceKind kind, Selection selection) {
    return places.of(kind).stream()
        .flatMap(layout -> list(layout, selection))
        .sorted(Comparator.comparing(Resource::key))
        .toList();
  }

  private Stream<Resource> list(ObjectLayout layout, Selection selection) {
    return places.list(layout, selection, object -> places.readable(layout, object, false)).stream()
        .flatMap(Optional::stream);
  }
}

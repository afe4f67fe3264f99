// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.Unread;
import dev.brindle.datastore.codec.ResourceFormatException;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Call;
import dev.brindle.datastore.kubernetes.KubernetesCalls.Listing;
import dev.brindle.datastore.kubernetes.layout.ApiResource;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import dev.brindle.datastore.kubernetes.layout.ObjectLayout;
import dev.brindle.datastore.kubernetes.layout.ObjectName;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which collections hold which kinds in this cluster, and what their objects say.
final class KubernetesPlaces {

  private static final Logger LOG = LoggerFactory.getLogger(KubernetesPlaces.class);

  private static final ApiResource GROUPS = new ApiResource("", "v1", "groups", false);

  /// One object, which may stand for a resource.
  private record Place(ObjectLayout layout, ObjectName name) {}

  private final KubernetesCalls calls;
  private final boolean hasCalicos;
  private volatile Optional<CalicoGroup> group;

  /// What could not be read of what feeds have now.
  private final Map<Place, Unread> unread = new ConcurrentHashMap<>();

  private KubernetesPlaces(KubernetesCalls calls, Optional<CalicoGroup> group, boolean hasCalicos) {
    this.calls = calls;
    this.group = group;
    this.hasCalicos = hasCalicos;
  }

  /// @param group absent to look in the cluster
  KubernetesPlaces(KubernetesCalls calls, Optional<CalicoGroup> group) {
    this(calls, group, true);
  }

  /// Of a cluster whose Calico is stored elsewhere. Definitions of Calico's that are there all the
  /// same do not count.
  static KubernetesPlaces withoutCalicos(KubernetesCalls calls) {
    return new KubernetesPlaces(calls, Optional.of(CalicoGroup.CRD), false);
  }

  List<ObjectLayout> of(ResourceKind kind) {
    return counting(ObjectLayout.of(group(), kind));
  }

  List<ObjectLayout> inOrder(Collection<ResourceKind> kinds) {
    return counting(ObjectLayout.inOrder(group(), kinds));
  }

  private List<ObjectLayout> counting(List<ObjectLayout> layouts) {
    return hasCalicos ? layouts : layouts.stream().filter(layout -> !layout.isCalicos()).toList();
  }

  /// The newer form only where the cluster has no other.
  CalicoGroup group() {
    Optional<CalicoGroup> known = group;
    if (known.isPresent()) {
      return known.get();
    }
    Set<String> groups = groups();
    boolean isNative =
        groups.contains(CalicoGroup.NATIVE.group()) && !groups.contains(CalicoGroup.CRD.group());
    CalicoGroup found = isNative ? CalicoGroup.NATIVE : CalicoGroup.CRD;
    boolean isCertain = isNative || groups.contains(CalicoGroup.CRD.group());
    if (isCertain) {
      group = Optional.of(found);
      LOG.debug("{} has Calico's resources as {}", calls.name(), found);
    }
    return found;
  }

  private Set<String> groups() {
    Call call = new Call("get", GROUPS, "read the list of API groups", "/apis");
    Set<String> names = new HashSet<>();
    for (JsonNode each : calls.get(call).map(found -> found.path("groups")).orElseThrow()) {
      names.add(each.path("name").asText());
    }
    return names;
  }

  // ---- questions

  static Call listing(ObjectLayout layout) {
    ApiResource objects = layout.objects();
    return new Call("list", objects, "list " + objects, objects.path());
  }

  static Call watching(ObjectLayout layout) {
    ApiResource objects = layout.objects();
    return new Call("watch", objects, "watch " + objects, objects.path());
  }

  static Call one(String verb, String words, ObjectLayout layout, ObjectName name) {
    return new Call(verb, layout.objects(), words, layout.objects().path(name));
  }

  /// The part of an object that says how it is doing.
  static Call status(String verb, String words, ObjectLayout layout, ObjectName name) {
    ApiResource objects = layout.objects();
    ApiResource status =
        new ApiResource(
            objects.group(),
            objects.version(),
            objects.plural() + "/status",
            objects.isNamespaced());
    return new Call(verb, status, words, objects.path(name) + "/status");
  }

  /// @param reading says what is kept of each object
  /// @throws DatastoreException if there is no such collection
  <T> List<T> list(ObjectLayout layout, Selection selection, Function<ObjectNode, T> reading) {
    Optional<Listing<T>> listing = listed(layout, selection, reading);
    if (listing.isEmpty() && !layout.isExtra()) {
      throw calls.fault(listing(layout), missing(layout), null);
    }
    return listing.map(Listing::objects).orElse(List.of());
  }

  /// Empty if there is no such collection.
  <T> Optional<Listing<T>> listed(
      ObjectLayout layout, Selection selection, Function<ObjectNode, T> reading) {
    return layout.isExtra() && !isServed(layout.objects())
        ? Optional.empty()
        : calls.list(listing(layout), selection, reading);
  }

  /// What is not there may be forbidden all the same, so it is not asked for.
  private boolean isServed(ApiResource objects) {
    ApiResource siblings = objects.siblings();
    Call call =
        new Call(
            "get", siblings, "read the list of what %s is".formatted(objects), siblings.path());
    return calls
        .find(call)
        .map(found -> found.path("resources").findValuesAsText("name").contains(objects.plural()))
        .orElse(false);
  }

  static String missing(ObjectLayout layout) {
    return KubernetesFault.missing(layout.objects());
  }

  // ---- answers

  /// Of one of many: what cannot be read must not hide the others.
  ///
  /// @param isOfFeed whether what is left out of a resource is worth a warning, and to be noted
  Optional<Resource> readable(ObjectLayout layout, ObjectNode object, boolean isOfFeed) {
    try {
      ObjectLayout.Reading reading = layout.read(object);
      if (isOfFeed) {
        note(layout, object, String.join("; ", reading.complaints()));
      }
      for (String complaint : reading.complaints()) {
        if (isOfFeed) {
          LOG.warn("{} {}: {}", layout.objects(), ObjectName.of(object), complaint);
        }
      }
      return reading.resource();
    } catch (ResourceFormatException e) {
      if (isOfFeed) {
        note(layout, object, "counts as absent: " + e.getMessage());
      }
      LOG.warn(
          "{} {} cannot be read and counts as absent: {}",
          layout.objects(),
          ObjectName.of(object),
          e.getMessage());
      return Optional.empty();
    }
  }

  /// @param why empty if nothing was left out
  private void note(ObjectLayout layout, ObjectNode object, String why) {
    ObjectName name = ObjectName.of(object);
    Optional<ResourceKey> key = why.isEmpty() ? Optional.empty() : layout.key(object);
    key.ifPresentOrElse(
        it -> unread.put(new Place(layout, name), new Unread(it, why)), () -> forget(layout, name));
  }

  /// An object is gone.
  void forget(ObjectLayout layout, ObjectName name) {
    unread.remove(new Place(layout, name));
  }

  /// All other objects of a collection are gone.
  void retain(ObjectLayout layout, Set<ObjectName> present) {
    unread
        .keySet()
        .removeIf(place -> place.layout().equals(layout) && !present.contains(place.name()));
  }

  List<Unread> unread(ResourceKind kind) {
    return unread.values().stream()
        .filter(each -> each.key().kind() == kind)
        .sorted(Comparator.comparing(Unread::key))
        .toList();
  }

  /// Of the one that is asked for.
  Optional<Resource> read(ObjectLayout layout, ObjectNode object) {
    try {
      return layout.read(object).resource();
    } catch (ResourceFormatException e) {
      throw new DatastoreException(
          "%s holds %s %s, which cannot be read: %s"
              .formatted(calls.name(), layout.objects(), ObjectName.of(object), e.getMessage()),
          e);
    }
  }
}

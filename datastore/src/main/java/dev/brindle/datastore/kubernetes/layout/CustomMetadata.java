// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.ResourceFormatException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Metadata of a custom resource: what people gave stands in an annotation as Calico writes it, so
/// that Kubernetes does not check it; only what is Calico's own is on the object too.
final class CustomMetadata {

  static final String NOTE = "projectcalico.org/metadata";
  static final String DEFAULT_TIER = "default.";

  static final Set<ResourceKind> POLICIES =
      Set.of(
          ResourceKind.NETWORK_POLICY,
          ResourceKind.GLOBAL_NETWORK_POLICY,
          ResourceKind.STAGED_NETWORK_POLICY,
          ResourceKind.STAGED_GLOBAL_NETWORK_POLICY);

  private static final String TIER_LABEL = "projectcalico.org/tier";
  private static final List<String> OWN = List.of("projectcalico.org/", "operator.tigera.io/");

  private static final String LABELS = "labels";
  private static final String ANNOTATIONS = "annotations";
  private static final String CREATED = "creationTimestamp";
  private static final String NAME = "name";
  private static final String UID = "uid";

  private CustomMetadata() {}

  // ---- reading

  static Metadata read(ResourceKind kind, ObjectNode object) {
    ObjectNode real = metadata(object);
    Optional<ObjectNode> note = note(real);
    Map<String, String> labels = Json.texts(real.path(LABELS));
    Map<String, String> annotations = Json.texts(real.path(ANNOTATIONS));
    annotations.remove(NOTE);
    note.ifPresent(
        noted -> {
          labels.putAll(Json.texts(noted.path(LABELS)));
          annotations.putAll(Json.texts(noted.path(ANNOTATIONS)));
        });
    String created = note.map(noted -> Json.text(noted, CREATED)).orElse("");
    return Metadata.named(
            Json.text(real, "namespace"), POLICIES.contains(kind) ? name(object) : realName(object))
        .withLabels(labels)
        .withAnnotations(annotations)
        .withIdentity(
            Json.text(real, "resourceVersion"),
            Uid.other(Json.text(real, UID)),
            created.isEmpty() ? Json.text(real, CREATED) : created)
        .leavingSince(Json.text(real, "deletionTimestamp"));
  }

  /// What people call a policy: as noted; else, for one of an older writer, without its tier.
  static String name(ObjectNode object) {
    ObjectNode real = metadata(object);
    String noted = note(real).map(note -> Json.text(note, NAME)).orElse("");
    if (!noted.isEmpty()) {
      return noted;
    }
    String name = realName(object);
    String tier = object.path("spec").path("tier").asText("");
    boolean isOfDefaultTier = tier.isEmpty() || tier.equals("default");
    boolean isNoted = real.path(ANNOTATIONS).has(NOTE);
    return isOfDefaultTier && !isNoted && name.startsWith(DEFAULT_TIER)
        ? name.substring(DEFAULT_TIER.length())
        : name;
  }

  private static String realName(ObjectNode object) {
    return Json.text(metadata(object), NAME);
  }

  private static ObjectNode metadata(ObjectNode object) {
    return object.withObjectProperty("metadata");
  }

  private static Optional<ObjectNode> note(ObjectNode real) {
    String text = Json.text(real.path(ANNOTATIONS), NOTE);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Json.object(text)
            .orElseThrow(
                () ->
                    new ResourceFormatException(
                        "annotation %s: expected a JSON object".formatted(NOTE), null)));
  }

  // ---- writing

  /// Writes metadata into an object: a new one, or one as it was read, whose other fields stay.
  ///
  /// @param tier of a policy, else empty
  static void write(Metadata metadata, ResourceKind kind, String tier, ObjectNode object) {
    ObjectNode real = metadata(object);
    ObjectNode note = note(real).orElseGet(Json::object);
    if (POLICIES.contains(kind)) {
      note.put(NAME, metadata.name());
    }
    Json.put(note, "generateName", metadata.generateName());
    if (!metadata.creationTimestamp().isEmpty()) {
      note.put(CREATED, metadata.creationTimestamp());
    }
    set(note, LABELS, metadata.labels());
    set(note, ANNOTATIONS, metadata.annotations());
    Map<String, String> labels = own(metadata.labels());
    if (!tier.isEmpty()) {
      labels.put(TIER_LABEL, tier);
    }
    Map<String, String> annotations = own(metadata.annotations());
    annotations.put(NOTE, note.toString());
    set(real, LABELS, labels);
    set(real, ANNOTATIONS, annotations);
  }

  private static Map<String, String> own(Map<String, String> texts) {
    Map<String, String> own = new TreeMap<>(texts);
    own.keySet().removeIf(key -> OWN.stream().noneMatch(key::contains));
    return own;
  }

  static void set(ObjectNode object, String field, Map<String, String> texts) {
    if (texts.isEmpty()) {
      object.remove(field);
    } else {
      object.set(field, Json.object(texts));
    }
  }
}

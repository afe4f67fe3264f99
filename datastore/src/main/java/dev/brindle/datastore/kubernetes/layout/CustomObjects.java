// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.codec.KeptFields;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Calico's own resources as custom resources: `spec` is what people write, but for IPAM's.
final class CustomObjects {

  private static final String SPEC = "spec";
  private static final String METADATA = "metadata";
  private static final String DELETED = "deleted";
  private static final String HANDLE = "handleID";
  private static final String STRICT = "strictAffinity";
  private static final String AUTO = "autoAllocateBlocks";

  private final CalicoGroup group;

  CustomObjects(CalicoGroup group) {
    this.group = group;
  }

  /// What such a resource's object may be called, the usual name first.
  static List<ObjectName> names(ResourceKey key) {
    String name = key.name();
    if (key.kind() == ResourceKind.IPAM_HANDLE) {
      return List.of(ObjectName.of(name.toLowerCase(Locale.ROOT)));
    }
    ObjectName usual = new ObjectName(key.namespace(), name);
    boolean mayBeOlder =
        CustomMetadata.POLICIES.contains(key.kind())
            && !name.startsWith(CustomMetadata.DEFAULT_TIER);
    return mayBeOlder
        ? List.of(usual, new ObjectName(key.namespace(), CustomMetadata.DEFAULT_TIER + name))
        : List.of(usual);
  }

  /// Two-step deletion: whoever finds an object that says so takes it for gone.
  static boolean isDeleted(ObjectNode object) {
    return object.path(SPEC).path(DELETED).asBoolean(false);
  }

  /// The first step: whoever writes now fails.
  static ObjectNode deleted(ResourceKind kind, CalicoGroup group, ObjectNode object) {
    ObjectNode marked = object.deepCopy();
    boolean isText = kind == ResourceKind.BLOCK_AFFINITY && group == CalicoGroup.CRD;
    if (isText) {
      marked.withObjectProperty(SPEC).put(DELETED, "true");
    } else {
      marked.withObjectProperty(SPEC).put(DELETED, true);
    }
    return marked;
  }

  /// Which resource an object is, also where the rest of it cannot be read.
  ResourceKey key(ResourceKind kind, ObjectNode object) {
    ObjectName there = ObjectName.of(object);
    String handle = object.path(SPEC).path(HANDLE).asText("");
    String name =
        kind == ResourceKind.IPAM_HANDLE && !handle.isEmpty()
            ? handle
            : isNoted(kind) ? CustomMetadata.name(object) : there.name();
    return new ResourceKey(kind, there.namespace(), name);
  }

  private boolean isNoted(ResourceKind kind) {
    return group == CalicoGroup.CRD && CustomMetadata.POLICIES.contains(kind);
  }

  Resource read(ResourceKind kind, ObjectNode object) {
    ObjectNode tree = object.deepCopy();
    if (kind == ResourceKind.BLOCK_AFFINITY) {
      ObjectNode spec = tree.withObjectProperty(SPEC);
      spec.put(DELETED, spec.path(DELETED).asBoolean(false));
      if (Json.text(spec, "state").isEmpty()) {
        spec.remove("state");
      }
    }
    if (group == CalicoGroup.CRD) {
      tree.remove(METADATA);
    }
    Resource read = ResourceCodec.readStored(kind, withMetadata(tree));
    Metadata metadata =
        group == CalicoGroup.CRD ? CustomMetadata.read(kind, object) : read.metadata();
    return read.withMetadata(metadata.withName(key(kind, object).name()));
  }

  private static ObjectNode withMetadata(ObjectNode tree) {
    tree.withObjectProperty(METADATA);
    return tree;
  }

  /// @param before as it is stored, or an object without fields: what we do not know of stays
  ObjectNode write(Resource resource, ObjectNode before) {
    ResourceKind kind = resource.kind();
    ObjectNode tree = ResourceCodec.tree(resource);
    ObjectNode object = before.deepCopy();
    object.put("apiVersion", group.toString()).put("kind", group.kindName(kind));
    tree.remove(List.of("apiVersion", "kind", METADATA));
    if (!before.isEmpty()) {
      KeptFields.keep(tree.withObjectProperty(SPEC), before.path(SPEC), read(kind, before), SPEC);
    }
    object.setAll(tree);
    ObjectNode spec = object.withObjectProperty(SPEC);
    complete(kind, spec);
    ObjectNode metadata = object.withObjectProperty(METADATA);
    if (before.isEmpty()) {
      ObjectName name = names(resource.key()).getFirst();
      metadata.put("name", name.name());
      Json.put(metadata, "namespace", name.namespace());
    }
    String tier = CustomMetadata.POLICIES.contains(kind) ? tier(spec) : "";
    Metadata given = labelled(resource);
    if (group == CalicoGroup.CRD) {
      CustomMetadata.write(given, kind, tier, object);
    } else {
      CustomMetadata.set(metadata, "labels", withTier(given.labels(), tier));
      CustomMetadata.set(metadata, "annotations", given.annotations());
    }
    return object;
  }

  private static String tier(ObjectNode spec) {
    String tier = Json.text(spec, "tier");
    return tier.isEmpty() ? "default" : tier;
  }

  private static Map<String, String> withTier(Map<String, String> labels, String tier) {
    Map<String, String> all = new HashMap<>(labels);
    if (!tier.isEmpty()) {
      all.put("projectcalico.org/tier", tier);
    }
    return all;
  }

  /// Affinities are found by their labels.
  private static Metadata labelled(Resource resource) {
    if (resource instanceof BlockAffinity affinity) {
      Map<String, String> labels = new HashMap<>(resource.metadata().labels());
      labels.putAll(AffinityLabels.of(affinity.spec()));
      return resource.metadata().withLabels(labels);
    }
    return resource.metadata();
  }

  /// Fields that the schemas of the custom resources demand, whatever they hold.
  private void complete(ResourceKind kind, ObjectNode spec) {
    switch (kind) {
      case IPAM_BLOCK -> {
        spec.put(DELETED, spec.path(DELETED).asBoolean(false));
        spec.put(STRICT, spec.path(STRICT).asBoolean(false));
      }
      case BLOCK_AFFINITY -> {
        boolean isDeleted = spec.path(DELETED).asBoolean(false);
        if (group == CalicoGroup.CRD) {
          spec.put(DELETED, Boolean.toString(isDeleted));
        } else {
          spec.put(DELETED, isDeleted);
        }
      }
      case IPAM_HANDLE -> spec.withObjectProperty("block");
      case IPAM_CONFIG -> {
        spec.put(STRICT, spec.path(STRICT).asBoolean(false));
        spec.put(AUTO, spec.path(AUTO).asBoolean(true));
      }
      default -> {}
    }
  }

  /// Another handle whose name differs in case only has the same object.
  static boolean isOf(ResourceKey key, Resource resource) {
    return !(resource instanceof IpamHandle) || resource.key().equals(key);
  }
}

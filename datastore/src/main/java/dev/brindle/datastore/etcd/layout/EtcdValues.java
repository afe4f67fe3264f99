// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd.layout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.IpamConfig;
import dev.brindle.api.resource.IpamHandle;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.validation.ReferenceCheck;
import dev.brindle.datastore.codec.KeptFields;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.codec.ResourceFormatException;
import java.util.HashMap;
import java.util.Map;

/// What is stored under a key, as JSON text.
///
/// Resources are whole objects. IPAM's are what CRDs have as `spec`, under older names, without
/// metadata: their key says the name, and etcd the revision.
public final class EtcdValues {

  /// Holds the name of a policy, whatever its key says.
  private static final String NAME = "projectcalico.org/metadata";

  private static final String METADATA = "metadata";
  private static final String SPEC = "spec";
  private static final String CLAIM_TIME = "affinityClaimTime";
  private static final String OLD_CLAIM_TIME = "affinity_claim_time";
  private static final String AFFINITY = "affinity";
  private static final String STRICT = "strictAffinity";
  private static final String OLD_STRICT = "strict_affinity";
  private static final String AUTO = "autoAllocateBlocks";
  private static final String OLD_AUTO = "auto_allocate_blocks";

  private static final JsonMapper JSON = new JsonMapper();

  private EtcdValues() {}

  /// Whether such a resource has metadata of its own there.
  public static boolean hasMetadata(Resource resource) {
    return switch (resource) {
      case IpamBlock _, BlockAffinity _, IpamHandle _, IpamConfig _ -> false;
      default -> true;
    };
  }

  // ---- reading

  /// @param path under which it is
  /// @param key which that path means
  /// @throws ResourceFormatException if it is no such resource
  public static Resource read(String path, ResourceKey key, String json, long revision) {
    Resource resource =
        switch (key.kind()) {
          case IPAM_BLOCK, BLOCK_AFFINITY, IPAM_HANDLE, IPAM_CONFIG ->
              ofSpec(key, spec(path, key, json));
          default -> named(key, ResourceCodec.readStored(key.kind(), json));
        };
    return resource.withMetadata(resource.metadata().withResourceVersion(Long.toString(revision)));
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static ObjectNode object(String json) {
    try {
      if (JSON.readTree(json) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new ResourceFormatException("no JSON: " + e.getOriginalMessage(), e);
    }
    throw new ResourceFormatException("expected a JSON object", null);
  }

  /// One of IPAM's values under the names that CRDs have in `spec`.
  private static ObjectNode spec(String path, ResourceKey key, String json) {
    return switch (key.kind()) {
      case IPAM_BLOCK -> block(object(json));
      case BLOCK_AFFINITY -> affinity(path, json.isBlank() ? empty() : object(json));
      case IPAM_HANDLE -> object(json).put("handleID", key.name());
      case IPAM_CONFIG -> config(object(json));
      default -> throw new IllegalArgumentException(key + " is none of IPAM's");
    };
  }

  private static Resource ofSpec(ResourceKey key, ObjectNode spec) {
    ObjectNode resource = empty();
    resource.putObject(METADATA).put("name", key.name());
    resource.set(SPEC, spec);
    return ResourceCodec.readStored(key.kind(), resource.toString());
  }

  /// `hostAffinity` is from before blocks could belong to anything but a node.
  private static ObjectNode block(ObjectNode stored) {
    stored.remove(STRICT); // Calico reads it no more, and drops it where it writes
    rename(stored, OLD_CLAIM_TIME, CLAIM_TIME);
    JsonNode host = stored.remove("hostAffinity");
    boolean isOld = host != null && host.isTextual() && !stored.path(AFFINITY).isTextual();
    return isOld ? stored.put(AFFINITY, "host:" + host.textValue()) : stored;
  }

  /// An empty value, or none, counts as confirmed.
  private static ObjectNode affinity(String path, ObjectNode stored) {
    EtcdKeys.AffinityPlace place = EtcdKeys.affinity(path).orElseThrow();
    if (stored.path("state").asText("").isEmpty()) {
      stored.remove("state");
    }
    return stored
        .put("node", place.owner())
        .put("type", place.type())
        .put("cidr", place.cidr().toString());
  }

  /// What is false is left out there, whatever counts when there is no configuration at all.
  private static ObjectNode config(ObjectNode stored) {
    rename(stored, OLD_STRICT, STRICT);
    rename(stored, OLD_AUTO, AUTO);
    return stored.has(AUTO) ? stored : stored.put(AUTO, false);
  }

  private static void rename(ObjectNode object, String from, String to) {
    JsonNode value = object.remove(from);
    if (value != null) {
      object.set(to, value);
    }
  }

  /// The key says what it is, the policies' annotation what people call it.
  private static Resource named(ResourceKey key, Resource written) {
    Resource stored =
        written.withMetadata(
            written.metadata().withName(key.name()).withNamespace(key.namespace()));
    return ReferenceCheck.tier(stored).map(tier -> trueName(stored, tier)).orElse(stored);
  }

  private static Resource trueName(Resource policy, String tier) {
    Metadata metadata = policy.metadata();
    String noted = metadata.annotations().get(NAME);
    if (noted != null) {
      Map<String, String> others = new HashMap<>(metadata.annotations());
      others.remove(NAME);
      String name = object(noted).path("name").asText(metadata.name());
      return policy.withMetadata(metadata.withName(name).withAnnotations(others));
    }
    boolean isOfDefaultTier = tier.isEmpty() || tier.equals("default");
    return isOfDefaultTier && metadata.name().startsWith(EtcdKeys.DEFAULT_TIER)
        ? policy.withMetadata(
            metadata.withName(metadata.name().substring(EtcdKeys.DEFAULT_TIER.length())))
        : policy;
  }

  // ---- writing

  /// @param path where it will be; a policy may be under another name than its own
  public static String write(String path, Resource resource) {
    return switch (resource) {
      case IpamBlock block -> block(block).toString();
      case BlockAffinity affinity ->
          empty()
              .put("state", affinity.spec().state().toString())
              .put("deleted", affinity.spec().deleted())
              .toString();
      case IpamHandle handle -> handle(handle.spec()).toString();
      case IpamConfig config -> config(config.spec()).toString();
      default ->
          ResourceCodec.stored(
              ReferenceCheck.tier(resource).isPresent() ? noted(path, resource) : resource);
    };
  }

  /// Over what is there: what a newer writer stored and we do not know stays. An older name of what
  /// we know does not: it would say what was.
  ///
  /// @param before as it is stored
  /// @param read what we read there
  public static String write(String path, Resource resource, String before, Resource read) {
    ObjectNode written = object(write(path, resource));
    if (hasMetadata(resource)) {
      KeptFields.keep(written, object(before), read);
    } else {
      KeptFields.keep(written, spec(path, read.key(), before), read, SPEC);
    }
    return ResourceCodec.stored(written);
  }

  private static Resource noted(String path, Resource policy) {
    Metadata metadata = policy.metadata();
    Map<String, String> annotations = new HashMap<>(metadata.annotations());
    annotations.put(NAME, empty().put("name", metadata.name()).toString());
    String stored = path.substring(path.lastIndexOf('/') + 1);
    return policy.withMetadata(metadata.withName(stored).withAnnotations(annotations));
  }

  private static ObjectNode block(IpamBlock block) {
    ObjectNode written = (ObjectNode) object(ResourceCodec.stored(block)).get(SPEC);
    rename(written, CLAIM_TIME, OLD_CLAIM_TIME);
    if (!written.has(AFFINITY)) {
      written.putNull(AFFINITY);
    }
    return written.put("deleted", block.spec().deleted());
  }

  private static ObjectNode handle(IpamHandle.Spec spec) {
    ObjectNode written = empty();
    ObjectNode block = written.putObject("block");
    spec.block().forEach(block::put);
    return written.put("deleted", spec.deleted());
  }

  private static ObjectNode config(IpamConfig.Spec spec) {
    ObjectNode written = empty();
    if (spec.strictAffinity()) {
      written.put(OLD_STRICT, true);
    }
    if (spec.autoAllocateBlocks().orElse(true)) {
      written.put(OLD_AUTO, true);
    }
    if (spec.maxBlocksPerHost() != 0) {
      written.put("maxBlocksPerHost", spec.maxBlocksPerHost());
    }
    if (!spec.kubeVirtVMAddressPersistence().isEmpty()) {
      written.put("kubeVirtVMAddressPersistence", spec.kubeVirtVMAddressPersistence());
    }
    if (spec.ipCooldownSeconds() != 0) {
      written.put("ipCooldownSeconds", spec.ipCooldownSeconds());
    }
    return written;
  }
}

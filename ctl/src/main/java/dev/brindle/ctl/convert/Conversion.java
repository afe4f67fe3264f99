// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.convert;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.validation.Defaults;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.datastore.codec.Document;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.codec.ResourceFormatException;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import dev.brindle.datastore.kubernetes.layout.ObjectLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The text of a file as resources of v3: those of v1, and NetworkPolicies of Kubernetes. Whatever
/// is v3 already stays. All or nothing.
public final class Conversion {

  private static final String FAILED = "failed to execute command: ";
  private static final String V1 = "v1";
  private static final String LIST = "List";
  private static final String KUBERNETES = "networking.k8s.io/v1";
  private static final String KUBERNETES_PREFIX = "knp.default.";

  private final String file;
  private final Document document;
  private final List<Resource> found;

  private Conversion(String file, Document document, List<Resource> found) {
    this.file = file;
    this.document = document;
    this.found = found;
  }

  /// @param file its name, for messages
  /// @throws ClientException with the place of what cannot be read
  public static List<Resource> read(String file, String text) {
    List<Resource> found = new ArrayList<>();
    try {
      for (Document document : ResourceCodec.documents(text)) {
        new Conversion(file, document, found)
            .expand(document.root(), JsonPointer.empty(), Map.entry("", ""));
      }
    } catch (ResourceFormatException e) {
      throw new ClientException(FAILED + file + ": " + e.getMessage());
    }
    return found;
  }

  /// @param item version and kind of an item of a list that does not say so itself
  private void expand(JsonNode node, JsonPointer path, Map.Entry<String, String> item) {
    switch (node.getNodeType()) {
      case NULL, MISSING -> {}
      case ARRAY -> {
        for (int i = 0; i < node.size(); i++) {
          expand(node.get(i), path.appendIndex(i), item);
        }
      }
      case OBJECT -> convert((ObjectNode) node, path, item);
      case BINARY, BOOLEAN, NUMBER, POJO, STRING ->
          throw fault(path, "expected a resource, found '%s'".formatted(node.asText()));
    }
  }

  private ClientException fault(JsonPointer path, String words) {
    return new ClientException(FAILED + file + ": " + document.place().apply(path) + words);
  }

  private void convert(ObjectNode object, JsonPointer path, Map.Entry<String, String> item) {
    String version = object.path("apiVersion").asText(item.getKey());
    String kind = object.path("kind").asText(item.getValue());
    if (kind.endsWith(LIST) && object.has("items")) {
      String each = kind.substring(0, kind.length() - LIST.length());
      boolean isMixed = each.isEmpty();
      expand(
          object.path("items"),
          path.appendProperty("items"),
          isMixed ? Map.entry("", "") : Map.entry(version, each));
      return;
    }
    boolean isOld = version.equals(V1) && OldResources.isKnown(kind);
    if (isOld) {
      found.add(strict(old(kind, object, path), path));
    } else if (version.equals(KUBERNETES) && kind.equals("NetworkPolicy")) {
      found.add(policy(object, path));
    } else if (version.equals(ResourceCodec.API_VERSION)) {
      object.put("apiVersion", version).put("kind", kind);
      found.add(strict(object, path));
    } else {
      throw fault(
          path,
          "conversion for the resource type '%s' (%s) is not supported".formatted(kind, version));
    }
  }

  private ObjectNode old(String kind, ObjectNode object, JsonPointer path) {
    try {
      return OldResources.convert(kind, OldFields.of(object, path, document.place()));
    } catch (ClientException e) {
      throw new ClientException(FAILED + file + ": " + e.getMessage());
    }
  }

  /// As if somebody had written the result.
  private Resource strict(ObjectNode tree, JsonPointer path) {
    try {
      Resource resource = ResourceCodec.read(tree.toString()).getFirst();
      boolean isNamed =
          resource.kind() != ResourceKind.WORKLOAD_ENDPOINT
              || !resource.metadata().name().isEmpty();
      return isNamed ? resource : resource.withMetadata(Defaults.fill(resource).metadata());
    } catch (ResourceFormatException e) {
      throw fault(path, "what it becomes cannot be read: " + e.getMessage());
    }
  }

  private Resource policy(ObjectNode object, JsonPointer path) {
    ObjectLayout layout =
        ObjectLayout.of(CalicoGroup.CRD, ResourceKind.NETWORK_POLICY).stream()
            .filter(each -> !each.isCalicos())
            .findFirst()
            .orElseThrow();
    ObjectNode metadata = object.withObjectProperty("metadata");
    if (metadata.path("namespace").asText("").isEmpty()) {
      metadata.put("namespace", "default");
    }
    ObjectLayout.Reading reading;
    try {
      reading = layout.read(object);
    } catch (ResourceFormatException e) {
      throw fault(path, String.valueOf(e.getMessage()));
    }
    if (!reading.complaints().isEmpty()) {
      throw fault(path, String.join("; ", reading.complaints()));
    }
    Resource read = reading.resource().orElseThrow(() -> fault(path, "it is no NetworkPolicy"));
    String name = read.metadata().name().substring(KUBERNETES_PREFIX.length());
    if (name.isEmpty()) {
      throw fault(path, "metadata.name is missing");
    }
    Metadata given = read.metadata();
    return read.withMetadata(Metadata.named(given.namespace(), name));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import java.util.HashMap;
import java.util.Map;

/// What people say in a resource, without what stores and programs add: identity, status, and the
/// label that tells the tier of a policy. The same whichever store it was read from.
public final class ResourceContent {

  private static final String TIER_LABEL = "projectcalico.org/tier";
  private static final JsonMapper SORTED =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

  private ResourceContent() {}

  public static ObjectNode of(Resource resource) {
    Metadata metadata = resource.metadata();
    Map<String, String> labels = new HashMap<>(metadata.labels());
    labels.remove(TIER_LABEL);
    ObjectNode tree =
        ResourceTree.of(
            resource.withMetadata(
                Metadata.named(metadata.namespace(), metadata.name())
                    .withLabels(labels)
                    .withAnnotations(metadata.annotations())));
    tree.remove("status");
    return tree;
  }

  /// The same for two that say the same, in any process.
  public static String text(Resource resource) {
    try {
      return SORTED.writeValueAsString(of(resource));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(resource.key() + " is not written as JSON", e);
    }
  }
}

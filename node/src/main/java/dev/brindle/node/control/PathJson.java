// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.bird.rib.Path;
import dev.brindle.bird.rib.Source;
import dev.brindle.bird.table.ListedPath;
import dev.brindle.bird.wire.PathAttribute.ExtendedCommunities;
import dev.brindle.bird.wire.PathAttributes;
import java.util.List;
import java.util.Locale;

/// What is told of one path, in names that stay.
final class PathJson {

  private PathJson() {}

  static ObjectNode of(ListedPath listed) {
    Path path = listed.path();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("best", listed.isBest())
            .put("equal", listed.isEqual())
            .put("stale", listed.isStale())
            .put("source", kind(path.source().kind()));
    if (!path.source().isLocal()) {
      json.put("peer", path.source().name()).put("from", path.source().address().toString());
    }
    return json.setAll(attributes(path.attributes()));
  }

  private static String kind(Source.Kind kind) {
    return switch (kind) {
      case LOCAL -> "local";
      case EXTERNAL -> "external";
      case INTERNAL -> "internal";
      case CONFEDERATION -> "confederation";
    };
  }

  static ObjectNode attributes(PathAttributes attributes) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    attributes.nextHop().ifPresent(it -> json.put("nextHop", it.address().toString()));
    json.put("asPath", attributes.asPath().toString())
        .put("origin", attributes.origin().name().toLowerCase(Locale.ROOT));
    attributes.localPref().ifPresent(it -> json.put("localPref", it));
    attributes.multiExitDisc().ifPresent(it -> json.put("med", it));
    list(json, "communities", attributes.communities());
    list(json, "largeCommunities", attributes.largeCommunities());
    list(
        json,
        "extendedCommunities",
        attributes.find(ExtendedCommunities.class).map(it -> it.values()).orElse(List.of()));
    attributes.originatorId().ifPresent(it -> json.put("originatorId", it.toString()));
    list(json, "clusterList", attributes.clusterList());
    return json;
  }

  private static void list(ObjectNode json, String name, List<?> values) {
    if (!values.isEmpty()) {
      var array = json.putArray(name);
      values.forEach(it -> array.add(it.toString()));
    }
  }
}

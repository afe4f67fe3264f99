// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd.layout;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.brindle.datastore.Lease;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/// Where leases are, and in which words. Calico has none in etcd, so they are not among its keys.
///
/// ```
/// /brindle/v1/leases/<name>   {"holder", "durationSeconds", "acquired", "renewed", "transitions"}
/// ```
public final class LeaseKeys {

  public static final String PREFIX = "/brindle/v1/leases/";

  private static final JsonMapper JSON = new JsonMapper();

  private LeaseKeys() {}

  public static String path(String name) {
    return PREFIX + name;
  }

  public static String json(Lease lease) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("holder", lease.holder())
        .put("durationSeconds", lease.duration().toSeconds())
        .put("acquired", lease.acquired().toString())
        .put("renewed", lease.renewed().toString())
        .put("transitions", lease.transitions())
        .toString();
  }

  /// @throws IllegalArgumentException if that is no lease
  public static Lease read(String name, String json, long revision) {
    try {
      JsonNode tree = JSON.readTree(json);
      return new Lease(
          name,
          tree.path("holder").asText(""),
          Duration.ofSeconds(tree.path("durationSeconds").asLong()),
          Instant.parse(tree.path("acquired").asText()),
          Instant.parse(tree.path("renewed").asText()),
          tree.path("transitions").asInt(),
          Long.toString(revision));
    } catch (JsonProcessingException | DateTimeException e) {
      throw new IllegalArgumentException(
          "%s%s is no lease: expected JSON with acquired and renewed, found '%s'"
              .formatted(PREFIX, name, json),
          e);
    }
  }
}

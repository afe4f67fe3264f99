// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.migrate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.client.ClientException;
import dev.brindle.datastore.codec.ResourceFormatException;
import dev.brindle.datastore.etcd.layout.EtcdKeys;
import dev.brindle.datastore.etcd.layout.EtcdValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// IPAM's records as `IpamExport` writes them.
final class IpamImport {

  private static final JsonMapper JSON = new JsonMapper();

  /// In the order in which an address is given out: what is found half-done then has no address in
  /// use that its handle does not know.
  private static final List<Member> MEMBERS =
      List.of(
          new Member("config", ResourceKind.IPAM_CONFIG),
          new Member("handles", ResourceKind.IPAM_HANDLE),
          new Member("block_affinities", ResourceKind.BLOCK_AFFINITY),
          new Member("blocks", ResourceKind.IPAM_BLOCK));

  private record Member(String name, ResourceKind kind) {}

  private IpamImport() {}

  /// @throws ClientException if it is no such text
  static List<Resource> read(String name, String text) {
    JsonNode all = json(name, text);
    Set<String> unknown = new TreeSet<>();
    all.fieldNames().forEachRemaining(unknown::add);
    MEMBERS.forEach(member -> unknown.remove(member.name()));
    if (!all.isObject() || !unknown.isEmpty()) {
      throw malformed(name, all.isObject() ? "unknown members " + unknown : "no JSON object");
    }
    List<Resource> resources = new ArrayList<>();
    for (Member member : MEMBERS) {
      JsonNode found = all.path(member.name());
      if (found.isObject()) {
        resources.add(resource(name, member.kind(), found)); // the only one there can be
      } else {
        found.forEach(each -> resources.add(resource(name, member.kind(), each)));
      }
    }
    return resources;
  }

  private static JsonNode json(String name, String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw malformed(name, e.getOriginalMessage());
    }
  }

  private static Resource resource(String name, ResourceKind kind, JsonNode pair) {
    String path = pair.path("Key").asText("");
    JsonNode value = pair.path("Value");
    ResourceKey key =
        EtcdKeys.key(path)
            .filter(found -> found.kind() == kind)
            .orElseThrow(() -> malformed(name, "'%s' is no key of %s".formatted(path, kind)));
    try {
      Resource read =
          EtcdValues.read(path, key, value.isObject() ? value.toString() : value.asText(""), 0);
      return read.withMetadata(Metadata.named(read.metadata().name()));
    } catch (ResourceFormatException e) {
      throw malformed(name, "%s: %s".formatted(path, e.getMessage()));
    }
  }

  private static ClientException malformed(String name, String why) {
    return new ClientException(
        "imported file: %s is improperly formatted: its third part: %s".formatted(name, why));
  }
}

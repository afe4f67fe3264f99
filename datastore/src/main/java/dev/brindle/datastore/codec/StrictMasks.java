// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.resource.ResourceKind;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Where a network has to be written as what it is: `10.0.0.0/8`, not `10.1.2.3/8`, which might be
/// meant as one address. The records cannot tell any more: there a network has no other bits.
final class StrictMasks {

  private static final JsonPointer POOL = JsonPointer.compile("/spec/cidr");

  private StrictMasks() {}

  /// A text that is more than a network.
  ///
  /// @param network that it would be taken for
  record Loose(JsonPointer path, String text, String network) {

    String reason() {
      return "'%s' has bits set after its length, write %s".formatted(text, network);
    }
  }

  static Optional<Loose> find(ResourceKind kind, JsonNode resource) {
    return paths(kind, resource).flatMap(path -> loose(resource, path).stream()).findFirst();
  }

  private static Optional<Loose> loose(JsonNode resource, JsonPointer path) {
    String text = resource.at(path).asText();
    return InterfaceAddress.tryParse(text)
        .filter(written -> !written.cidr().address().equals(written.address()))
        .map(written -> new Loose(path, text, written.cidr().toString()));
  }

  private static Stream<JsonPointer> paths(ResourceKind kind, JsonNode resource) {
    return switch (kind) {
      case IP_POOL -> Stream.of(POOL);
      case GLOBAL_NETWORK_POLICY, NETWORK_POLICY, PROFILE ->
          items(resource, List.of("/spec/ingress", "/spec/egress"))
              .flatMap(rule -> Stream.of("/source/", "/destination/").map(rule::concat))
              .flatMap(side -> items(resource, List.of(side + "nets", side + "notNets")))
              .map(JsonPointer::compile);
      case BGP_CONFIGURATION,
          BGP_PEER,
          BLOCK_AFFINITY,
          CLUSTER_INFORMATION,
          FELIX_CONFIGURATION,
          IPAM_BLOCK,
          IPAM_CONFIG,
          IPAM_HANDLE,
          NODE,
          TIER,
          WORKLOAD_ENDPOINT ->
          Stream.empty();
    };
  }

  /// Paths of what stands in lists.
  private static Stream<String> items(JsonNode resource, List<String> lists) {
    return lists.stream()
        .flatMap(
            list -> IntStream.range(0, resource.at(list).size()).mapToObj(i -> list + "/" + i));
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.bird.topology.AoAlgorithm;
import dev.brindle.bird.topology.AoKey;
import dev.brindle.bird.topology.PeerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The field `tcpAo` of a neighbour: `{keys: [{id: 1, receiveId: 1, algorithm: hmac-sha-1-96,
/// secret: {file: /etc/brindle/key}}]}`, the key by choice first.
final class AoFields {

  private static final int MOST_KEYS = 16;
  private static final int MOST = 255;

  private AoFields() {}

  /// Without one of its secrets there is no session.
  static PeerConfig withKeys(PeerConfig peer, Field neighbor, NamedSecrets secrets) {
    Field field = neighbor.get("tcpAo");
    for (String other : List.of("password", "range")) {
      if (neighbor.find(other).isPresent()) {
        throw field.wrong("has no place beside %s; leave one of them out".formatted(other));
      }
    }
    field.entries(Set.of("keys"));
    List<AoKey> keys = new ArrayList<>();
    List<Field> items = field.get("keys").items(MOST_KEYS);
    if (items.isEmpty()) {
      throw field.get("keys").wrong("is empty; give a key, or leave tcpAo out");
    }
    for (Field item : items) {
      item.entries(Set.of("id", "receiveId", "algorithm", "secret"));
      int id = (int) item.get("id").number(0, MOST);
      int receiveId = item.find("receiveId").map(it -> (int) it.number(0, MOST)).orElse(id);
      AoAlgorithm algorithm =
          item.find("algorithm").map(AoFields::algorithm).orElse(AoAlgorithm.HMAC_SHA_1_96);
      switch (secrets.read(item.get("secret"))) {
        case PasswordSource.Answer.Found(var found) ->
            keys.add(new AoKey(id, receiveId, algorithm, found));
        case PasswordSource.Answer.Missing(var reason) -> {
          return peer.refusedBecause(reason);
        }
      }
      if (!AoKey.areDistinct(keys)) {
        throw item.wrong(
            "has the id or the receiveId of a key before it; no two keys may share one");
      }
    }
    return peer.withAoKeys(keys);
  }

  private static AoAlgorithm algorithm(Field field) {
    Map<String, AoAlgorithm> known = new TreeMap<>();
    for (AoAlgorithm algorithm : AoAlgorithm.values()) {
      known.put(algorithm.toString(), algorithm);
    }
    return field.oneOf(known);
  }
}

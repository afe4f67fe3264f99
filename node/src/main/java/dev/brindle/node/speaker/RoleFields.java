// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRole;
import dev.brindle.bird.wire.Role;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The fields `role` and `roleStrict` of a neighbour (RFC 9234).
final class RoleFields {

  private static final String ROLE = "role";
  private static final String STRICT = "roleStrict";

  private RoleFields() {}

  /// Ours towards the neighbour; empty if nothing is said of it.
  static Optional<PeerRole> role(Field neighbor) {
    Map<String, Role> known = new TreeMap<>();
    for (Role role : Role.values()) {
      known.put(role.toString(), role);
    }
    boolean isStrict = neighbor.flag(STRICT);
    return neighbor.find(ROLE).map(it -> new PeerRole(it.oneOf(known), isStrict));
  }

  static void check(Field neighbor, PeerConfig peer) {
    Optional<Field> role = neighbor.find(ROLE);
    if (role.isPresent() && !peer.isOutside()) {
      throw role.get().wrong("is for neighbors of other systems; leave it out");
    }
    Optional<Field> strict = neighbor.find(STRICT);
    if (strict.isPresent() && role.isEmpty()) {
      throw strict.get().wrong("needs role: what we are to the neighbor");
    }
  }
}

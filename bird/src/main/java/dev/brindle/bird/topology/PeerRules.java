// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.SecretPassword;
import dev.brindle.api.resource.SecretPassword.SecretKeyRef;
import java.util.Optional;

/// What holds for peers of every kind.
record PeerRules(BgpResources resources, CalicoNode self, PeerFilters filters) {

  AsNumber ourAs() {
    return resources.as(self);
  }

  Optional<IpAddress> ourAddress(IpAddress peer) {
    return BgpResources.address(self, peer.family());
  }

  /// Calico's way to let exactly one of two nodes call: by comparing addresses as texts, so that
  /// `10.0.0.9` is greater than `10.0.0.10`.
  static boolean waitsFor(IpAddress peer, IpAddress ours) {
    return peer.toString().compareTo(ours.toString()) > 0;
  }

  /// `Mesh_10_0_0_2`, `Node_fe0a__3_port_1790`.
  static String name(PeerType type, IpAddress address, Optional<Integer> port) {
    String name = type.prefix() + "_" + address.toString().replace('.', '_').replace(':', '_');
    return port.map(it -> name + "_port_" + it).orElse(name);
  }

  /// A reflector treats every peer inside its AS as a client, but for those of its own cluster.
  boolean isClient(PeerConfig peer, String peerClusterId) {
    String ours = BgpResources.clusterId(self);
    return !ours.isEmpty() && peer.isInternal() && !peerClusterId.equals(ours);
  }

  /// Without its password there is no session: an empty one in its place would be a hole.
  PeerConfig withPassword(PeerConfig peer, Optional<SecretPassword> password, String where) {
    return password.map(it -> signed(peer, it, where)).orElse(peer);
  }

  private PeerConfig signed(PeerConfig peer, SecretPassword wanted, String where) {
    SecretKeyRef ref = wanted.secretKeyRef();
    if (ref == null || ref.name().isEmpty() || ref.key().isEmpty()) {
      return peer.refusedBecause(
          "%s: password has no secretKeyRef with name and key".formatted(where));
    }
    SecretContent content =
        resources
            .secrets()
            .getOrDefault(ref, new SecretContent.Missing("Secrets cannot be read here"));
    return switch (content) {
      case SecretContent.Found(var found) -> peer.withPassword(found);
      case SecretContent.Missing(var reason) ->
          peer.refusedBecause(
              "%s wants the password in Secret '%s', key '%s': %s"
                  .formatted(where, ref.name(), ref.key(), reason));
    };
  }
}

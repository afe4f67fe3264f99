// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.Password;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRange;
import dev.brindle.bird.topology.SpeakerConfig;
import java.util.HashMap;
import java.util.Map;

/// With which passwords callers must sign.
record SigningKeys(Map<IpAddress, Password> hosts, Map<Cidr, Password> ranges) {

  static final SigningKeys NONE = new SigningKeys(Map.of(), Map.of());

  SigningKeys {
    hosts = Map.copyOf(hosts);
    ranges = Map.copyOf(ranges);
  }

  /// A peer that is refused has none, and one that was not found yet.
  static SigningKeys of(SpeakerConfig config) {
    Map<IpAddress, Password> hosts = new HashMap<>();
    for (PeerConfig peer : config.peers()) {
      peer.password()
          .filter(_ -> !peer.isUnnumbered())
          .ifPresent(key -> hosts.put(peer.address(), key));
    }
    Map<Cidr, Password> ranges = new HashMap<>();
    for (PeerRange range : config.ranges()) {
      range.template().password().ifPresent(key -> ranges.put(range.range(), key));
    }
    return new SigningKeys(hosts, ranges);
  }

  boolean isEmpty() {
    return hosts.isEmpty() && ranges.isEmpty();
  }

  int size() {
    return hosts.size() + ranges.size();
  }
}

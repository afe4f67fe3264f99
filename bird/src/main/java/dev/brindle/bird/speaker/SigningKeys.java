// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.AoKey;
import dev.brindle.bird.topology.Password;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRange;
import dev.brindle.bird.topology.SpeakerConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// With which passwords callers must sign, or with which keys of TCP-AO.
record SigningKeys(
    Map<IpAddress, Password> hosts, Map<Cidr, Password> ranges, Map<IpAddress, List<AoKey>> ao) {

  SigningKeys {
    hosts = Map.copyOf(hosts);
    ranges = Map.copyOf(ranges);
    ao = Map.copyOf(ao);
  }

  /// A peer that is refused has none, and one that was not found yet.
  ///
  /// @param hasPasswords whether the kernel can sign with passwords
  static SigningKeys of(SpeakerConfig config, boolean hasPasswords) {
    Map<IpAddress, Password> hosts = new HashMap<>();
    Map<IpAddress, List<AoKey>> ao = new HashMap<>();
    for (PeerConfig peer : config.peers()) {
      if (!peer.isUnnumbered()) {
        peer.password().filter(_ -> hasPasswords).ifPresent(key -> hosts.put(peer.address(), key));
        if (!peer.aoKeys().isEmpty() && AoSupport.refusal(peer.aoKeys()).isEmpty()) {
          ao.put(peer.address(), peer.aoKeys());
        }
      }
    }
    Map<Cidr, Password> ranges = new HashMap<>();
    for (PeerRange range : config.ranges()) {
      range
          .template()
          .password()
          .filter(_ -> hasPasswords)
          .ifPresent(key -> ranges.put(range.range(), key));
    }
    return new SigningKeys(hosts, ranges, ao);
  }

  boolean isEmpty() {
    return hosts.isEmpty() && ranges.isEmpty() && ao.isEmpty();
  }

  int size() {
    return hosts.size() + ranges.size() + ao.values().stream().mapToInt(List::size).sum();
  }
}

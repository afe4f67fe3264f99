// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Out of which interface packets go, as far as somebody else has said so in the kernel: by subnets
/// of interfaces, and routes that are not ours.
public record OutgoingWays(Map<Cidr, String> interfaces) {

  public static final OutgoingWays NONE = new OutgoingWays(Map.of());

  public OutgoingWays {
    interfaces = Map.copyOf(interfaces);
  }

  public OutgoingWays with(Map<Cidr, String> more) {
    Map<Cidr, String> all = new HashMap<>(interfaces);
    all.putAll(more);
    return new OutgoingWays(all);
  }

  /// By the longest of the destinations that contain it.
  public Optional<String> to(IpAddress address) {
    for (int length = address.family().bits(); length >= 0; length--) {
      String found = interfaces.get(new Cidr(address, length));
      if (found != null) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  public Optional<String> to(Cidr destination) {
    return Optional.ofNullable(interfaces.get(destination));
  }
}

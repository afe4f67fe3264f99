// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRange;
import java.util.List;
import java.util.Optional;

/// A neighbour that is a whole range: `range` and `limit`. Its members come to be by calling.
final class RangeFields {

  private static final int DEFAULT_LIMIT = 100;

  private RangeFields() {}

  static String name(Field neighbor) {
    String text = prefix(neighbor).toString();
    return "Range_" + text.replace('.', '_').replace(':', '_').replace('/', '_');
  }

  static PathFields.Place place(Field neighbor) {
    for (String key : List.of("address", "port", "sourceAddress")) {
      neighbor
          .find(key)
          .ifPresent(
              field -> {
                throw field.wrong(
                    "is for a single neighbor, and this one is a range; leave it out");
              });
    }
    neighbor
        .find("passive")
        .filter(it -> !it.isTrue())
        .ifPresent(
            field -> {
              throw field.wrong("whoever is in a range must call; leave it out");
            });
    return new PathFields.Place(
        prefix(neighbor).address(), Optional.empty(), ListenAddress.BGP_PORT);
  }

  private static Cidr prefix(Field neighbor) {
    Field field = neighbor.get("range");
    Cidr prefix = field.read(PrefixFields::prefix);
    if (prefix.address().isLinkLocal() || prefix.address().isMulticast()) {
      throw field.wrong("'%s' is no range of neighbors".formatted(prefix));
    }
    return prefix;
  }

  /// @param template with the settings of the neighbour
  static PeerRange range(Field neighbor, PeerConfig template) {
    if (template.bfd().filter(it -> it.isStrict()).isPresent()) {
      throw neighbor
          .get("bfd")
          .get("strict")
          .wrong("nobody is watched before calling, so nobody could; leave it out");
    }
    int limit =
        neighbor.find("limit").map(it -> (int) it.number(1, PeerRange.MOST)).orElse(DEFAULT_LIMIT);
    return new PeerRange(prefix(neighbor), limit, template);
  }
}

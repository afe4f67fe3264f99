// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.session;

import dev.brindle.bird.wire.AddPathTerms;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Capability.AddPath;
import dev.brindle.bird.wire.Capability.AddPathFamily;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Open;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// Path identifiers are on the wire for a family and a direction if the one end offered to send
/// and the other to receive them (RFC 7911 §4).
final class AddPathAgreement {

  private AddPathAgreement() {}

  /// @param families that may pass at all
  static AddPathTerms of(Open ours, Open theirs, Set<Family> families) {
    Map<Family, AddPathFamily> weCan = offers(ours);
    Map<Family, AddPathFamily> theyCan = offers(theirs);
    Set<Family> received = EnumSet.noneOf(Family.class);
    Set<Family> sent = EnumSet.noneOf(Family.class);
    for (Family family : families) {
      AddPathFamily our = weCan.get(family);
      AddPathFamily their = theyCan.get(family);
      if (our != null && their != null && our.receives() && their.sends()) {
        received.add(family);
      }
      if (our != null && their != null && our.sends() && their.receives()) {
        sent.add(family);
      }
    }
    return new AddPathTerms(received, sent);
  }

  /// Of several for a family the last counts.
  private static Map<Family, AddPathFamily> offers(Open open) {
    Map<Family, AddPathFamily> offers = new EnumMap<>(Family.class);
    for (Capability capability : open.capabilities()) {
      if (capability instanceof AddPath(var families)) {
        families.forEach(it -> Family.of(it.family()).ifPresent(family -> offers.put(family, it)));
      }
    }
    return offers;
  }
}

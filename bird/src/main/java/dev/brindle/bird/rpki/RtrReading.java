// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import dev.brindle.bird.wire.Octets;

/// What some octets of a cache are.
public sealed interface RtrReading {

  /// The rest has not come yet.
  record Incomplete() implements RtrReading {}

  record Understood(int version, RtrPdu pdu) implements RtrReading {}

  /// @param about the beginning of the PDU that is to be told back
  record Refused(RtrError error, String reason, Octets about) implements RtrReading {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import dev.brindle.bird.wire.Octets;

/// What happens to us and a cache.
public sealed interface RtrEvent {

  /// It is to be asked.
  record Start() implements RtrEvent {}

  /// It is not to be asked any more; the table forgets it, or has forgotten it.
  record Stop() implements RtrEvent {}

  record Connected() implements RtrEvent {}

  /// No connection, or none any more.
  record Lost(String reason) implements RtrEvent {}

  record Received(int version, RtrPdu pdu) implements RtrEvent {}

  record Unreadable(RtrError error, String reason, Octets about) implements RtrEvent {}

  record Expired(RtrTimer timer) implements RtrEvent {}

  /// What was received is in the table.
  record Applied() implements RtrEvent {}

  /// What was received is of no use.
  record Objected(RtrError error, String reason) implements RtrEvent {}

  /// The table has another cache's data now.
  record Replaced() implements RtrEvent {}
}

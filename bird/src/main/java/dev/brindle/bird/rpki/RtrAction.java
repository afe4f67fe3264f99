// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import java.time.Duration;

/// What is to be done about a cache, in order.
public sealed interface RtrAction {

  record Dial() implements RtrAction {}

  /// After what was said before.
  record HangUp() implements RtrAction {}

  record Say(int version, RtrPdu pdu) implements RtrAction {}

  record SetTimer(RtrTimer timer, Duration time) implements RtrAction {}

  record StopTimer(RtrTimer timer) implements RtrAction {}

  /// A new, empty batch.
  record Begin(boolean isWhole) implements RtrAction {}

  record Collect(boolean isAnnounced, Vrp vrp) implements RtrAction {}

  /// The batch goes into the table; until then nothing is read.
  record Apply() implements RtrAction {}

  /// What the table has of this cache holds no longer.
  record Flush() implements RtrAction {}

  /// For the log.
  record Tell(String news, boolean isTrouble) implements RtrAction {}
}

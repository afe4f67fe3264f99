// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.mrt;

/// What some octets of a file are.
public sealed interface MrtReading {

  /// The rest is not there.
  record Incomplete() implements MrtReading {}

  record Understood(MrtRecord item) implements MrtReading {}

  /// No record; nothing behind it can be trusted either.
  record Refused(String reason) implements MrtReading {}
}

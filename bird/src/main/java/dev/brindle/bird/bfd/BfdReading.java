// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd;

/// What the bytes of a datagram come to.
public sealed interface BfdReading {

  record Understood(BfdPacket packet) implements BfdReading {}

  record Discarded(BfdDiscard reason) implements BfdReading {}
}

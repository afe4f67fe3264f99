// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.wire.Family;

/// How far a listing has come: the next prefix by its number. Numbers of prefixes that go are given
/// to others, so a listing is a view over time: what is there all the while is in it once, what
/// comes or goes meanwhile may be.
public record RouteCursor(Family family, int prefix) {

  public static final RouteCursor START = new RouteCursor(Family.IPV4_UNICAST, 0);
}

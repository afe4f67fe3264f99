// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.filter;

/// Whose route it is: ours, or told by a peer outside or inside our AS.
public enum RouteSource {
  LOCAL,
  EXTERNAL,
  INTERNAL
}

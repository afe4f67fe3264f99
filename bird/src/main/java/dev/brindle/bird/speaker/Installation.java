// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

/// Whether packets find the route to a prefix, and if not why.
public sealed interface Installation {

  /// For people: `via 192.0.2.1 dev eth0 metric 1024`, or why there is none.
  String text();

  /// It is there as the speaker wants it.
  record Installed(String text) implements Installation {}

  /// It is not there, or not as the speaker wants it.
  ///
  /// @param text why, such as `no route leads to its next hop 192.0.2.1`
  record Missing(String text) implements Installation {}
}

// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.bird.wire.Role;
import java.util.Optional;
import java.util.function.Consumer;

/// That a peer leaks routes (RFC 9234), said once a session: who leaks, leaks many. On the
/// speaker's thread.
final class LeakLog {

  private final Consumer<String> log;
  private boolean isSaid;

  /// @param log takes what comes after `BGP peer NAME `
  LeakLog(Consumer<String> log) {
    this.log = log;
  }

  /// A session begins.
  void begin() {
    isSaid = false;
  }

  /// @param leaked how many so far
  /// @param ours our role with the peer
  void seen(long leaked, Optional<Role> ours) {
    if (isSaid || leaked == 0) {
      return;
    }
    isSaid = true;
    log.accept(
        ("leaks routes, %d so far: they are marked for customers only, and we are %s; they are not"
                + " used (RFC 9234). Tell whoever runs it, or correct role")
            .formatted(leaked, ours.map(String::valueOf).orElse("nothing")));
  }
}

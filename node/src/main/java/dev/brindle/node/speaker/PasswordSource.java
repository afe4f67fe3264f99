// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.bird.topology.Password;

/// Where passwords come from.
@FunctionalInterface
public interface PasswordSource {

  /// @param file as the configuration names it
  Answer read(String file);

  /// A password, or why there is none.
  sealed interface Answer {

    record Found(Password password) implements Answer {}

    record Missing(String reason) implements Answer {}
  }
}

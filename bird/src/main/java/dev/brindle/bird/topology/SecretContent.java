// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.topology;

/// What stands in a Secret under a key: a password, or why there is none.
public sealed interface SecretContent {

  record Found(Password password) implements SecretContent {}

  /// @param reason with what helps
  record Missing(String reason) implements SecretContent {}
}

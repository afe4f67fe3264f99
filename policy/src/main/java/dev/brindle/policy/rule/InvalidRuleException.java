// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.rule;

import java.io.Serial;

/// A rule that means nothing. The message says which part, what was found and what was expected.
public final class InvalidRuleException extends IllegalArgumentException {

  @Serial private static final long serialVersionUID = 1L;

  public InvalidRuleException(String message) {
    super(message);
  }

  InvalidRuleException(String where, IllegalArgumentException cause) {
    super(where + ": " + cause.getMessage(), cause);
  }
}
